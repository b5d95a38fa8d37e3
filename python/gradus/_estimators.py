"""Estimators in scikit-learn's manner. scikit-learn itself is asked only where somebody uses it."""
from __future__ import annotations

import contextlib
import importlib
import math
import os
import pathlib
import sys
from typing import Any, Literal, TypeVar

import numpy as np

from . import _core, _data
from ._html import preformatted
from ._parameters import SETTINGS, Parameters

Self = TypeVar("Self", bound="Estimator")


def _not_fitted(estimator: Any) -> Exception:
    message = f"This {type(estimator).__name__} instance is not fitted yet (hint: fit(X, y), or gradus.load(path))"
    error: type[Exception] = type("NotFittedError", (ValueError, AttributeError), {})
    with contextlib.suppress(ImportError):
        from sklearn.exceptions import NotFittedError

        error = NotFittedError
    return error(message)


def _typed(value: Any) -> str:
    """A value as somebody would type it on a command line."""
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    return str(value)


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


class Estimator(Parameters):
    """What all estimators have in common."""

    _task = ""
    model_: _core.Model
    n_features_in_: int

    # What scikit-learn asks of an estimator.

    @classmethod
    def _names(cls) -> list[str]:
        code = Parameters.__init__.__code__
        return list(code.co_varnames[1 : 1 + code.co_kwonlyargcount])

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name.

        Parameters
        ----------
        deep : bool
            Without a meaning here: no parameter is an estimator.
        """
        return {name: getattr(self, name) for name in sorted(self._names())}

    def set_params(self: Self, **parameters: Any) -> Self:
        """Sets parameters by name; returns the estimator itself."""
        known = self._names()
        for name, value in parameters.items():
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {type(self).__name__}. Valid parameters are: {known!r}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        fresh = type(self)()
        said = (f"{name}={value!r}" for name, value in self.get_params().items() if value != getattr(fresh, name))
        return f"{type(self).__name__}({', '.join(said)})"

    def _repr_html_(self) -> str:
        return preformatted([repr(self), *(self.model_.lines() if hasattr(self, "model_") else [])])

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags

        inputs = InputTags(allow_nan=True, string=True, categorical=True)
        return Tags(estimator_type=None, target_tags=TargetTags(required=True), input_tags=inputs)

    # How the data and the parameters become what the program reads.

    def _reading(self) -> _core.Reading:
        reading = _core.Reading(self.decimal or "", self.date_order or "", _data.as_list(self.missing))
        return self.model_.as_learned(reading)

    def _seed(self) -> int | None:
        state: Any = self.random_state
        if hasattr(state, "randint"):  # of numpy.random: RandomState, or Generator
            return int(state.randint(2**31))
        if hasattr(state, "integers"):
            return int(state.integers(2**31))
        if state is not None and not (isinstance(state, (int, np.integer)) and 0 <= state < 2**32):
            raise ValueError(
                f"random_state: {state!r}, expected a whole number from 0 to 4294967295, or NumPy's RandomState or Generator"
            )
        return None if state is None else int(state)

    def _settings(self, task: str) -> list[tuple[str, str]]:
        """What was said, setting by setting, as somebody would type it."""
        said = {**self.__dict__, "task": task, "seed": self._seed()}
        return [
            (name, "" if kind == "" else _typed(value))
            for name, kind in SETTINGS.items()
            if (value := said.get(name)) is not None and not (kind == "" and value is False)
        ]

    def _threads(self) -> int | None:
        if self.n_jobs is not None and not isinstance(self.n_jobs, (int, np.integer)):
            raise TypeError(f"n_jobs: {self.n_jobs!r}, expected a whole number")
        if self.n_jobs is None or self.n_jobs < 0:
            return None
        return max(1, self.n_jobs)

    def _said(self, table: _core.Table, categories: list[str], known: bool) -> _core.Said:
        """What each column is for; a model knows (`known`), and asks for nothing but the weights."""
        said = _core.Said()
        said.missing = _data.as_list(self.missing)
        said.decimal, said.date_order = self.decimal or "", self.date_order or ""
        if known:
            said.weight = self.weight if self.weight in table.columns else ""
            return said
        said.ignored = _data.as_list(self.ignore)
        said.categorical = _data.as_list(self.categorical)
        for name in categories:
            if name not in said.categorical and table.is_numeric(name):
                said.categorical = [*said.categorical, name]
        said.group, said.weight = self.group or "", self.weight or ""
        said.by_time = self.split == "time" and self.validation != 0
        return said

    def _dataset(
        self,
        X: Any,
        truth: _data.Truth | None,
        weights: Any,
        reading: _core.Reading,
        classes: list[str] | None = None,
        known: bool = False,
        names_of_columns: list[str] | None = None,
    ) -> _core.Dataset:
        """X and y as a data set; `classes` are those it has, `known` says that a model has learned its columns."""
        table, categories = _data.table_of(X, reading, self.name, names_of_columns)
        rows = table.rows
        said = self._said(table, categories, known)
        if weights is not None:
            weights = _data.weights_of(weights, rows)
            said.weight = _data.free_name("sample_weight", table.columns)
            _data.add_column(table, said.weight, weights, reading)
        labels = "none"
        if truth is not None:
            if len(truth) != rows:
                raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, len(truth)]}")
            named = _data.is_frame(X) and not table.unnamed
            count = len(truth.columns)
            plain = ["label"] if count == 1 else [f"label{i + 1}" for i in range(count)]
            names = truth.names if named and truth.names else ["target"] if named and count == 1 else plain
            if not named:
                names = [_data.free_name(name, table.columns) for name in names]
            else:
                names = [self._name_beside(name, X, column) for name, column in zip(names, truth.columns)]
            truth.add_to(table, names, reading)
            if named:
                said.targets = names
            else:
                table.mark_labels(count)
                said.labels_file = "y.npy" if truth.columns[0].dtype.kind in "fiub" else "y.csv"
            labels = {"classify": "classes", "multilabel": "multilabel", "regress": "values"}[truth.task]
        if self.name:
            name = pathlib.PurePath(self.name).name.removesuffix(".gz")
            stem = pathlib.PurePath(name).stem or name
        else:
            stem = "data" if table_is_text(X) else "X"
        return _core.Dataset(table, stem, said, labels, classes)

    @staticmethod
    def _name_beside(name: str, X: Any, column: np.ndarray) -> str:
        """A target's name among the columns of X, of which it must be none."""
        names = _data.names_of(X)
        if name in names and np.array_equal(np.asarray(X[X.columns[names.index(name)]], dtype=object), column.astype(object)):
            raise ValueError(f'X has y itself among its columns, "{name}", expected it in y alone (hint: X.drop(columns="{name}"))')
        return _data.free_name(name, names)

    def _remember_features(self, X: Any) -> None:
        """n_features_in_, and feature_names_in_ where X has names."""
        if _data.is_frame(X):
            self.feature_names_in_ = np.array(_data.names_of(X), dtype=object)
            self.n_features_in_ = len(self.feature_names_in_)
        else:
            self.__dict__.pop("feature_names_in_", None)
            self.n_features_in_ = math.prod(X.shape[1:])
        self._shape_in = X.shape[1:] if isinstance(X, np.ndarray) else (self.n_features_in_,)
        names = [str(name) for name in self.__dict__.get("feature_names_in_", ())]
        # An array's columns are those of the DataFrame in their order; the model itself sorts them by kinds, and takes numbers
        # for places.
        self._names_in_order = names if self.model_.kinds > 1 or any(name.isdigit() for name in names) else None

    def _names_for(self, X: Any) -> list[str] | None:
        """What the model calls the columns of X in their order, where X has names and the model not, or the reverse."""
        if not _data.is_frame(X):
            names: list[str] | None = self.__dict__.get("_names_in_order")
            if names and self.model_.kinds > 1 and X.dtype.kind not in "OUS":
                raise ValueError(f"X has the dtype {X.dtype}, expected text or dates as well (hint: a DataFrame, or dtype=object)")
            return names
        if hasattr(self, "feature_names_in_"):
            return None
        self._require_features(X)
        return [str(i + 1) for i in range(self.n_features_in_)]

    def _problem(
        self,
        X: Any,
        truth: _data.Truth | None,
        sample_weight: Any = None,
        validation: Any = None,
        classes: list[str] | None = None,
    ) -> tuple[_core.Dataset, list[tuple[str, str]], _core.Dataset | None]:
        """The data, what was said about the run, and the validation examples where they were given."""
        reading = _core.Reading(self.decimal or "", self.date_order or "", _data.as_list(self.missing))
        if truth is not None and len(truth) == 1:
            raise ValueError("there is 1 sample, and nothing can be learned from it; expected several examples")
        data = self._dataset(X, truth, sample_weight, reading, classes)
        task = self._task if truth is None else truth.task
        aside = None
        if validation is not None:
            if not isinstance(validation, (tuple, list)) or len(validation) != 2:
                raise ValueError(
                    f"validation: {type(validation).__name__}, expected (X, y); a share of the examples is a parameter "
                    f"(hint: {type(self).__name__}(validation=0.2))"
                )
            X_aside, y_aside = validation
            truth_aside = None if truth is None else _data.Truth(y_aside, task)
            names = _data.names_beside(X, X_aside)
            aside = self._dataset(X_aside, truth_aside, None, data.as_learned(reading), data.classes, True, names)
        return data, self._settings(task), aside

    def _fit(self, X: Any, truth: _data.Truth | None, sample_weight: Any, validation: Any) -> None:
        X = X if _data.is_frame(X) else _data.as_array(X)
        data, settings, aside = self._problem(X, truth, sample_weight, validation)
        self.__dict__.pop("model_", None)
        self._train(X, data, settings, aside, every=truth)

    def _fit_further(self, X: Any, truth: _data.Truth, sample_weight: Any, every: _data.Truth) -> None:
        """One epoch; the first fits the features as well, for every class that will come."""
        X = X if _data.is_frame(X) else _data.as_array(X)
        if hasattr(self, "model_"):
            self._require_features(X)
            data = self._known_data(X, truth, sample_weight)
            return self._train(X, data, [("epochs", "1")], None, self.model_)
        classes = None if every is truth else sorted_names(every)
        data, settings, _ = self._problem(X, truth, sample_weight, None, classes)
        others = ("epochs", "iterations", "patience", "validation", "ensemble", "folds")
        said = [(name, text) for name, text in settings if name not in others]
        return self._train(X, data, [*said, ("epochs", "1"), ("validation", "0"), ("ensemble", "1")], None, every=every)

    def _train(
        self,
        X: Any,
        data: _core.Dataset,
        settings: list[tuple[str, str]],
        aside: _core.Dataset | None,
        start: _core.Model | None = None,
        every: _data.Truth | None = None,
    ) -> None:
        bar = _Bar() if self.progress else None
        try:
            model, raised = _core.train(
                data, settings, self._threads(), aside, start, print if self.verbose else None, bar
            )
        finally:
            if bar is not None:
                bar.close()
        self.model_ = model
        if start is None:
            self._remember_features(X)
            self._remember_classes(every)
        self.notes_ = data.notes
        _data.warn_of_what_is_left_out(data.notes)
        if raised is not None:  # Ctrl-C: what was learned so far is there
            raise raised
        if self.verbose:
            for line in model.lines():
                print(line)

    @property
    def recipe_(self) -> str:
        """The options of `gradus train` that would learn the same."""
        return self._model().recipe

    @property
    def history_(self) -> dict[str, np.ndarray]:
        """The learning curve: "iteration", "epoch", "cost" and, where there was validation, "validation_cost"."""
        return {name: np.array(values) for name, values in self._model().curve().items()}

    @property
    def training_(self) -> dict[str, Any] | None:
        """The metrics of the training examples, each with its standard error."""
        return self._model().metrics()["training"]

    @property
    def validation_(self) -> dict[str, Any] | None:
        """The metrics of the validation examples, where there were any."""
        return self._model().metrics()["validation"]

    @property
    def out_of_fold_(self) -> dict[str, Any] | None:
        """The metrics of all examples, each by networks that had not seen it, where there was cross-validation."""
        return self._model().metrics()["out_of_fold"]

    @property
    def n_iter_(self) -> int:
        """How many updates were made."""
        return self._model().updates

    def _remember_classes(self, truth: _data.Truth | None) -> None:
        """What the classes were before they had names."""

    def _model(self) -> _core.Model:
        if not hasattr(self, "model_"):
            raise _not_fitted(self)
        return self.model_

    def _known_data(self, X: Any, truth: _data.Truth | None, sample_weight: Any = None) -> _core.Dataset:
        """Examples with their truth, for the model as it is."""
        model = self._model()
        names = self._names_for(X)
        return self._dataset(X, truth, sample_weight, self._reading(), model.classes, known=True, names_of_columns=names)

    def _require_features(self, X: Any) -> None:
        """As many as there were; a DataFrame has names, which say more."""
        if _data.is_frame(X):
            features = self.n_features_in_ if hasattr(self, "feature_names_in_") else len(X.columns)
        else:
            features = math.prod(X.shape[1:])
            learned = self.__dict__.get("_shape_in", X.shape[1:])
            if X.ndim > 2 and X.shape[1:] != learned and features == self.n_features_in_:
                raise ValueError(f"X has examples of the shape {X.shape[1:]}, but {type(self).__name__} is expecting {learned}")
        if features != self.n_features_in_:
            raise ValueError(
                f"X has {features} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input"
            )

    def evaluate(self, X: Any, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """Every metric that `gradus evaluate` prints, each with its standard error: "accuracy", "accuracy_se".

        Parameters
        ----------
        X, y : as for fit()
        sample_weight : array, optional
        """
        model = self._model()
        truth = None if self._task == "encode" else _data.Truth(y, self._task)
        found: dict[str, Any] = model.evaluate(self._known_data(X, truth, sample_weight))
        return found

    def _answers(self, X: Any) -> tuple[np.ndarray, np.ndarray | None]:
        model = self._model()
        if type(X) is np.ndarray and X.ndim == 2 and X.dtype.char in "dfl" and X.dtype.isnative:
            if X.shape[1] == self.n_features_in_ and len(X) and self.__dict__.get("_names_in_order") is None:
                return model.predict_array(X)  # as it is, without a detour
        if not _data.is_frame(X):
            X = _data.as_array(X)
            self._require_features(X)
        return model.predict(_data.table_of(X, self._reading(), self.name, self._names_for(X))[0])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model to an ordinary ONNX file, the same bytes as `gradus train` writes.

        Parameters
        ----------
        path : path of the file
        """
        self._model().write(os.fspath(path))


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


def sorted_names(classes: _data.Truth) -> list[str]:
    """The names of the classes, in the order of the values."""
    return [_data.text_of(value) for value in np.unique(classes.columns[0]).tolist()]


def table_is_text(X: Any) -> bool:
    """Is it a DataFrame, or an array of objects?"""
    return _data.is_frame(X) or np.asarray(X).dtype.kind in "OUSM"


class _Bar:
    """tqdm's bar, where it is installed."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            self._bar = None
        else:
            self._bar = tqdm(unit=" updates", leave=False)

    def __call__(self, done: int, planned: int, cost: float) -> None:
        if self._bar is not None:
            self._bar.total = planned
            self._bar.n = done
            self._bar.set_postfix(cost=f"{cost:.6f}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


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
        errors = w @ (A - Y) ** 2
        spreads = w @ (Y - np.average(Y, axis=0, weights=w)) ** 2
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
