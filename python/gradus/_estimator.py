"""What all estimators have in common: parameters, how data becomes what the program reads, a training."""
from __future__ import annotations

import contextlib
import math
import os
import pathlib
from typing import Any, TypeVar

import numpy as np

from . import _core, _data
from ._html import Bar, preformatted
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
        share: Any = self.validation
        if share is not None and (isinstance(share, bool) or not isinstance(share, (int, float, np.number))):
            raise ValueError(
                f"validation: {share!r}, expected a share from 0 to below 1 (hint: fit(X, y, validation=(X, y)) for examples)"
            )
        said = {**self.__dict__, "task": task, "seed": self._seed()}
        return [
            (name, "" if SETTINGS[name] == "" else _typed(value))
            for name, value in said.items()
            if value is not None and name in SETTINGS and not (SETTINGS[name] == "" and value is False)
        ]

    def _threads(self) -> int | None:
        if self.n_jobs is not None and not isinstance(self.n_jobs, (int, np.integer)):
            raise TypeError(f"n_jobs: {self.n_jobs!r}, expected a whole number")
        if self.n_jobs == 0:
            raise ValueError("n_jobs: 0, expected at least 1, or -1 for as many as there are cores")
        return None if self.n_jobs is None or self.n_jobs < 0 else self.n_jobs

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
        said.by_time = self.split == "time"
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
                names = [self._name_beside(name, X, column, table.columns) for name, column in zip(names, truth.columns)]
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
    def _name_beside(name: str, X: Any, column: np.ndarray, taken: list[str]) -> str:
        """A target's name among the columns of X, of which it must be none."""
        names = _data.names_of(X) if name in taken else []
        if name in names and _data.are_same(np.asarray(X[X.columns[names.index(name)]]), column):
            raise ValueError(f'X has y itself among its columns, "{name}", expected it in y alone (hint: X.drop(columns="{name}"))')
        return _data.free_name(name, taken)

    def _remember_features(self, X: Any) -> None:
        """n_features_in_, and feature_names_in_ where X has names."""
        if _data.is_frame(X):
            self.feature_names_in_ = np.array(_data.names_of(X), dtype=object)
            self.n_features_in_ = len(self.feature_names_in_)
        else:
            self.__dict__.pop("feature_names_in_", None)
            self.n_features_in_ = math.prod(X.shape[1:])
        self._shape_in = X.shape[1:] if isinstance(X, np.ndarray) else (self.n_features_in_,)
        names = list(self.__dict__.get("feature_names_in_", ()))
        # An array's columns are those of the DataFrame in their order; the model itself sorts them by kinds, and takes numbers
        # for places.
        matters = self.model_.kinds > 1 or any(name.isdigit() for name in names)
        self._names_in_order = names if names and matters else None

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
            if truth is not None and truth_aside is not None:
                truth_aside.require_columns(len(truth.columns))
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
        bar = Bar() if self.progress else None
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
        if truth is not None:
            truth.require_columns(1 if model.task == "classify" else model.outputs)
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

def sorted_names(classes: _data.Truth) -> list[str]:
    """The names of the classes, in the order of the values."""
    return [_data.text_of(value) for value in np.unique(classes.columns[0]).tolist()]


def table_is_text(X: Any) -> bool:
    """Is it a DataFrame, or an array of objects?"""
    return _data.is_frame(X) or np.asarray(X).dtype.kind in "OUSM"
