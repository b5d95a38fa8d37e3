"""What explain, doctor, seeds and the report say, as objects: text, data, and HTML in a notebook."""
from __future__ import annotations

import csv
import html
import json
import os
import pathlib
import shlex
from typing import Any

import numpy as np

from . import _core, _data
from ._estimator import Estimator
from ._html import preformatted, table
from ._parameters import SETTINGS


def _truth(estimator: Estimator, y: Any) -> _data.Truth | None:
    if not isinstance(estimator, Estimator):
        raise TypeError(f"a {type(estimator).__name__} was passed, expected a Classifier, a Regressor or an Encoder")
    return None if estimator._task == "encode" else _data.Truth(y, estimator._task)


class Look:
    """What was seen: `str()` is the text that the program prints, to_dict() the data."""

    lines: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The data, as the program writes it as JSON."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return preformatted(self.lines)


class Step(Look):
    """One iteration, phase by phase: `step["dW1"]` is a matrix of it.

    Attributes
    ----------
    phases : list of dict
        iteration, phase, title, formula and tensors of each.
    cell, check : dict, where they were asked for
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.lines = found["lines"]
        self.phases: list[dict[str, Any]] = [json.loads(phase) for phase in found["phases"]]
        self.cell: dict[str, Any] | None = json.loads(found["cell"]) if found["cell"] else None
        self.check: dict[str, Any] | None = json.loads(found["check"]) if found["check"] else None

    def __getitem__(self, name: str) -> np.ndarray:
        for phase in self.phases:
            for tensor in phase["tensors"]:
                if tensor["name"] == name:
                    return np.array(tensor["values"], dtype=np.float64).reshape(tensor["shape"])
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        return {"phases": self.phases, "cell": self.cell, "check": self.check}

    def _repr_html_(self) -> str:
        if not self.phases:
            return preformatted(self.lines)
        rows = []
        for phase in self.phases:
            first = phase["tensors"][0] if phase["tensors"] else {"shape": [], "values": []}
            numbers = " ".join(f"{value:.4f}" for value in first["values"][:8] if value is not None)
            more = " ..." if len(first["values"]) > 8 else ""
            rows.append([str(phase["phase"]), phase["formula"], "x".join(map(str, first["shape"])), numbers + more])
        steps = f"<p>{html.escape(self.lines[0])}</p>" + table(rows, ["phase", "formula", "shape", "numbers"])
        begin = [at for at, line in enumerate(self.lines) if line.startswith("check ")] if self.check else []
        return steps + (preformatted(self.lines[begin[0] :]) if begin else "")


def _as_parameters(hint: str) -> str:
    """Options as they are typed, as parameters: --weight-decay 0 --net "8 relu" is weight_decay=0, net='8 relu'."""
    if not hint.startswith("--"):
        return hint
    said: list[tuple[str, list[str]]] = []
    for word in shlex.split(hint):
        if word.startswith("--"):
            said.append((word[2:].replace("-", "_"), []))
        else:
            said[-1][1].append(word)
    return ", ".join(f"{'random_state' if name == 'seed' else name}={_value(name, ' '.join(texts))}" for name, texts in said)


def _value(name: str, text: str) -> str:
    if name in ("ignore", "categorical"):
        return repr(next(csv.reader([text])))
    if SETTINGS.get(name) == "":  # a flag
        return "True"
    try:
        float(text)
    except ValueError:
        return repr(text)
    return text


class Diagnosis(Look):
    """Why it does not learn, and what helps.

    Attributes
    ----------
    findings : list of dict
        finding, weight, sentence, evidence and hint of each, the most important first; the hint names parameters.
    verdict : str
        Whether the network beats what needs none.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.findings: list[dict[str, Any]] = [
            {**finding, "hint": _as_parameters(finding["hint"])} for finding in found["findings"]
        ]
        self.verdict: str = found["verdict"]
        self.lines = []
        for number, finding in enumerate(self.findings, 1):
            self.lines += [f"{number}. {finding['sentence']}", f"   measured  {finding['evidence']}"]
            if finding["hint"]:
                self.lines.append(f"   set       {finding['hint']}")
        self.lines.append(self.verdict if self.findings else f"nothing found: {self.verdict}")

    def to_dict(self) -> dict[str, Any]:
        return {"findings": self.findings, "verdict": self.verdict}

    def _repr_html_(self) -> str:
        rows = [[finding["sentence"], finding["evidence"], finding["hint"]] for finding in self.findings]
        verdict = f"<p>{html.escape(self.lines[-1])}</p>"
        return (table(rows, ["finding", "measured", "set"]) if rows else "") + verdict


class Seeds(Look):
    """How the seeds end.

    Attributes
    ----------
    count, solved : int
    solved_seeds : list of int
    groups : list of dict
        cost, count, solved, reason and seeds of those that ended alike.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.count: int = found["count"]
        self.solved: int = found["solved"]
        self.solved_seeds: list[int] = found["solved_seeds"]
        self.groups: list[dict[str, Any]] = found["groups"]
        self.lines = [f"{self.solved} of {self.count} seed{'s' * (self.count > 1)} solve it"]
        for group in self.groups:
            seeds, ends = ("seed", "ends") if group["count"] == 1 else ("seeds", "end")
            cost = f" {ends} near cost {group['cost']:.6f}" if np.isfinite(group["cost"]) else ""
            self.lines += [f"{group['count']:6} {seeds}{cost}", f"       {group['reason']}"]

    def to_dict(self) -> dict[str, Any]:
        return {"count": self.count, "solved": self.solved, "solved_seeds": self.solved_seeds, "groups": self.groups}

    def _repr_html_(self) -> str:
        rows = [[str(group["count"]), f"{group['cost']:.6f}", group["reason"]] for group in self.groups]
        return f"<p>{self.lines[0]}</p>" + table(rows, ["seeds", "cost", "why"])


class Page(Look):
    """A page of HTML, which a notebook shows inline, and the metrics on it.

    Attributes
    ----------
    html : str
    metrics : dict
        As of evaluate().
    """

    def __init__(self, text: str, lines: list[str], metrics: dict[str, Any]) -> None:
        self.html, self.lines, self.metrics = text, lines, metrics

    def to_dict(self) -> dict[str, Any]:
        return self.metrics

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a file.

        Parameters
        ----------
        path : path of the file
        """
        pathlib.Path(path).write_text(self.html, encoding="utf-8")

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{html.escape(self.html)}" style="width:100%;height:40em;border:0"></iframe>'


def explain(
    estimator: Estimator,
    X: Any,
    y: Any = None,
    *,
    iteration: int = 0,
    cell: str = "",
    check: bool = False,
    member: int = 1,
) -> Step:
    """Every number of one iteration of the training that this estimator would make.

    Parameters
    ----------
    estimator : Classifier or Regressor
        Its parameters count, not what it has learned.
    X, y : as for fit()
    iteration : int
        The iteration that follows so many updates.
    cell : str
        Where this number comes from, as in "dW1[2,1]".
    check : bool
        Central differences beside the gradients.
    member : int
        Of an ensemble, or of the folds that judge a recipe: whose network.
    """
    truth = _truth(estimator, y)
    data, settings, aside = estimator._problem(X, truth)
    return Step(_core.explain(data, settings, aside, iteration, cell, check, member))


def doctor(estimator: Estimator, X: Any, y: Any, *, member: int = 1) -> Diagnosis:
    """Why does it not learn? Findings with their evidence, and options that were tried.

    Parameters
    ----------
    estimator : Classifier or Regressor
        One that has learned is looked at as it is; another is trained, and trained again with what could help.
    X, y : as for fit()
    member : int
        Of an ensemble, or of the folds that judge a recipe: whose network.
    """
    truth = _truth(estimator, y)
    data, settings, aside = estimator._problem(X, truth)
    model = getattr(estimator, "model_", None)
    if model is not None and truth is not None:
        truth.require_columns(1 if model.task == "classify" else model.outputs)
    return Diagnosis(_core.doctor(data, settings, estimator._threads(), aside, model, member))


def seeds(estimator: Estimator, X: Any, y: Any, *, count: int = 100) -> Seeds:
    """How many first weights lead to a solution, and how do the others end?

    Parameters
    ----------
    estimator : Classifier or Regressor
        Its parameters count, not what it has learned.
    X, y : as for fit()
    count : int
        The seeds 0 to count - 1 are tried.
    """
    truth = _truth(estimator, y)
    if count < 1:
        raise ValueError(f"count: {count}, expected at least 1")
    data, settings, _ = estimator._problem(X, truth)
    return Seeds(_core.seeds(data, settings, estimator._threads(), count))


def report(estimator: Estimator, X: Any, y: Any) -> Page:
    """A page about what a model says to these examples: metrics, curves, the worst examples.

    Parameters
    ----------
    estimator : Classifier or Regressor that has learned
    X, y : examples whose truth is known
    """
    truth = _truth(estimator, y)
    return Page(*_core.report(estimator._model(), estimator._known_data(X, truth)))
