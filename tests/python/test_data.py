"""What somebody may pass as X and y, and what the answers are compared with: nothing is taken for something else in silence."""
import datetime

import numpy as np
import pandas
import polars
import pytest

import gradus

SHORT = dict(net="4 tanh", epochs=3, ensemble=1, n_jobs=1)
RANDOM = np.random.RandomState(0)
Y = RANDOM.randint(0, 2, 60)
X = RANDOM.randn(60, 3) + Y[:, None]
DAYS = np.datetime64("2024-01-01") + np.arange(60).astype("timedelta64[D]")
ONE_IS_MISSING = np.where(np.arange(60) == 3, np.nan, Y)


def classifier(**said):
    return gradus.Classifier(**{**SHORT, **said})


def regressor():
    return gradus.Regressor(**SHORT)


def test_a_score_takes_a_column_for_the_same_as_a_row():
    model, values = classifier().fit(X, Y), regressor().fit(X, X[:, 0])
    assert model.score(X, Y[:, None]) == model.score(X, pandas.DataFrame({"y": Y})) == model.score(X, Y)
    assert values.score(X, X[:, :1]) == values.score(X, X[:, 0])


@pytest.mark.parametrize("fit, y, sentence", [
    (lambda: classifier().fit(X, Y), ONE_IS_MISSING, "y contains NaN"),
    (lambda: classifier().fit(X, Y), pandas.Series(Y, dtype="Int64").mask(pandas.Series(Y == 0)), "y contains NaN"),
    (lambda: classifier().fit(X, Y), Y.astype(str), "y has the dtype <U21, expected that of the classes, int64"),
    (lambda: classifier().fit(X, np.array(["no", "yes"])[Y]), Y, "y has the dtype int64, expected that of the classes, <U3"),
    (lambda: classifier().fit(X, Y), np.c_[Y, Y], r"y has the shape \(60, 2\), expected \(60,\)"),
    (lambda: regressor().fit(X, X[:, 0]), ONE_IS_MISSING, "y contains NaN"),
])
def test_a_score_refuses_what_it_cannot_compare(fit, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit().score(X, y)


@pytest.mark.parametrize("weights", [np.full(60, np.nan), -np.ones(60), np.zeros(60), np.ones(59), np.ones(60) * 1j])
def test_a_score_refuses_weights_that_are_none(weights):
    for model, y in ((classifier(), Y), (regressor(), X[:, 0])):
        model.fit(X, y)
        with pytest.raises(ValueError):
            model.score(X, y, sample_weight=weights)


def test_durations_are_scored_in_the_seconds_in_which_they_are_predicted():
    durations = (X[:, 0] * 1e6).astype("timedelta64[ms]")
    model = regressor().fit(X, durations)
    assert model.score(X, durations) == pytest.approx(model.score(X, durations / np.timedelta64(1, "s")), abs=0)


@pytest.mark.parametrize("y", [np.array([1, "1", 2], dtype=object)[Y], np.array(["a", "a ", "b"])[RANDOM.randint(0, 3, 60)]])
def test_classes_that_the_model_could_not_tell_from_each_other_are_refused(y):
    with pytest.raises(ValueError, match="which are one to the model"):
        classifier().fit(X, y)


@pytest.mark.parametrize("y", [DAYS, DAYS - DAYS[0], pandas.Series(DAYS)])
def test_times_are_no_classes(y):
    with pytest.raises(ValueError, match="Unknown label type"):
        classifier().fit(X, y)


def test_a_fit_that_was_refused_changes_nothing():
    model = classifier().fit(X, Y)
    before = model.predict(X)
    for y in (np.zeros(60), ["a"] * 60):
        with pytest.raises(gradus.Error, match="every label is"):
            model.fit(X, y)
    assert np.array_equal(model.predict(X), before) and model.predict(X).dtype == before.dtype


def test_a_model_of_an_array_takes_the_columns_of_a_frame_in_their_order():
    model = classifier().fit(X, Y)
    for names in ("abc", [0, 1, 2], [3, 1, 2], ["2", "3", "4"]):
        frame = pandas.DataFrame(X, columns=list(names))
        assert np.array_equal(model.predict_proba(frame), model.predict_proba(X))
        assert model.evaluate(frame, Y) == model.evaluate(X, Y)
    for frame in (pandas.DataFrame(np.c_[X, X]), pandas.DataFrame(X[:, :2])):
        with pytest.raises(ValueError, match="features, but Classifier is expecting 3 features"):
            model.predict(frame)


@pytest.mark.parametrize("names", ["abc", [2, 0, 1], [3, 1, 2]])
def test_a_model_of_a_frame_takes_the_columns_of_an_array_in_their_order(names):
    frame = pandas.DataFrame(X, columns=list(names))
    model = classifier().fit(frame, Y)
    assert np.array_equal(model.predict_proba(X), model.predict_proba(frame))
    assert np.array_equal(model.predict_proba(X[:1]), model.predict_proba(frame[:1]))
    assert model.evaluate(X, Y) == model.evaluate(frame, Y)


def test_a_model_of_an_array_of_several_kinds_takes_such_arrays_and_frames():
    frame = pandas.DataFrame({"colour": np.array(["red", "blue"])[Y], "size": X[:, 0], "day": DAYS.astype(str).astype(object)})
    array = frame.to_numpy(dtype=object)
    model = classifier().fit(array, Y)
    expected = classifier().fit(frame, Y).predict_proba(frame)
    assert np.array_equal(model.predict_proba(array), expected) and np.array_equal(model.predict_proba(frame), expected)


def test_a_model_of_a_frame_of_several_kinds_takes_an_array_of_objects():
    frame = pandas.DataFrame({"colour": np.array(["red", "blue"])[Y], "size": X[:, 0], "day": DAYS})
    model = classifier().fit(frame, Y)
    assert np.array_equal(model.predict_proba(frame.to_numpy(dtype=object)), model.predict_proba(frame))
    assert model.evaluate(frame.to_numpy(dtype=object), Y) == model.evaluate(frame, Y)


@pytest.mark.parametrize("names", ["abc", [3, 1, 2]])
def test_validation_takes_columns_in_their_order_where_one_side_has_no_names(names):
    frame = pandas.DataFrame(X, columns=list(names))
    expected = classifier().fit(frame, Y, validation=(frame[:20], Y[:20])).validation_
    assert classifier().fit(frame, Y, validation=(X[:20], Y[:20])).validation_ == expected
    assert classifier().fit(X, Y, validation=(frame[:20], Y[:20])).validation_ == expected
    with pytest.raises(ValueError, match="validation: X has 2 features, expected 3"):
        classifier().fit(frame, Y, validation=(X[:20, :2], Y[:20]))


def test_series_have_the_shape_that_was_learned():
    series = RANDOM.randn(60, 2, 12)
    model = classifier(net="conv 4x3, relu, globalavgpool").fit(series, Y)
    assert np.array_equal(model.predict_proba(series.reshape(60, 24)), model.predict_proba(series))
    for wrong in (series.transpose(0, 2, 1), series.reshape(60, 4, 6)):
        with pytest.raises(ValueError, match=r"X has examples of the shape .*, but Classifier is expecting \(2, 12\)"):
            model.predict(wrong)
    with pytest.raises(ValueError, match=r"but Classifier is expecting \(3,\)"):
        classifier().fit(X, Y).predict(X.reshape(60, 3, 1))


def test_a_truth_of_any_strides_and_byte_order_is_the_same():
    fields = np.zeros(60, dtype=[("x", "<f8"), ("odd", "u1"), ("i", "<i8")])
    fields["x"], fields["i"] = X[:, 0], Y
    expected = [regressor().fit(X, y).predict(X) for y in (X[:, 0], Y)]
    for y in (fields["x"], X[:, 0].astype(">f8"), np.repeat(X[:, 0], 2)[::2], X[::-1, 0].copy()[::-1], pandas.Series(X[:, 0])):
        assert np.array_equal(regressor().fit(X, y).predict(X), expected[0])
    for y in (fields["i"], Y.astype(np.int8), Y.astype(">i8"), Y.astype(np.float32), Y.astype(np.float16)):
        assert np.array_equal(regressor().fit(pandas.DataFrame(X), y).predict(X), expected[1])


def test_polars_has_no_series_without_a_name():
    frame = polars.DataFrame({"a": X[:, 0], "b": X[:, 1]})
    assert classifier().fit(frame, polars.Series(Y)).recipe_ == classifier().fit(frame, Y).recipe_
    with pytest.raises(ValueError, match='column "t" has 2 dimensions'):
        classifier().fit(frame.with_columns(polars.Series([{"u": 1, "v": 2}] * 60).alias("t")), Y)


def test_texts_are_the_same_whether_they_are_one_object_or_many():
    values = ["1", "2.50", "blue", None, "1", " blue ", "2.50", True, "NA", "True", 2.5, "grey"] * 5
    once = pandas.DataFrame({"x": pandas.Series([value if type(value) is not str else "".join(value) for value in values],
                                                dtype=object), "z": X[:, 0]})
    again = pandas.DataFrame({"x": pandas.Series([value if type(value) is not str else value[:1] + value[1:] for value in values],
                                                 dtype=object), "z": X[:, 0]})
    models = [classifier().fit(frame, Y) for frame in (once, again)]
    assert np.array_equal(models[0].predict_proba(once), models[1].predict_proba(again))
    fields = [None if value is None else str(value) for value in values]
    text = classifier().fit(pandas.DataFrame({"x": pandas.Series(fields, dtype=object), "z": X[:, 0]}), Y)
    assert np.array_equal(text.predict_proba(once), models[0].predict_proba(once))


def test_partial_fit_knows_the_classes_of_its_first_call():
    model = classifier().partial_fit(X, Y, classes=[0, 1])
    assert model.partial_fit(X, Y, classes=[1, 0]).classes_.tolist() == [0, 1]
    with pytest.raises(ValueError, match="expected those of the first call"):
        model.partial_fit(X, Y, classes=[0, 1, 2])


@pytest.mark.parametrize("state", [-1, 1.5, "0", 2**32])
def test_a_random_state_is_a_seed_or_none(state):
    with pytest.raises(ValueError, match="^random_state: "):
        classifier(random_state=state).fit(X, Y)


def test_a_column_is_called_by_its_own_name():
    frame = pandas.DataFrame(X)
    assert classifier(ignore=0).fit(frame, Y).recipe_ == classifier(ignore=["0"]).fit(frame, Y).recipe_


def test_what_is_left_out_is_said():
    for y in (ONE_IS_MISSING, np.where(np.arange(60) == 3, None, Y)):
        with pytest.warns(UserWarning, match="1 row without a label is left out"):
            classifier().fit(X, y)
    frame = pandas.DataFrame(X, columns=list("abc")).assign(name=[f"n{i}" for i in range(60)])
    with pytest.warns(UserWarning, match='column "name" is left out: 60 different texts in 60 rows'):
        classifier().fit(frame, Y)


def test_dates_are_the_same_however_a_frame_holds_them():
    models = [classifier().fit(pandas.DataFrame({"day": days, "z": X[:, 0]}), Y) for days in (
        DAYS, pandas.Series([datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(60)], dtype=object),
        DAYS.astype(str).astype(object))]
    frame = pandas.DataFrame({"day": DAYS, "z": X[:, 0]})
    assert all(np.array_equal(model.predict_proba(frame), models[0].predict_proba(frame)) for model in models)
