"""What somebody gets wrong is refused in the words of who has arrays with examples in rows; nothing is taken for what it is not."""
import pickle

import numpy as np
import pandas
import pytest
from sklearn.base import clone

import gradus

X, Y = np.arange(16.0).reshape(8, 2), np.arange(8) % 2.0
SHORT = dict(net="3 tanh", epochs=2, ensemble=1)


def step():
    made = gradus.TrainingStep(gradus.Network(2, "1 sigmoid"), batch=8)
    made.forward(X)
    return made


def run(*truth, **said):
    return list(gradus.Run(gradus.Network(2, "1 sigmoid"), X, *truth, iterations=1, **said))


@pytest.mark.parametrize("wrong, sentence", [
    (lambda: step().forward(np.zeros((9, 2))), "X has 9 examples, expected at most the 8 that the step was planned for"),
    (lambda: step().forward(X[:0]), "X has no examples, expected at least one"),
    (lambda: step().cost(Y[:3]), "Y: 3 rows, expected 8 as in X"),
    (lambda: step().backward(Y, np.ones(5)), "weights: 5 rows, expected 8 as in X"),
    (lambda: step().backward(Y, np.ones((8, 2))), "weights: 2 in each row, expected 1 (hint: a number for each example)"),
    (lambda: run(Y[:3]), "Y: 3 rows, expected 8 as in X"),
    (lambda: run(Y, weights=np.ones(3)), "weights: 3 rows, expected 8 as in X"),
    (lambda: run(list("abcdefgh")), "Y: no numbers, expected an array of numbers"),
    (lambda: run(Y * np.nan), "Y is nan at position 1 of example 1, expected finite numbers"),
    (lambda: gradus.Network(2, "1 sigmoid")("text"), "X: no numbers, expected an array of numbers"),
])
def test_arrays_that_do_not_fit_are_named_by_their_rows(wrong, sentence):
    with pytest.raises((gradus.Error, TypeError)) as caught:
        wrong()
    assert str(caught.value) == sentence


class Twice(gradus.Layer):
    def forward(self, p):
        p.Y[:] = 2 * p.X


def test_no_file_holds_a_layer_of_ones_own(tmp_path):
    network = gradus.Network(2, ["2", Twice(), "1 sigmoid"])
    for act in (lambda: network.save(tmp_path / "own.onnx"), lambda: pickle.dumps(network)):
        with pytest.raises(gradus.Error, match='layer "Twice": no file can hold it, expected layers that Gradus has itself'):
            act()
    relu = type("relu", (Twice,), {})  # which a file would take for another
    with pytest.raises(gradus.Error, match="class relu: a layer of gradus has this name"):
        gradus.Network(2, ["2", relu(), "1 sigmoid"])


def test_a_half_that_is_missing_is_named():
    with pytest.raises(NotImplementedError, match="Twice has no backward_input()"):
        list(gradus.Run(gradus.Network(2, ["2", Twice(), "1 sigmoid"]), X, Y, iterations=1))


@pytest.mark.parametrize("said, sentence", [
    (dict(validation="new.csv"), "validation: 'new.csv', expected a share from 0 to below 1"),
    (dict(validation=(X, Y)), r"expected a share from 0 to below 1 \(hint: fit\(X, y, validation=\(X, y\)\)"),
    (dict(validation=True), "validation: True, expected a share"),
    (dict(n_jobs=0), "n_jobs: 0, expected at least 1, or -1"),
])
def test_a_parameter_is_not_taken_for_what_it_is_not(said, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradus.Classifier(**{**SHORT, **said}).fit(X, Y)


def test_a_truth_has_as_many_columns_as_the_model():
    both = np.c_[Y, X[:, 0]]
    model = gradus.Regressor(**SHORT).fit(X, both)
    refused = r"y has the shape \(8, 1\), expected \(8, 2\)"
    for act in (model.evaluate, model.partial_fit, lambda *data: gradus.report(model, *data), lambda *data: gradus.doctor(model, *data),
                lambda *data: gradus.Regressor(**SHORT).fit(X, both, validation=data)):
        with pytest.raises(ValueError, match=refused):
            act(X, Y)


def test_a_truth_with_missing_values_is_compared_with_the_columns():
    said = pandas.array([True, False, None, True] * 4, dtype="boolean")
    frame = pandas.DataFrame({"a": range(16), "said": said})
    with pytest.raises(ValueError, match='X has y itself among its columns, "said"'):
        gradus.Classifier(**SHORT).fit(frame, frame["said"])
    with pytest.warns(UserWarning, match="4 rows without a label are left out"):
        assert gradus.Classifier(**SHORT).fit(frame[["a"]], frame["said"]).classes_.tolist() == [False, True]


@pytest.mark.parametrize("iteration", [-1, 2])
def test_an_iteration_that_the_run_has_not_is_no_other(iteration):
    with pytest.raises(gradus.Error, match=f"iteration: {iteration}, expected 0 to 1, the last iteration of this run"):
        gradus.explain(gradus.Classifier(**SHORT), X, Y, iteration=iteration)


def test_one_network_has_no_second_member():
    model = gradus.Classifier(**SHORT).fit(X, Y)
    for look in (gradus.explain, gradus.doctor):
        with pytest.raises(gradus.Error, match="member: 2, expected 1, as this is one network"):
            look(model, X, Y, member=2)


@pytest.mark.parametrize("unit", [1e-300, 1e-30, 1.0, 1e30])
def test_a_score_is_the_same_in_any_unit(unit):
    model = gradus.Regressor(**SHORT)
    model.predict = lambda rows: rows[:, 0] * unit
    model._answers = lambda rows: (rows[:, :1] * unit, None)
    assert np.isclose(model.score(X, X[:, 1] * unit), 1 - 8 / ((X[:, 1] - X[:, 1].mean()) ** 2).sum())


def test_a_model_that_was_read_is_fitted_as_it_was(tmp_path):
    frame = pandas.DataFrame({"a, b": X[:, 0], "code": [1, 2] * 4, "other": X[:, 1], "text": list("pqpq-q?p")})
    said = dict(ignore=["other"], categorical="code", missing=["-", "?"], decimal=".", **SHORT)
    model = gradus.Classifier(**said).fit(frame, Y)
    model.save(tmp_path / "model.onnx")
    read = gradus.load(tmp_path / "model.onnx")
    assert (read.ignore, read.categorical, read.missing, read.decimal) == (["other"], ["code"], ["-", "?"], ".")
    again = clone(read).fit(frame, Y)
    assert again.recipe_ == model.recipe_ and np.array_equal(again.predict_proba(frame), model.predict_proba(frame))


def test_of_an_ensemble_somebody_says_which_network(tmp_path):
    file = tmp_path / "several.onnx"
    gradus.Classifier(**{**SHORT, "ensemble": 2}).fit(np.tile(X, (3, 1)), np.tile(Y, 3)).save(file)
    with pytest.raises(gradus.Error, match=r"several.onnx: is an ensemble of 2 networks, expected one of them \(hint: member=1\)"):
        gradus.read_onnx(file)
    with pytest.raises(gradus.Error, match="member: 3, expected 1 to 2"):
        gradus.read_onnx(file, member=3)
    assert not np.array_equal(gradus.read_onnx(file, member=1).parameters, gradus.read_onnx(file, member=2).parameters)


def test_a_column_that_holds_no_values_is_named():
    with pytest.raises(TypeError, match='column "b" holds a list: argument must be a string or a number'):
        gradus.Classifier(**SHORT).fit(pandas.DataFrame({"a": range(8), "b": [[1, 2]] * 8}), Y)
