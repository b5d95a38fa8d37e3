"""Whatever array somebody brings: an answer of the right shape, or a ValueError or TypeError; never a crash, nor other bits.

GRADUS_EXAMPLES says how many arrays of each kind: scripts/weekly tries many, with the address sanitizer.
"""
import contextlib
import os

import numpy as np
import pandas
import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import gradus

settings.register_profile("gradus", max_examples=int(os.environ.get("GRADUS_EXAMPLES", 40)), deadline=None, derandomize=True,
                          database=None, suppress_health_check=list(HealthCheck))
settings.load_profile("gradus")
REFUSED = (ValueError, TypeError)
SHORT = dict(net="3 tanh", iterations=2, ensemble=1, encode="none", n_jobs=1)

NUMBERS = (arrays.floating_dtypes(endianness="?") | arrays.integer_dtypes(endianness="?")
           | arrays.unsigned_integer_dtypes(endianness="?") | arrays.boolean_dtypes())
DTYPES = (NUMBERS | arrays.complex_number_dtypes() | arrays.datetime64_dtypes() | arrays.timedelta64_dtypes()
          | arrays.unicode_string_dtypes(max_len=3) | arrays.byte_string_dtypes(max_len=3))
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)


@st.composite
def strided(draw, dtypes=NUMBERS, shapes=SHAPES):
    """An array in any memory: by rows or columns, with gaps, backwards, without alignment, read-only."""
    X = draw(arrays.arrays(dtype=draw(dtypes), shape=draw(shapes)))
    if draw(st.booleans()):
        X = np.asfortranarray(X)
    if draw(st.booleans()) and X.ndim:
        wide = np.zeros([2 * n for n in X.shape], X.dtype)
        wide[(slice(None, None, 2),) * X.ndim] = X
        X = wide[(slice(None, None, 2),) * X.ndim]
    if draw(st.booleans()) and X.ndim:
        X = X[::-1]
    if draw(st.booleans()) and X.dtype.itemsize > 1 and X.dtype.kind in "fiu":
        bytes_ = np.zeros(X.nbytes + 1, np.uint8)
        unaligned = np.ndarray(X.shape, X.dtype, bytes_, offset=1)
        unaligned[...] = X
        X = unaligned
    X.flags.writeable = draw(st.booleans()) and X.flags.writeable
    return X


def plain(X):
    """The same numbers, as everybody has them."""
    return np.array(X, dtype=X.dtype.newbyteorder("="), order="C")


MODELS = {}


def model_of(features):
    """Models that know so many columns, or images and series."""
    if not MODELS:
        random, classes, labels = np.random.RandomState(0), np.arange(12) % 3, np.arange(24).reshape(12, 2) // 3 % 2
        for shape in [(n,) for n in range(1, 7)] + [(2, 3)]:
            X, net = random.randn(12, *shape), "3 tanh" if len(shape) == 1 else "flatten, 3 tanh"
            MODELS[shape] = [kind(**dict(SHORT, net=net)).fit(X, y) for kind, y in (
                (gradus.Classifier, classes), (gradus.Classifier, labels), (gradus.Regressor, X.reshape(12, -1)[:, 0]))]
            if len(shape) == 1:
                MODELS[shape].append(gradus.Encoder(net="3 sigmoid", pretrain_epochs=1).fit(X))
    return MODELS.get(features)


def answer(model, X):
    return model.transform(X) if hasattr(model, "transform") else model.predict(X)


@given(strided(DTYPES))
def test_any_array_is_answered_or_refused(X):
    for model in model_of(X.shape[1:]) or model_of((3,)):
        try:
            said = answer(model, X)
        except REFUSED:
            continue
        assert len(said) == len(X) > 0
        if X.dtype.kind in "fiub":
            assert np.array_equal(said, answer(model, plain(X)))


@given(strided(DTYPES), st.data())
def test_any_array_is_learned_or_refused(X, data):
    rows = X.shape[0] if X.ndim else 0
    y = data.draw(strided(NUMBERS, st.just((rows,))) | st.lists(st.sampled_from("ab"), min_size=rows, max_size=rows))
    for kind in (gradus.Classifier, gradus.Regressor):
        try:
            model = kind(**SHORT).fit(X, y)
        except REFUSED:
            continue
        said = model.predict(X)
        assert len(said) == rows
        if kind is gradus.Classifier:
            assert set(said.tolist()) <= set(model.classes_.tolist())
        same = kind(**SHORT).fit(plain(X) if X.dtype.kind in "fiub" else X, y)
        assert np.array_equal(same.predict(X), said)


@given(strided(DTYPES), strided(DTYPES), strided(DTYPES), st.sampled_from([gradus.Classifier, gradus.Regressor]))
def test_any_weights_validation_or_further_rows_are_taken_or_refused(weights, X, y, kind):
    features = X.shape[1] if X.ndim == 2 and X.shape[1] else 2
    rows, truth = np.arange(6.0 * features).reshape(6, features), np.arange(6) % 2
    weights = np.resize(weights, 6) if weights.size and weights.ndim == 1 else weights
    model = kind(**SHORT).fit(rows, truth)
    before = model.predict(rows)
    for act in (lambda: kind(**SHORT).fit(rows, truth, sample_weight=weights), lambda: kind(**SHORT).fit(rows, truth, validation=(X, y)),
                lambda: model.score(X, y), lambda: model.evaluate(rows, truth, sample_weight=weights), lambda: model.partial_fit(X, y)):
        with contextlib.suppress(*REFUSED):
            act()
        assert model.predict(rows).shape == before.shape


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.dates(), st.datetimes(),
                   st.sampled_from(["1,5", "3.4 kg", "01/02/2024", "NA", "inf", "1e400", "\0", "\ud800"]), st.binary(max_size=2))
COLUMNS = st.lists(VALUES, min_size=0, max_size=8) | st.lists(st.floats(), max_size=8) | st.lists(st.text(max_size=3), max_size=8)


@given(st.dictionaries(st.text(max_size=3), COLUMNS, max_size=4), st.sampled_from(["pandas", "polars"]))
def test_any_frame_is_learned_or_refused(columns, kind):
    rows = min(map(len, columns.values()), default=0)
    columns = {name: values[:rows] for name, values in columns.items()}
    try:
        frame = pandas.DataFrame(columns) if kind == "pandas" else polars.DataFrame(columns, strict=False)
    except Exception:  # no frame at all
        return
    try:
        model = gradus.Classifier(**SHORT).fit(frame, np.arange(rows) % 2)
    except REFUSED:
        return
    assert model.predict(frame).shape == (rows,)


@given(strided(DTYPES), strided(DTYPES), strided(DTYPES), st.sampled_from(["float64", "float32"]), st.integers(1, 3))
def test_networks_take_any_array_or_refuse_it(X, Y, weights, dtype, threads):
    features = int(np.prod(X.shape[1:])) if X.ndim else 1
    try:
        network = gradus.Network(max(features, 1), "3 tanh, 2 sigmoid", dtype=dtype)
    except REFUSED:
        return
    step = gradus.TrainingStep(network, batch=4, threads=threads)
    for verb in (lambda: network(X), lambda: step.forward(X), lambda: step.cost(Y), lambda: step.backward(Y),
                 lambda: step.backward(Y, weights), step.update, lambda: step.forward(Y), lambda: step.backward(Y),
                 lambda: step.gradient("W1"), lambda: next(gradus.Run(network, X, Y, weights=weights, batch=2, iterations=2))):
        try:
            verb()
        except (*REFUSED, StopIteration):
            pass


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 2**63])
def test_single_numbers_are_answered_or_refused(number):
    X = np.array([[0.5, number, 1.0]])
    for model in model_of((3,)):
        try:
            assert len(answer(model, X)) == 1
        except REFUSED as refused:
            assert "finite" in str(refused)


def test_weights_are_real_numbers():
    with pytest.raises(ValueError, match="Complex data not supported: sample weights, expected real numbers"):
        gradus.Classifier(**SHORT).fit(np.eye(4), [0, 1, 0, 1], sample_weight=np.ones(4) + 1j)
