"""Estimators in scikit-learn's manner. scikit-learn itself is asked only where somebody uses it."""
from __future__ import annotations

import csv
import importlib
import os
import shlex
import sys
from typing import Any, Literal

import numpy as np

from . import _core, _data
from ._estimator import Estimator, Self, sorted_names
from ._parameters import SETTINGS


def _truth_for_score(predicted: np.ndarray, y: Any) -> np.ndarray:
    """y as an array like what was predicted, in which nothing is missing."""
    truth: np.ndarray = np.asarray(y)
    if truth.ndim == 0 or len(truth) != len(predicted):
        counts = [len(predicted), len(truth) if truth.ndim else 1]
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {counts}")
    if truth.ndim == 2 and truth.shape[1] == 1 and predicted.ndim == 1:
        truth = truth[:, 0]
    if truth.size != predicted.size:
        raise ValueError(f"y has the shape {truth.shape}, expected {predicted.shape}")
    if _data.has_missing(truth):
        raise ValueError("y contains NaN, expected a truth for each example (hint: evaluate() leaves out examples without)")
    return truth


def _weights_for_score(weights: Any, rows: int) -> np.ndarray:
    array = _data.weights_of(weights, rows)
    if not (array >= 0).all():
        raise ValueError("sample_weight: one is negative or missing, expected weights of at least 0")
    return array

class Classifier(Estimator):
    """A network that learns classes, or labels of which an example may have several.

    The parameters are the options of `gradus train`, with its defaults: see `gradus help train`, and below.
    """

    _task = "classify"
    _estimator_type = "classifier"
    classes_: np.ndarray

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, validation: Any = None) -> Classifier:
        """Learns from examples.

        Parameters
        ----------
        X : DataFrame (pandas, polars) or array, examples x features
            Text, missing values, dates and categories as `gradus train` reads them from a CSV file. An array of
            examples x channels x length holds series, one of bytes of examples x height x width images.
        y : array or Series
            The class of each example; of several columns of 0 and 1, the labels of each.
        sample_weight : array, optional
            How much each example counts.
        validation : (X, y), optional
            Examples to validate with, in the place of a share of these.
        """
        self._fit(X, _data.Truth(y, "classify"), sample_weight, validation)
        return self

    def _remember_classes(self, truth: _data.Truth | None) -> None:
        if truth is None:
            return
        labels = truth.task != "classify"
        self.classes_ = np.arange(len(truth.columns)) if labels else truth.originals(self.model_.classes)

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Classifier:
        """One epoch over these examples; what is seen of a column, its scale, is fitted at the first call.

        Parameters
        ----------
        X, y, sample_weight : as for fit()
        classes : array, at the first call
            All classes that will come.
        """
        truth = _data.Truth(y, "classify")
        every = truth if classes is None or truth.task != "classify" else _data.Truth(classes, "classify")
        if hasattr(self, "model_") and every is not truth and set(sorted_names(every)) != set(self.model_.classes):
            raise ValueError(f"classes: {np.asarray(classes)!r}, expected those of the first call: {self.classes_!r}")
        self._fit_further(X, truth, sample_weight, every)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The class of each example; of labels a row of 0 and 1.

        Parameters
        ----------
        X : DataFrame or array, as fit() saw it
        """
        values, classes = self._answers(X)
        return (values >= 0.5).astype(np.int64) if classes is None else self.classes_[classes[:, 0]]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, or of each label: a row for each example.

        Parameters
        ----------
        X : DataFrame or array, as fit() saw it
        """
        return self._answers(X)[0]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The accuracy: the share of the examples whose class, or whose labels, are all right.

        Parameters
        ----------
        X, y : as for fit()
        sample_weight : array, optional
        """
        predicted = self.predict(X)
        y = _truth_for_score(predicted, y)
        if (y.dtype.kind in "US") != (predicted.dtype.kind in "US") and "O" not in (y.dtype.kind, predicted.dtype.kind):
            raise ValueError(f"y has the dtype {y.dtype}, expected that of the classes, {predicted.dtype}")
        right = predicted == y
        weights = None if sample_weight is None else _weights_for_score(sample_weight, len(y))
        return float(np.average(right.all(axis=1) if right.ndim == 2 else right, weights=weights))

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags(multi_label=True)
        return tags


class Regressor(Estimator):
    """A network that learns values, one or several for each example."""

    _task = "regress"
    _estimator_type = "regressor"

    def fit(self: Self, X: Any, y: Any, sample_weight: Any = None, *, validation: Any = None) -> Self:
        """Learns from examples.

        Parameters
        ----------
        X : DataFrame (pandas, polars) or array, examples x features; see Classifier.fit
        y : array or Series of numbers
            A value for each example, or several.
        sample_weight : array, optional
            How much each example counts.
        validation : (X, y), optional
            Examples to validate with, in the place of a share of these.
        """
        self._fit(X, _data.Truth(y, "regress"), sample_weight, validation)
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Regressor:
        """One epoch over these examples; the scales of columns and values are fitted at the first call.

        Parameters
        ----------
        X, y, sample_weight : as for fit()
        """
        truth = _data.Truth(y, "regress")
        self._fit_further(X, truth, sample_weight, truth)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The value of each example, or a row of values.

        Parameters
        ----------
        X : DataFrame or array, as fit() saw it
        """
        values = self._answers(X)[0]
        return values[:, 0] if values.shape[1] == 1 else values

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R2 = 1 - sum (a - y)^2 / sum (y - mean y)^2, the mean over the outputs.

        Parameters
        ----------
        X, y : as for fit()
        sample_weight : array, optional
        """
        A = self._answers(X)[0]
        Y = _truth_for_score(A, y)
        Y = (_data.seconds_of(Y) if Y.dtype.kind == "m" else Y.astype(np.float64)).reshape(A.shape)
        w = np.ones(len(Y)) if sample_weight is None else _weights_for_score(sample_weight, len(Y))
        differences, deviations = A - Y, Y - np.average(Y, axis=0, weights=w)
        unit = np.maximum(np.abs(differences).max(axis=0), np.abs(deviations).max(axis=0))  # of which squares are numbers
        unit[unit == 0] = 1
        errors, spreads = w @ (differences / unit) ** 2, w @ (deviations / unit) ** 2
        exact = np.where(errors == 0, 1.0, 0.0)
        return float(np.mean(np.where(spreads > 0, 1 - errors / np.where(spreads > 0, spreads, 1), exact)))

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import RegressorTags

        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
        tags.target_tags.multi_output = True
        return tags


class Encoder(Estimator):
    """Features of a restricted Boltzmann machine, or of several, each learned on the one before."""

    _task = "encode"

    def _settings(self, task: str) -> list[tuple[str, str]]:
        said = super()._settings(task)
        return said if any(name == "pretrain" for name, _ in said) else [*said, ("pretrain", "rbm")]

    def fit(self: Self, X: Any, y: Any = None) -> Self:
        """Learns from examples without a truth.

        Parameters
        ----------
        X : DataFrame (pandas, polars) or array, examples x features; see Classifier.fit
        y : None
            Nothing; scikit-learn's pipelines pass it.
        """
        self._fit(X, None, None, None)
        return self

    def transform(self, X: Any) -> Any:
        """The hidden units of the last layer: a row for each example; an array, unless set_output() said otherwise.

        Parameters
        ----------
        X : DataFrame or array, as fit() saw it
        """
        values, kind = self._answers(X)[0], getattr(self, "_sklearn_output_config", {}).get("transform")
        if kind is None and "sklearn" in sys.modules:
            kind = sys.modules["sklearn"].get_config()["transform_output"]
        if kind in (None, "default"):
            return values
        frames = importlib.import_module(kind)
        names = self.get_feature_names_out()
        if kind == "polars":
            return frames.DataFrame(values, schema=names.tolist(), orient="row")
        return frames.DataFrame(values, columns=names, index=getattr(X, "index", None))

    def set_output(self: Self, *, transform: Literal["default", "pandas", "polars"] | None = None) -> Self:
        """What transform() gives: an array, or a DataFrame.

        Parameters
        ----------
        transform : "default", "pandas" or "polars"; None: as before
        """
        if transform not in (None, "default", "pandas", "polars"):
            raise ValueError(f"transform: {transform!r}, expected 'default', 'pandas' or 'polars'")
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}  # so called, clone() takes it along
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """fit(X), then transform(X)."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names of the hidden units: h1, h2, ..."""
        return np.array(self._model().targets, dtype=object)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import TransformerTags

        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.transformer_tags = TransformerTags(preserves_dtype=[])
        return tags

def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _value(text: str, kind: str) -> Any:
    """The reverse, of a setting whose values are of this kind."""
    if kind == "":
        return True
    if kind == "X":
        return float(text)
    if kind == "SHARE|FILE":  # a file's examples are not in the model: who fits again gives them again
        return float(text) if _is_number(text) else None
    return int(text) if kind in ("N", "N|full", "K") and text.isdigit() else text

def load(path: str | os.PathLike[str], allow_external: bool = False) -> Classifier | Regressor | Encoder:
    """The estimator of a model file, whoever wrote it: gradus in Python or on the command line, or another program.

    Another program's model that does not name classes is a Regressor, which predicts its outputs; where it ends in LogSoftmax,
    those are the probabilities themselves.

    Parameters
    ----------
    path : path of an ONNX file
    allow_external : may another program's model keep weights in a second file? Read is only an ordinary file of a plain
        name in the model's own folder.
    """
    model = _core.Model.read(os.fspath(path), allow_external)
    kinds: dict[str, Any] = {"classify": Classifier, "multilabel": Classifier, "encode": Encoder}
    estimator: Any = kinds.get(model.task, Regressor)()
    for name, text in model.settings().items():
        if name in SETTINGS and hasattr(estimator, name):
            setattr(estimator, name, _value(text, SETTINGS[name]))
        elif name == "seed":
            estimator.random_state = int(text)
    words = shlex.split(model.recipe)
    for option, text in zip(words, words[1:]):
        if option in ("--ignore", "--categorical", "--missing"):
            setattr(estimator, option[2:], next(csv.reader([text])))
        elif option in ("--decimal", "--date-order"):
            setattr(estimator, option[2:].replace("-", "_"), text)
    estimator.model_ = model
    columns = model.columns
    estimator.n_features_in_ = len(columns)
    if columns != [str(i + 1) for i in range(len(columns))]:
        estimator.feature_names_in_ = np.array(columns, dtype=object)
    if model.task == "classify":
        whole = all(name.lstrip("-").isdigit() for name in model.classes)
        estimator.classes_ = np.array([int(name) for name in model.classes] if whole else model.classes)
    elif model.task == "multilabel":
        estimator.classes_ = np.arange(len(model.targets))
    loaded: Classifier | Regressor | Encoder = estimator
    return loaded
