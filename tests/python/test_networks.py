"""Networks, steps and runs on arrays: the numbers of the tutorial, and NumPy's memory."""
import concurrent.futures
import copy
import doctest
import gc
import pickle
import re
import threading

import numpy as np
import pandas
import polars
import pytest

import gradus
from gradus import _layers, _networks

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])


def tutorial(dtype="float64"):
    return gradus.Network(2, "2 tanh, 1 sigmoid", seed=2, init="normal", dtype=dtype)


def test_the_examples_of_the_documentation_hold():
    for module, least in ((_networks, 10), (_layers, 8)):
        found = doctest.testmod(module)
        assert found.failed == 0 and found.attempted >= least


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


def test_whatever_numpy_makes_an_array_of_is_taken():
    network = tutorial()
    for same in (X.tolist(), pandas.DataFrame(X), polars.DataFrame(X), X.astype(object), X.astype(np.float16), X > 0.5):
        assert np.array_equal(network(same), network(X))
    costs = [event.cost for event in gradus.Run(network, X.tolist(), pandas.Series(Y), weights=[1, 2, 3, 4], iterations=3)]
    assert costs == [event.cost for event in gradus.Run(tutorial(), X, Y, weights=np.arange(1.0, 5), iterations=3)]
    step = gradus.TrainingStep(network, batch=4)
    step.forward(X.tolist())
    gc.collect()
    step.backward(Y.tolist())
    assert np.array_equal(step.output(-1), step.output(len(network) - 1))
    for wrong in ("text", [["a", "b"]], X + 1j, None, {"a": 1}, [[1, 2], [3]], [object(), 2]):
        with pytest.raises(TypeError):
            network(wrong)


def test_a_network_is_copied_and_pickled():
    for dtype in ("float64", "float32"):
        network = tutorial(dtype)
        for same in (copy.copy(network), copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
            assert np.array_equal(same(X), network(X)) and same.layers == network.layers
            same["W1"][:] = 0
            assert not np.array_equal(same(X), network(X))
    own = gradus.Network(2, ["2", Dense(1), "sigmoid"])
    assert np.array_equal(copy.deepcopy(own)(X), own(X))
    with pytest.raises(gradus.Error, match="Dense"):
        pickle.dumps(own)


@pytest.mark.parametrize("wrong, sentence", [
    (lambda: tutorial()(X[0]), "X: 1 in each row, expected 2 (hint: a row for each example; one by itself: X.reshape(1, -1))"),
    (lambda: gradus.Run(tutorial(), X, np.eye(2)[[0, 1, 1, 0]]), "Y: 2 in each row, expected 1 (hint: a column for each output"),
    (lambda: gradus.Network(2, "3 softmax", seed=-1), "seed: -1, expected a whole number from 0 to 4294967295"),
    (lambda: gradus.Network(2, None), "layers: None, expected text, as in"),
    (lambda: gradus.TrainingStep(tutorial(), batch=4).output(-5), "layer: -1, expected 0 to 3"),
])
def test_a_mistake_is_named(wrong, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        wrong()


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


class Dense(gradus.Layer):
    "What the library's own does, in NumPy"

    def __init__(self, units):
        self.units = units

    def plan(self, inputs):
        return self.units, {"W": (self.units, inputs), "b": (self.units, 1, 0)}

    def forward(self, p):
        p.Y[:] = p.X @ p.W.T + p.b.T

    def backward_input(self, p):
        p.dX[:] = p.dY @ p.W

    def backward_parameters(self, p):
        p.dW[:] = p.dY.T @ p.X / len(p.X)
        p.db[:, 0] = p.dY.mean(axis=0)


class Normalized(gradus.Layer):
    "Each channel of a series minus its mean: examples x channels x length"

    def forward(self, p):
        assert p.X.ndim == 3
        p.Y[:] = p.X - p.X.mean(axis=2, keepdims=True)

    def backward_input(self, p):
        p.dX[:] = p.dY - p.dY.mean(axis=2, keepdims=True)


def test_a_layer_in_python_learns_what_the_librarys_own_learns():
    assert gradus.check_gradients(Dense(4), inputs=3).passed
    runs = []
    for layers in ("5 tanh, 2 tanh, 1 sigmoid", ["5 tanh", Dense(2), "tanh, 1 sigmoid"]):
        network = gradus.Network(2, layers, seed=2, init="normal")
        settings = dict(optimizer="momentum", learning_rate=0.1, batch=3, iterations=200, validation_X=X, validation_Y=Y)
        runs.append([event.cost for event in gradus.Run(network, X, Y, **settings)] + network(X)[:, 0].tolist())
    assert np.allclose(*runs, rtol=1e-9)
    assert network.layers == "5 tanh, Dense tanh, 1 sigmoid"


def test_a_layer_in_python_gives_the_same_bits_whatever_the_threads():
    data = np.random.RandomState(0).randn(64, 20)
    found = []
    for threads in (1, 2, 3):
        network = gradus.Network(20, ["30 relu", Dense(30), "relu, 1 sigmoid"], seed=1)
        run = gradus.Run(network, data, (data[:, 0] > 0) * 1.0, batch=32, iterations=20, threads=threads)
        found.append([event.cost for event in run])
    assert found[0] == found[1] == found[2]


def test_layers_in_python_see_series_and_either_precision():
    assert gradus.check_gradients(Normalized(), inputs=(2, 5)).passed
    data = np.random.RandomState(0).randn(6, 2, 5).astype(np.float32)
    network = gradus.Network(2, [Normalized(), "flatten"], length=5, dtype="float32")
    expected = data - data.mean(axis=2, keepdims=True)
    assert network(data).dtype == np.float32
    assert np.allclose(np.sort(network(data)), np.sort(expected.reshape(6, -1)), atol=1e-6)


def test_the_gradient_check_finds_what_is_wrong_in_a_layer():
    class Twice(Dense):
        def backward_input(self, p):
            p.dX[:] = 2 * p.dY @ p.W

    class Forgotten(Dense):
        def backward_parameters(self, p):
            p.dW[:] = p.dY.T @ p.X / len(p.X)

    class Added(Dense):
        def forward(self, p):
            p.Y[:] += p.X @ p.W.T

    assert gradus.check_gradients(Twice(2), inputs=3).where.startswith("dX[")
    assert gradus.check_gradients(Forgotten(2), inputs=3).where.startswith("db[")
    assert gradus.check_gradients(Added(2), inputs=3).where.startswith("Y[")
    assert gradus.check_gradients("tanh", inputs=3).passed


def test_a_layer_that_goes_wrong_says_so():
    class Wrong(gradus.Layer):
        def __init__(self, act):
            self.forward = act

    def raises(p):
        raise KeyError("mine")

    def writes_to_the_input(p):
        p.X[0] = 1

    kept = []
    for act, expected in ((raises, KeyError), (writes_to_the_input, ValueError), (lambda p: p.W, AttributeError),
                          (lambda p: kept.append(p.X[:1]), gradus.Error), (lambda p: p.Y.resize(9, 9), ValueError)):
        for threads in (1, 2):
            network = gradus.Network(2, ["2", Wrong(act), "1 sigmoid"])
            with pytest.raises(expected):
                gradus.TrainingStep(network, batch=4, threads=threads).forward(X.copy())
            with pytest.raises(expected):
                network(X)
    del kept[:]
    network = gradus.Network(2, ["2", Dense(1), "sigmoid"])
    with pytest.raises(gradus.Error, match="Dense"):
        network.save("nothing.onnx")
    with pytest.raises(NotImplementedError):
        gradus.check_gradients(gradus.Layer(), inputs=2)
    for plan in (0, -1, "many", (1, 2, 3), (2, {"W": 3}), (2, {"W": (0, 1)}), (2, {"b": (1, 1, "x")}), None):
        layer = Wrong(lambda p: None)
        layer.plan = lambda inputs: plan
        with pytest.raises(gradus.Error, match="Wrong.plan"):
            gradus.Network(2, [layer])
    for layers in ([], [Dense], [3], [None], "", {"a": 1}, [Dense(2), ["2"]]):
        with pytest.raises((ValueError, TypeError)):
            gradus.Network(2, layers)


def test_many_threads_ask_one_network():
    data = np.random.RandomState(0).randn(700, 40)
    network = gradus.Network(40, "200 relu, 1 sigmoid", seed=1)
    expected = network(data)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for answer in pool.map(lambda i: network(data[i:]), range(50)):
            assert np.array_equal(answer, expected[700 - len(answer):])


def test_a_step_belongs_to_one_thread_at_a_time():
    data = np.random.RandomState(0).randn(256, 300)
    truth = (data[:, :1] > 0) * 1.0
    step = gradus.TrainingStep(gradus.Network(300, "300 relu, 1 sigmoid"), batch=256)
    run = gradus.Run(gradus.Network(300, "300 relu, 1 sigmoid"), data, truth, batch=256, iterations=10**6)
    refused, end = [0, 0], threading.Event()

    def work(place, verb):
        while not end.is_set():
            try:
                verb()
            except gradus.Error as error:
                refused[place] += "another thread" in str(error)

    threads = [threading.Thread(target=work, args=args) for args in
               ((0, lambda: step.forward(data)), (0, lambda: step.forward(data[:7])), (0, lambda: step.backward(truth)),
                (1, lambda: next(run)), (1, lambda: next(run)))]
    for thread in threads:
        thread.start()
    for _ in range(200):
        if all(refused):
            break
        end.wait(0.01)
    end.set()
    for thread in threads:
        thread.join()
    assert all(refused)


def test_what_failed_to_go_forward_leaves_nothing_behind():
    step = gradus.TrainingStep(tutorial(), batch=4)
    expected = step.forward(X.copy()).copy()
    for wrong in (np.zeros((5, 2)), np.zeros((4, 3))):
        with pytest.raises(ValueError):
            step.forward(wrong)
    gc.collect()
    step.backward(Y)  # of what went forward before
    other = gradus.TrainingStep(tutorial(), batch=4)
    assert np.array_equal(other.forward(X), expected)
    other.backward(Y)
    assert np.array_equal(step.gradient("W1"), other.gradient("W1"))


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


class Scaled(gradus.Layer):
    def __init__(self, parameter="a", **halves):
        self.__dict__.update(halves, parameter=parameter)

    def plan(self, inputs):
        return inputs, {self.parameter: (1, inputs, 1.0)}

    def forward(self, p):
        p.Y[:] = p.a * p.X

    def backward_input(self, p):
        p.dX[:] = p.a * p.dY

    def backward_parameters(self, p):
        p.da[:] = (p.dY * p.X).mean(axis=0)


def rebind(name):
    return lambda p: setattr(p, name, np.zeros_like(getattr(p, name)))


@pytest.mark.parametrize("half, name", [("forward", "Y"), ("backward_input", "dX"), ("backward_parameters", "da")])
def test_a_layer_that_writes_beside_its_memory_is_refused(half, name):
    def events(layer):
        return list(gradus.Run(gradus.Network(2, ["2", layer, "1 sigmoid"]), X, Y, iterations=2))

    assert len(events(Scaled())) == 2
    sentence = f"Scaled.{half}: p.{name} is another object than before, expected its numbers to be written (hint: p.{name}[:] = ...)"
    with pytest.raises(gradus.Error) as caught:
        events(Scaled(**{half: rebind(name)}))
    assert str(caught.value) == sentence
    with pytest.raises(gradus.Error, match="nan"):  # nothing is written
        events(Scaled(**{half: lambda p: None}))


@pytest.mark.parametrize("name", ["X", "Y", "dY", "training", "a b", "2", ""])
def test_a_parameter_has_a_name_of_its_own(name):
    with pytest.raises(gradus.Error, match="a parameter is called"):
        gradus.Network(2, [Scaled(name), "1"])


@pytest.mark.parametrize("said, name", [({"learning_rate": float("nan")}, "learning_rate"), ({"epochs": 0}, "epochs")])
def test_settings_of_a_run_are_called_as_they_were_said(said, name):
    with pytest.raises(gradus.Error, match=f"^{name} is "):
        list(gradus.Run(tutorial(), X, Y, **said))
