"""Arrays and DataFrames become tables, as the files that hold the same: X.npy, or data.csv."""
from __future__ import annotations

import contextlib
import functools
import itertools
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from . import _core


def is_frame(X: Any) -> bool:
    """Has it columns with names? polars' LazyFrame has nothing yet: TypeError."""
    kind: Any = type(X)  # a Series looks for what its class has not among its rows
    return _are_frames(kind)


@functools.lru_cache(maxsize=64)
def _are_frames(kind: Any) -> bool:
    if not hasattr(kind, "__len__") and hasattr(kind, "collect_schema"):
        raise TypeError("a LazyFrame was passed, expected a DataFrame (hint: X.collect())")
    return hasattr(kind, "columns") and hasattr(kind, "__getitem__") and not issubclass(kind, np.ndarray)


def labels_of(frame: Any) -> list[Any]:
    """What its columns are called, which need not be texts."""
    labels: list[Any] = frame.columns.tolist() if hasattr(frame.columns, "tolist") else list(frame.columns)
    return labels


def names_of(frame: Any) -> list[str]:
    return [str(label) for label in labels_of(frame)]


def names_beside(X: Any, other: Any) -> list[str] | None:
    """The names for the columns of another table in their order, where one of the two has names and the other not."""
    if is_frame(X) == is_frame(other):
        return None
    names = names_of(X) if is_frame(X) else [str(i + 1) for i in range(np.shape(X)[1])]
    if np.ndim(other) == 2 and np.shape(other)[1] != len(names):
        raise ValueError(f"validation: X has {np.shape(other)[1]} features, expected {len(names)} as in the examples to learn from")
    return names if np.ndim(other) == 2 else None


def as_array(X: Any, *, reshape: bool = True) -> np.ndarray:
    """X as an array of at least two dimensions; texts are objects."""
    if type(X) is np.ndarray:
        pass  # as most are
    elif hasattr(X, "tocsr"):
        raise TypeError("A sparse matrix was passed, but dense data is required (hint: X.toarray())")
    elif isinstance(X, dict) or (isinstance(X, (list, tuple)) and len(X) > 0 and isinstance(X[0], dict)):
        what = type(X).__name__
        raise TypeError(f"a {what} of columns or rows was passed, expected a DataFrame or an array (hint: pandas.DataFrame(X))")
    elif isinstance(X, np.ma.MaskedArray) and X.dtype.kind in "fiub":
        X = np.where(np.ma.getmaskarray(X), np.nan, np.ma.getdata(X))
    array = np.asarray(X)
    if array.dtype.kind == "V":
        raise ValueError("Structured arrays are not supported: expected numbers, text or dates (hint: pandas.DataFrame(X))")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if array.dtype.kind == "c":
        raise ValueError("Complex data not supported: expected real numbers, text or dates")
    if array.ndim < 2 and reshape:
        raise ValueError(
            f"Expected 2D array, got {'scalar' if array.ndim == 0 else '1D'} array instead. Reshape your data (hint: "
            "X.reshape(-1, 1) for one feature, X.reshape(1, -1) for one example)"
        )
    if array.ndim >= 2 and (array.shape[0] == 0 or 0 in array.shape[1:]):
        what = "sample" if array.shape[0] == 0 else "feature"
        raise ValueError(f"Found array with 0 {what}(s) (shape={array.shape}) while a minimum of 1 is required.")
    return array.astype(object) if array.dtype.kind in "US" else array


def columns_of(frame: Any) -> Iterator[tuple[Any, np.ndarray]]:
    """Each column with its name."""
    return ((name, array_of(name, column)) for name, column in pairs_of(frame))


def pairs_of(frame: Any) -> Iterable[tuple[Any, Any]]:
    """Each column with its name, as it stands there; of pandas the arrays without a Series around each, which takes longest."""
    array = getattr(frame, "_get_column_array", None)
    if array is not None:
        return ((name, array(i)) for i, name in enumerate(labels_of(frame)))
    return frame.items() if hasattr(frame, "items") else ((name, frame[name]) for name in frame.columns)


def is_category(column: Any) -> bool:
    """Has it pandas' dtype of this name?"""
    return not isinstance(column.dtype, np.dtype) and str(column.dtype) == "category"


def array_of(name: Any, column: Any) -> np.ndarray:
    """One column as an array: numbers, or objects."""
    if type(column) is np.ndarray and column.ndim == 1:
        return column
    values = np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column)
    if values.ndim != 1:
        raise ValueError(f'column "{name}" has {values.ndim} dimensions, expected one value for each example')
    if values.dtype.kind == "b" and hasattr(column, "dtype") and is_category(column):
        return values.astype(str).astype(object)
    return values


def _texts_of_dates(dates: np.ndarray) -> list[str | None]:
    """As pandas writes them to a CSV file: without a time where all of them begin at midnight."""
    present = dates[~np.isnat(dates)]
    days = (present == present.astype("datetime64[D]")).all()
    unit = "D" if days else "s" if (present == present.astype("datetime64[s]")).all() else "us"
    texts = np.datetime_as_string(dates.astype(f"datetime64[{unit}]"))
    return [None if text == "NaT" else text.replace("T", " ") for text in texts.tolist()]


def seconds_of(durations: np.ndarray) -> np.ndarray:
    return np.where(np.isnat(durations), np.nan, durations / np.timedelta64(1, "s"))


def are_usual(values: Any) -> bool:
    """Numbers that need no change to be read."""
    if type(values) is not np.ndarray or values.dtype.char not in "dlf" or values.ndim != 1:
        return False
    return values.dtype.isnative and values.strides[0] % values.itemsize == 0


def add_column(table: _core.Table, name: str, values: np.ndarray, reading: _core.Reading, *, text: bool = False) -> None:
    """Adds a column as the program reads it: numbers, dates or text."""
    kind = values.dtype.kind
    if kind == "c":
        raise ValueError(f'Complex data not supported: column "{name}", expected real numbers, text or dates')
    if kind == "m":
        values, kind = seconds_of(values), "f"
    if kind == "M":
        table.add_fields(name, _texts_of_dates(values), reading)
    elif kind in "fiu":
        table.add_numbers([name], [values if are_usual(values) else values.astype(np.float64)], reading)
    else:
        table.add_fields(name, values.tolist(), reading, text)


def add_columns(table: _core.Table, X: Any, reading: _core.Reading, names: Sequence[str] | None = None) -> list[str]:
    """All columns of a DataFrame, or of an array of two dimensions, with other names where they are given. Gives the names of
    those that are categories by their dtype."""
    categories = []
    if not is_frame(X) and X.ndim != 2:
        raise ValueError(f"an array of objects of {X.ndim} dimensions, expected examples x features")
    pairs = pairs_of(X) if is_frame(X) else ((j + 1, X[:, j]) for j in range(X.shape[1]))
    labels, columns = zip(*pairs)
    names_here = [str(label) for label in labels] if names is None else list(names)
    begin = 0
    for usual, several in itertools.groupby(columns, are_usual):
        group = list(several)
        names_of_group = names_here[begin : begin + len(group)]
        begin += len(group)
        if usual:
            table.add_numbers(names_of_group, group, reading)
            continue
        for name, column in zip(names_of_group, group):
            add_column(table, name, array_of(name, column), reading)
            if type(column) is not np.ndarray and hasattr(column, "dtype") and is_category(column):
                categories.append(name)
    table.unnamed = is_frame(X) == (names is not None)
    return categories


def table_of(
    X: Any, reading: _core.Reading, name: str | None = None, names: Sequence[str] | None = None
) -> tuple[_core.Table, list[str]]:
    """X as a table: a DataFrame as its CSV file, an array of numbers as its NPY file; and which columns are categories by their
    dtype. `names` are those of a model, for the columns in their order: an array's, where it learned from a DataFrame, and a
    DataFrame's, where it learned from an array, "1", "2" and so on."""
    if is_frame(X):
        if len(X) == 0 or len(X.columns) == 0:
            shape = (len(X), len(X.columns))
            what = "sample" if shape[0] == 0 else "feature"
            raise ValueError(f"Found array with 0 {what}(s) (shape={shape}) while a minimum of 1 is required.")
        table = _core.Table(name or "data.csv")
        return table, add_columns(table, X, reading, names)
    array = as_array(X)
    if array.dtype.kind in "OMm" or names is not None:
        table = _core.Table(name or "data.csv")
        return table, add_columns(table, array.astype(np.float64) if array.dtype.kind == "b" else array, reading, names)
    if not (array.flags.c_contiguous or (array.ndim == 2 and array.flags.f_contiguous)) or not array.dtype.isnative:
        array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    return _core.Table.of_array(array, name or "X.npy"), []


def weights_of(weights: Any, rows: int) -> np.ndarray:
    """Sample weights as an array; what they must be besides is asked for where they are used."""
    array = np.asarray(weights)
    if array.dtype.kind == "c":
        raise ValueError("Complex data not supported: sample weights, expected real numbers")
    array = array.astype(np.float64)
    if array.ndim == 0:
        array = np.full(rows, array)
    if array.shape != (rows,):
        raise ValueError(f"Sample weights must be 1D array or scalar: the shape is {array.shape}, expected ({rows},)")
    if not array.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return array


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or one like it that no column has."""
    return name if name not in taken else free_name(name + "_", taken)


def as_list(words: Any) -> list[str]:
    """One name, or several; names of columns may be numbers."""
    if words is None:
        return []
    several = isinstance(words, Iterable) and not isinstance(words, str)
    return [str(word) for word in words] if several else [str(words)]


class Truth:
    """What is to be predicted, column by column, and what the classes were before they had names.

    Parameters
    ----------
    y : array, Series or DataFrame
    task : "classify", "multilabel" or "regress"
    """

    def __init__(self, y: Any, task: str) -> None:
        if y is None:
            raise ValueError(f"a {task} estimator requires y to be passed, but the target y is None")
        self.names: list[str] | None = None
        self.are_texts = False
        frame = is_frame(y)
        self.is_frame = frame or hasattr(y, "name")
        if frame:
            self.names, self.columns = names_of(y), [values for _, values in columns_of(y)]
        else:
            y = y if hasattr(y, "dtype") else np.asarray(y)
            self.are_texts = getattr(y.dtype, "kind", "O") in "US"
            array = as_array(np.asarray(y.to_numpy()) if hasattr(y, "to_numpy") else y, reshape=False)
            if array.ndim == 2 and array.shape[1] == 1:
                if task == "classify":
                    warn_of_column_vector()
                array = array[:, 0]
            if array.ndim not in (1, 2) or array.size == 0:
                raise ValueError(f"y has the shape {array.shape}, expected a truth for each example")
            self.columns = [array] if array.ndim == 1 else list(array.T)
            if getattr(y, "name", None) not in (None, ""):  # polars has no Series without a name
                self.names = [str(y.name)]
        if len(self.columns) > 1 and task == "classify":
            task = "multilabel"
        self.task = task
        self.columns = [numbers_if_they_are(column) if task != "classify" else column for column in self.columns]
        self.classes: dict[str, Any] = {}
        if task == "classify":
            require_classes(self.columns[0])
            self.classes = classes_by_name(self.columns[0])

    def __len__(self) -> int:
        return len(self.columns[0])

    def require_columns(self, count: int) -> None:
        """As many as a model has learned."""
        if len(self.columns) != count:
            raise ValueError(f"y has the shape ({len(self)}, {len(self.columns)}), expected ({len(self)}, {count})")

    def add_to(self, table: _core.Table, names: Sequence[str], reading: _core.Reading) -> None:
        for name, column in zip(names, self.columns):
            if column.dtype.kind == "b" and not self.is_frame:
                column = column.astype(np.float64)
            add_column(table, name, column, reading, text=self.task == "classify")

    def originals(self, classes: Sequence[str]) -> np.ndarray:
        """The classes as they stand in y, in the order of the model."""
        column, found = self.columns[0], self.classes
        if column.dtype.kind == "b":
            found.update({"0": False, "1": True})
        values = [found.get(name, name) for name in classes]
        return np.array(values, dtype=None if self.are_texts else column.dtype)


def classes_by_name(column: np.ndarray) -> dict[str, Any]:
    """The classes by their names in the model. Refuses two of one name, which the model could not tell from each other."""
    found: dict[str, Any] = {}
    for value in distinct(column):
        if not is_missing(value) and found.setdefault(text_of(value), value) != value:
            raise ValueError(
                f"y has the classes {found[text_of(value)]!r} and {value!r}, which are one to the model, expected classes whose "
                "texts differ (hint: y.astype(str), without spaces around)"
            )
    return found


def distinct(column: np.ndarray) -> Iterable[Any]:
    """The values, each at least once, in the order of their first occurrence."""
    values: list[Any] = column.tolist()
    try:
        if column.dtype.kind != "O" or set(map(type, values)) == {str}:
            return dict.fromkeys(values)
        return [value for _, value in dict.fromkeys((type(value), value) for value in values)]  # True is no 1
    except TypeError:  # not hashable
        return values


def text_of(value: Any) -> str:
    """A class as its name in the model."""
    if isinstance(value, (bool, np.bool_, str)):
        return str(value).strip(" \t")
    return _core.text_of(float(value)) if isinstance(value, (int, float, np.number)) else str(value)


def is_missing(value: Any) -> bool:
    """None, NaN, and what pandas has besides: pandas.NA, NaT."""
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def are_same(one: np.ndarray, other: np.ndarray) -> bool:
    """Do they hold the same values? What is missing in both is the same."""
    pairs = zip(one.tolist(), other.tolist())
    return len(one) == len(other) and all(is_missing(b) if is_missing(a) else not is_missing(b) and a == b for a, b in pairs)


def has_missing(column: np.ndarray) -> bool:
    if column.dtype.kind == "O":
        return any(map(is_missing, column.ravel().tolist()))
    return bool((column != column).any())


def numbers_if_they_are(column: np.ndarray) -> np.ndarray:
    """An array of objects that are all numbers as such."""
    if column.dtype.kind != "O":
        return column
    try:
        return column.astype(np.float64)
    except (TypeError, ValueError):
        return column


def require_classes(column: np.ndarray) -> None:
    """Refuses quantities and times where classes are expected."""
    if column.dtype.kind in "mM":
        raise ValueError(f"Unknown label type: {column.dtype}; expected classes: text or whole numbers (hint: y.astype(str))")
    if column.dtype.kind != "f":
        return
    present = column[~np.isnan(column)]
    if np.isinf(present).any():
        raise ValueError("Input y contains infinity, expected classes")
    if (present != np.trunc(present)).any():
        raise ValueError(
            "Unknown label type: continuous; expected classes: text or whole numbers (hint: gradus.Regressor, or y.astype(str))"
        )


def warn_of_what_is_left_out(notes: Sequence[str]) -> None:
    """Rows without a truth, columns that say nothing: who expects an error from NaN should see what becomes of it."""
    for note in notes:
        if "left out" in note:
            warnings.warn(note, UserWarning, stacklevel=5)


def warn_of_column_vector() -> None:
    message = "A column-vector y was passed when a 1d array was expected (hint: y.ravel())"
    category: type[Warning] = UserWarning
    with contextlib.suppress(ImportError):
        from sklearn.exceptions import DataConversionWarning

        category = DataConversionWarning
    warnings.warn(message, category, stacklevel=4)
