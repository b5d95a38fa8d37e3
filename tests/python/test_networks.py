"""Networks, steps and runs on arrays: the numbers of the tutorial, and NumPy's memory."""
import doctest
import gc

import numpy as np
import pytest

import gradus
from gradus import _networks

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])


def tutorial(dtype="float64"):
    return gradus.Network(2, "2 tanh, 1 sigmoid", seed=2, init="normal", dtype=dtype)


def test_the_examples_of_the_documentation_hold():
    assert doctest.testmod(_networks).failed == 0
    assert doctest.testmod(_networks).attempted > 10


def test_the_first_weights_are_those_of_numpy():
    random = np.random.RandomState(2)
    network = tutorial()
    assert np.array_equal(network["W1"], random.randn(2, 2))
    assert np.array_equal(network["W2"], random.randn(1, 2))
    assert len(network.parameters) == 9
    with pytest.raises(gradus.Error):
        network["W3"]


def test_one_step_is_that_of_numpy():
    network = tutorial()
    W1, b1, W2, b2 = (np.array(network[name]) for name in ("W1", "b1", "W2", "b2"))
    step = gradus.TrainingStep(network, batch=4, optimizer="gd", learning_rate=0.3)
    A1 = np.tanh(W1 @ X.T + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    assert np.allclose(step.forward(X).T, A2, rtol=1e-14)
    assert np.allclose(step.output(1).T, A1, rtol=1e-14)
    assert step.cost(Y) == pytest.approx(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)), rel=1e-14)
    step.backward(Y)
    dZ2 = A2 - Y
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    for name, gradient in (("W2", dZ2 @ A1.T / 4), ("W1", dZ1 @ X / 4), ("b1", dZ1.mean(axis=1, keepdims=True))):
        assert np.allclose(step.gradient(name), gradient, rtol=1e-13, atol=1e-16), name
    step.update()
    assert np.allclose(network["W2"], W2 - 0.3 * dZ2 @ A1.T / 4, rtol=1e-14)


def test_arrays_are_not_copied():
    network = tutorial()
    before = network(X)
    network["W1"][:] = 0
    network.parameters[-1] = 5
    assert network["b2"][0, 0] == 5
    assert not np.array_equal(network(X), before)
    step = gradus.TrainingStep(network, batch=4)
    A = step.forward(X)
    X2 = X + 1
    step.forward(X2)
    assert np.array_equal(A, network(X2))  # the memory of the step
    with pytest.raises(ValueError):
        A[0] = 1


def test_any_strides_and_types_give_the_same():
    network = tutorial()
    wide = np.zeros((8, 6))
    wide[::2, 1::3] = X
    for same in (np.asfortranarray(X), wide[::2, 1::3], X.astype(np.float32), X.astype(int), X[::-1][::-1]):
        assert np.array_equal(network(same), network(X))


def test_memory_outlives_the_names():
    step = gradus.TrainingStep(tutorial(), batch=4)
    A = step.forward(X.copy())
    W1 = tutorial()["W1"]
    expected = tutorial()(X)
    step.backward(Y.copy())
    del step
    gc.collect()
    assert np.array_equal(A, expected)
    assert np.array_equal(W1, tutorial()["W1"])
    events = [event.iteration for event in gradus.Run(tutorial("float32"), X.astype("f4"), Y.astype("f4"), iterations=5)]
    assert events == [0, 1, 2, 3, 4]


def test_a_run_goes_on_from_a_state():
    def run_of(network):
        return gradus.Run(network, X, Y, optimizer="momentum", learning_rate=0.1, batch=2, iterations=20, seed=3)

    network = tutorial()
    run = run_of(network)
    for _ in range(7):
        next(run)
    state = run.state()
    costs = [event.cost for event in run]
    other = run_of(tutorial())
    other.restore(state)
    assert [event.cost for event in other] == costs
    assert run.updates == run.planned_updates == 20


def test_a_network_is_saved_and_read(tmp_path):
    for dtype in ("float64", "float32"):
        network = tutorial(dtype)
        network.save(str(tmp_path / "xor.onnx"))
        same = gradus.read_onnx(tmp_path / "xor.onnx")
        assert np.array_equal(same.parameters, network.parameters) and same.parameters.dtype == dtype
        assert same.layers == network.layers
        assert gradus.load(tmp_path / "xor.onnx").predict(X).tolist() == (network(X)[:, 0] >= 0.5).astype(int).tolist()


@pytest.mark.parametrize("wrong", [
    lambda: gradus.Network(2, "2 tanhh"),
    lambda: gradus.Network(0, "2 tanh"),
    lambda: gradus.Network(2, "1 sigmoid", dtype="float16"),
    lambda: gradus.Network(2, "1 sigmoid", init="nil"),
    lambda: tutorial()(np.zeros((4, 3))),
    lambda: tutorial()(np.zeros((4, 3, 2, 1))),
    lambda: gradus.TrainingStep(tutorial(), batch=0),
    lambda: gradus.TrainingStep(tutorial(), batch=2).forward(X),
    lambda: gradus.TrainingStep(tutorial(), batch=4).cost(Y),
    lambda: gradus.TrainingStep(tutorial(), batch=4).update(),
    lambda: gradus.TrainingStep(tutorial(), batch=4).output(7),
    lambda: gradus.TrainingStep(tutorial(), batch=4, loss="huberr"),
    lambda: gradus.Run(tutorial(), X, Y[:3]),
    lambda: gradus.Run(tutorial(), X, Y, learning_rate=-1),
    lambda: gradus.Run(tutorial(), X * np.nan, Y),
])
def test_mistakes_are_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
