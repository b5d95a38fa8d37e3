"""Writes gradus/_parameters.py: the settings of the library's one table as parameters, with types and help.

  python make_parameters.py PACKAGE    where PACKAGE is the folder gradus/ with the built module _core in it
"""
import importlib.util
import pathlib
import re
import sys
import textwrap

# The class says the task; random numbers begin where scikit-learn says, and built-in data is not used.
OTHERWISE_SAID = {"task", "seed", "data_seed"}
TYPES = {"X": "float", "N": "int", "N|full": "int | str", "": "bool", "SHARE|FILE": "float"}
FIRST = {
    "ignore": ("str | Sequence[str]", "()", "columns to leave out"),
    "categorical": ("str | Sequence[str]", "()", "categorical columns, though they hold numbers"),
    "missing": ("str | Sequence[str]", "()", "what else stands for a missing value in text"),
    "decimal": ('Literal[".", ","]', None, "the decimal mark in text; found out for each column"),
    "date_order": ('Literal["dmy", "mdy"]', None, "which of 03/04/2024 is the day; found out for each column"),
}
LAST = {
    "random_state": ("Any", None, "the seed of the first weights, of the order of the examples and of the division for "
                     "validation: a number, or NumPy's RandomState, which draws one; 0"),
    "n_jobs": ("int", None, "at most so many threads, which change no bit; -1 and by itself: one for each core"),
    "name": ("str", None, "of the file that the recipe and the model name; data.csv for a DataFrame, X.npy for an array"),
    "verbose": ("bool", "False", "prints the lines that `gradus train` prints on stdout"),
    "progress": ("bool", "False", "shows a bar, where tqdm is installed"),
}


def core_of(package):
    path = next(package.glob("_core*.so"))
    spec = importlib.util.spec_from_file_location("_core", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_python(text):
    """--pretrain-batch as pretrain_batch."""
    return re.sub(r"--([a-z][a-z-]*)", lambda option: option[1].replace("-", "_"), text)


def type_of(row):
    names = [f'"{name}"' for name in row["names"] if name != "auto"]
    return f"Literal[{', '.join(names)}]" if names else TYPES.get(row["values"], "str")


def parameters(rows):
    """[(name, type, default, help)]"""
    all_of_them = [(name, *rest) for name, rest in FIRST.items()]
    for row in rows:
        if row["id"] not in OTHERWISE_SAID:
            help = in_python(row["help"] + (f"; {row['otherwise']}" if row["otherwise"] else ""))
            all_of_them.append((row["id"], type_of(row), None, help))
    return all_of_them + [(name, *rest) for name, rest in LAST.items()]


def signature(rows):
    for name, type, default, _ in parameters(rows):
        yield f"        {name}: {type if default else type + ' | None'} = {default},"


def documentation(rows):
    for name, type, default, help in parameters(rows):
        yield f"    {name} : {type.replace('Literal', '')}{'' if default else ', optional'}"
        yield from textwrap.wrap(help[0].upper() + help[1:] + ".", 116, initial_indent=" " * 8, subsequent_indent=" " * 8)


def module_text(rows):
    names = [name for name, *_ in parameters(rows)]
    return "\n".join([
        '"""Generated from the library\'s table of settings by make_parameters.py."""',
        "from __future__ import annotations",
        "",
        "from collections.abc import Sequence",
        "from typing import Any, Literal",
        "",
        f"SETTINGS: dict[str, str] = {({row['id']: row['values'] for row in rows})!r}",
        "",
        "",
        "class Parameters:",
        '    """What may be said about a training. What is not said follows from the data, as for `gradus train`.',
        "",
        "    Parameters",
        "    ----------",
        *documentation(rows),
        '    """',
        "",
        "    def __init__(",
        "        self,",
        "        *,",
        *signature(rows),
        "    ) -> None:",
        *(f"        self.{name} = {name}" for name in names),
        "",
    ])


if __name__ == "__main__":
    package = pathlib.Path(sys.argv[1])
    (package / "_parameters.py").write_text(module_text(core_of(package).settings()), encoding="utf-8")
