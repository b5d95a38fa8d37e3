"""The estimators in the hands of Python: copied, searched, pickled, interrupted, asked by many."""
import concurrent.futures
import datetime
import multiprocessing
import os
import pickle
import signal
import threading
import time

import numpy as np
import pandas
import polars
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import gradus

SHORT = dict(net="8 tanh", epochs=5)
LONG = dict(epochs=10**8, patience=10**8, n_jobs=1)


def blobs(rows=120, features=3, seed=0):
    random = np.random.RandomState(seed)
    y = random.randint(0, 2, rows)
    return random.randn(rows, features) + y[:, None], y


def test_a_pickled_model_answers_with_the_same_bits():
    X, y = blobs()
    model = gradus.Classifier(**SHORT).fit(X, y)
    same = pickle.loads(pickle.dumps(model))
    assert np.array_equal(same.predict_proba(X), model.predict_proba(X))
    assert same.get_params() == model.get_params()


def test_a_clone_has_the_parameters_and_nothing_learned():
    model = gradus.Regressor(net="3 relu", learning_rate=0.1).fit(*blobs())
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "model_")
    assert repr(copy) == "Regressor(learning_rate=0.1, net='3 relu')"


def test_a_grid_is_searched_in_a_pipeline():
    X, y = blobs()
    search = GridSearchCV(make_pipeline(StandardScaler(), gradus.Classifier(**SHORT)),
                          {"classifier__learning_rate": [1e-6, 0.05]}, cv=2)
    assert search.fit(X, y).best_params_ == {"classifier__learning_rate": 0.05}


def test_classes_are_what_they_were():
    X, y = blobs()
    for truth in (y, y.astype(bool), y.astype(float), np.array(["no", "yes"])[y], np.array(["no", "yes"], dtype=object)[y],
                  [("b", "a")[i] for i in y], pandas.Series(y, name="y"), y * 100 - 7):
        model = gradus.Classifier(**SHORT).fit(X, truth)
        assert list(model.classes_) == sorted(set(np.asarray(truth).tolist()))
        assert set(model.predict(X).tolist()) <= set(np.asarray(truth).tolist())
        assert model.predict(X).dtype == np.unique(truth).dtype


def test_a_frame_is_known_by_its_names_whatever_their_order():
    X, y = blobs()
    frame = pandas.DataFrame(X, columns=["a", "b", "c"])
    model = gradus.Classifier(**SHORT).fit(frame, y)
    assert list(model.feature_names_in_) == ["a", "b", "c"]
    assert np.array_equal(model.predict_proba(frame[["c", "a", "b"]]), model.predict_proba(frame))
    with pytest.raises(gradus.Error, match='"b"'):
        model.predict(frame[["a", "c"]])


def test_scores_are_those_of_scikit_learn():
    X, y = blobs()
    weights = np.random.RandomState(2).rand(len(y))
    model = gradus.Classifier(**SHORT).fit(X, y)
    assert model.score(X, y, weights) == pytest.approx(accuracy_score(y, model.predict(X), sample_weight=weights), abs=1e-15)
    Y = np.column_stack([X[:, 0] ** 2, X[:, 1]])
    values = gradus.Regressor(**SHORT).fit(X, Y)
    assert values.score(X, Y, weights) == pytest.approx(r2_score(Y, values.predict(X), sample_weight=weights), abs=1e-12)


def test_random_states_say_the_seed():
    X, y = blobs()
    costs = [gradus.Classifier(random_state=state, **SHORT).fit(X, y).history_["cost"][-1]
             for state in (None, 0, 1, np.random.RandomState(1), np.random.RandomState(1))]
    assert costs[0] == costs[1] != costs[2]
    assert costs[3] == costs[4]


def test_weights_are_repeated_rows_on_a_full_batch_without_a_split():
    X, y = blobs(30)
    weights = np.random.RandomState(1).randint(0, 4, len(y))
    settings = dict(net="4 tanh", optimizer="gd", learning_rate=0.5, batch="full", iterations=50, validation=0, scale="none",
                    precision="double")
    weighted = gradus.Classifier(**settings).fit(X, y, sample_weight=weights)
    repeated = gradus.Classifier(**settings).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=0, atol=1e-12)


def test_a_model_learns_further_from_new_examples():
    X, y = blobs(300)
    names = np.array(["no", "yes"])[y]
    model = gradus.Classifier(net="8 tanh", learning_rate=0.01)
    costs = []
    for part in range(20):
        some = slice(30 * (part % 10), 30 * (part % 10) + 30)
        model.partial_fit(X[some], names[some], classes=["yes", "no", "perhaps"])
        costs.append(model.evaluate(X, names)["loss"])
    assert costs[-1] < 0.7 * costs[0]
    assert list(model.classes_) == ["no", "perhaps", "yes"]
    assert set(model.predict(X)) == {"no", "yes"}
    values = gradus.Regressor(net="4 tanh").partial_fit(X, X[:, 0]).partial_fit(X, X[:, 0])
    assert values.n_iter_ > 0 and "before.onnx" in values.recipe_
    with pytest.raises(gradus.Error):
        model.partial_fit(X, np.where(y == 0, "no", "never seen"))


def test_validation_examples_may_be_given():
    X, y = blobs(200)
    model = gradus.Classifier(net="8 tanh", epochs=30).fit(X[:150], y[:150], validation=(X[150:], y[150:]))
    assert model.validation_["examples"] == 50
    assert model.training_["examples"] == 150
    assert len(model.history_["validation_cost"]) == len(model.history_["cost"])


def test_a_model_with_validation_examples_of_its_own_is_read_again(tmp_path):
    X, y = blobs()
    model = gradus.Classifier(**SHORT, ensemble=1).fit(X, y, validation=(X[:40], y[:40]))
    model.save(tmp_path / "model.onnx")
    same = gradus.load(tmp_path / "model.onnx")
    assert np.array_equal(same.predict_proba(X), model.predict_proba(X))
    assert same.validation is None and same.epochs == 5
    assert np.array_equal(clone(same).fit(X, y, validation=(X[:40], y[:40])).predict_proba(X), model.predict_proba(X))


def test_many_threads_ask_one_model():
    X, y = blobs(1000)
    model = gradus.Classifier(**SHORT).fit(X, y)
    expected = model.predict_proba(X)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for answer in pool.map(lambda _: model.predict_proba(X), range(50)):
            assert np.array_equal(answer, expected)
        for i, answer in enumerate(pool.map(lambda i: model.predict_proba(X[i : i + 1]), range(500))):
            assert np.array_equal(answer[0], expected[i])


def test_a_child_process_goes_on_with_the_model():
    X, y = blobs()
    model = gradus.Classifier(n_jobs=2, **SHORT).fit(X, y)
    expected = model.predict(X)
    child = os.fork()
    if child == 0:
        again = gradus.Classifier(n_jobs=2, **SHORT).fit(X, y).predict(X)
        os._exit(0 if np.array_equal(again, expected) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def answers_of(model, X):
    return model.predict_proba(X)


def test_processes_that_were_forked_after_fit_answer_with_the_same_bits():
    X, y = blobs()
    model = gradus.Classifier(n_jobs=2, **SHORT).fit(X, y)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for answer in pool.starmap(answers_of, [(model, X)] * 4):
            assert np.array_equal(answer, model.predict_proba(X))


def test_ctrl_c_stops_and_what_was_learned_is_there():
    X, y = blobs(2000, 10)
    model = gradus.Classifier(iterations=10**9, ensemble=1)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    assert time.monotonic() - began < 5
    assert 0 < model.n_iter_ < 10**9
    assert model.model_.predict is not None and model.training_ is None


@pytest.mark.parametrize("act", [
    lambda X, y: gradus.Classifier(**LONG).fit(X, y),  # bins are tried first
    lambda X, y: gradus.seeds(gradus.Classifier(**LONG), X, y, count=8),
    lambda X, y: gradus.doctor(gradus.Classifier(**LONG, ensemble=1), X, y),
    lambda X, y: gradus.explain(gradus.Classifier(**LONG, ensemble=1), X, y, iteration=10**8),
    lambda X, y: gradus.Encoder(pretrain_epochs=10**6).fit(X),
])
def test_ctrl_c_stops_whatever_takes_long(act):
    X, y = blobs(2000, 10)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        act(X, y)
    assert time.monotonic() - began < 5


def test_others_run_while_it_computes():
    X, y = blobs(2000, 10)
    counted = [0]
    done = threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    gradus.Classifier(iterations=2000, n_jobs=1).fit(X, y)
    done.set()
    thread.join()
    assert counted[0] > 20


def test_what_is_told_may_raise():
    class Told(Exception):
        pass

    def tell(line):
        raise Told(line)

    from gradus import _core

    X, y = blobs()
    data = gradus.Classifier()._dataset(X, gradus._data.Truth(y, "classify"), None, _core.Reading())
    _, raised = _core.train(data, [("epochs", "5")], say=tell)
    assert isinstance(raised, Told) and str(raised).startswith("Cost after epoch# 0: ")


def test_the_table_of_settings_gives_the_parameters():
    from gradus import _core

    names = {row["id"] for row in _core.settings()} - {"task", "seed", "data_seed"}
    assert names < set(gradus.Classifier().get_params())
    for row in _core.settings():
        if row["id"] in names:
            assert f"    {row['id']} : " in gradus._parameters.Parameters.__doc__


def test_one_row_is_answered_as_many_are():
    X, y = blobs(60, 5)
    X[3, 2] = np.nan
    for kind in (gradus.Classifier, gradus.Regressor):
        for precision in ("float", "double"):
            model = kind(precision=precision, ensemble=2, epochs=3).fit(X, y)
            for like in (X, X.astype(np.float32), np.asfortranarray(X)[::2], (10 * np.nan_to_num(X)).astype(int), X > 0):
                assert np.array_equal(np.concatenate([model.predict(like[i : i + 1]) for i in range(len(like))]), model.predict(like))
            for wrong in (X[:1, :2], X[:1] + np.inf, X[:0]):
                with pytest.raises(ValueError):
                    model.predict(wrong)
            assert np.array_equal(model.predict(X[:1]), model.predict(X)[:1])


def test_a_target_may_be_called_as_a_column_but_be_none():
    X, y = blobs()
    frame = pandas.DataFrame(X, columns=["a", "target", "sample_weight"])
    expected = gradus.Classifier(**SHORT).fit(X, y, sample_weight=np.ones(len(y)))
    for truth in (y, pandas.Series(y, name="a"), pandas.DataFrame({"a": y})):
        model = gradus.Classifier(**SHORT).fit(frame, truth, sample_weight=np.ones(len(y)))
        assert np.array_equal(model.predict_proba(frame), expected.predict_proba(X))
        assert model.evaluate(frame, truth) == expected.evaluate(X, y)
    with pytest.raises(ValueError, match='itself among its columns, "a"'):
        gradus.Regressor(**SHORT).fit(frame, frame["a"])


def test_columns_are_what_they_mean():
    X, y = blobs(60)
    hours = (100 * X[:, 0]).astype(int)
    expected = gradus.Classifier(**SHORT).fit(pandas.DataFrame({"a": hours * 3600.0, "b": X[:, 1]}), y)
    for kind in (pandas, polars):
        frame = kind.DataFrame({"a": (hours * 3600).astype("m8[s]").astype("m8[us]"), "b": X[:, 1]})
        assert np.array_equal(gradus.Classifier(**SHORT).fit(frame, y).predict_proba(frame),
                              expected.predict_proba(pandas.DataFrame({"a": hours * 3600.0, "b": X[:, 1]})))
    masked, holes = np.ma.masked_array(X, X > 1), np.where(X > 1, np.nan, X)
    assert np.array_equal(gradus.Classifier(**SHORT).fit(masked, y).predict_proba(masked),
                          gradus.Classifier(**SHORT).fit(holes, y).predict_proba(holes))
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(60)]
    dates = [kind.DataFrame({"day": days, "b": X[:, 1], "c": ["x", None, "y"] * 20}) for kind in (pandas, polars)]
    assert np.array_equal(*(gradus.Classifier(**SHORT).fit(frame, y).predict_proba(frame) for frame in dates))


def test_an_encoder_gives_frames_where_somebody_wants_them():
    X, _ = blobs()
    frame = pandas.DataFrame(X, columns=["a", "b", "c"], index=range(7, 7 + len(X)))
    encoder = gradus.Encoder(net="4 sigmoid", pretrain_epochs=1)
    expected = encoder.fit(frame).transform(frame)
    said = clone(encoder.set_output(transform="pandas")).fit(frame).transform(frame)
    assert list(said.columns) == ["h1", "h2", "h3", "h4"] and said.index.equals(frame.index)
    assert np.array_equal(said.to_numpy(), expected)
    assert np.array_equal(encoder.set_output(transform="polars").fit_transform(frame).to_numpy(), expected)
    with config_context(transform_output="pandas"):
        assert make_pipeline(MinMaxScaler(), gradus.Encoder(pretrain_epochs=1)).fit_transform(frame).index.equals(frame.index)


def test_a_notebook_shows_what_was_learned():
    X, y = blobs()
    model = gradus.Classifier(**SHORT)
    assert "8 tanh" in model._repr_html_() and "training" not in model._repr_html_()
    assert "training" in model.fit(X, y)._repr_html_()


@pytest.mark.parametrize("wrong, sentence", [
    (lambda X, y: gradus.Classifier(n_jobs="2").fit(X, y), "n_jobs: '2'"),
    (lambda X, y: gradus.Classifier().fit(X, y, validation=0.2), r"validation: float, expected \(X, y\)"),
    (lambda X, y: gradus.Classifier().fit({"a": X[:, 0]}, y), "a dict of columns or rows"),
    (lambda X, y: gradus.Classifier().fit([{"a": 1}] * len(y), y), "a list of columns or rows"),
    (lambda X, y: gradus.Classifier().fit(polars.DataFrame(X).lazy(), y), "a LazyFrame"),
    (lambda X, y: gradus.Classifier().fit(polars.DataFrame({"a": [[1.0, 2.0]] * len(y)}), y), "a string or a number"),
    (lambda X, y: gradus.Classifier().fit(pandas.DataFrame(X + 1j), y), 'column "0", expected real numbers'),
    (lambda X, y: gradus.Classifier().fit(np.zeros((5, 2), dtype=[("a", float)]), y), "Structured arrays"),
    (lambda X, y: gradus.Classifier(**SHORT).fit(X, y).score(X, y[:3]), r"inconsistent numbers of samples: \[120, 3\]"),
    (lambda X, y: gradus.Regressor(**SHORT).fit(X, y).score(X, 3), r"inconsistent numbers of samples: \[120, 1\]"),
    (lambda X, y: gradus.Classifier(**SHORT).fit(pandas.DataFrame({"a": X[:, 0], "b": ["x", "y"] * 60}), y).predict(X[:, :2]),
     "X has the dtype float64, expected text or dates as well"),
])
def test_a_mistake_is_named(wrong, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        wrong(*blobs())


@pytest.mark.parametrize("X", [np.zeros((0, 3)), np.zeros((3, 0)), np.full((5, 2), np.inf), np.zeros((4, 3), complex),
                               np.zeros(4), 7, [[1, {}], [2, 3]], [["a", "b"], ["a"]], np.full((5, 2), np.nan),
                               np.zeros((2, 2, 2, 2)), [], None, "text", object()])
def test_what_is_no_data_is_refused(X):
    with pytest.raises((ValueError, TypeError)):
        gradus.Classifier(**SHORT).fit(X, [0, 1, 0, 1, 0])


def test_huge_and_tiny_numbers_are_numbers():
    X, y = blobs(60)
    for factor in (1e-300, 1e-30, 1e30, 1e300):
        model = gradus.Classifier(**SHORT).fit(X * factor, y)
        assert np.isfinite(model.predict_proba(X * factor)).all()


def test_strides_and_orders_do_not_matter():
    X, y = blobs()
    expected = gradus.Classifier(**SHORT).fit(X, y).predict_proba(X)
    wide = np.zeros((len(X), 6))
    wide[:, ::2] = X
    for same in (np.asfortranarray(X), wide[:, ::2], X[::-1][::-1], X.astype(">f8"), X.astype(object), X.tolist()):
        model = gradus.Classifier(**SHORT).fit(same, y)
        assert np.array_equal(model.predict_proba(same), expected)
