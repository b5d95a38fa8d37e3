"""explain, doctor, seeds and report say what the program says."""
import json
import pathlib

import numpy as np
import pandas
import pytest

import gradus

XOR = dict(net="2 tanh", init="normal", optimizer="gd", learning_rate=0.3, batch="full", iterations=1001, validation=0,
           scale="none", precision="double", random_state=2)
WORDS = [word for name, value in XOR.items()
         for word in ("--" + name.replace("random_state", "seed").replace("_", "-"), str(value))]


@pytest.fixture
def xor(program):
    frame = pandas.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 1, 1, 0]})
    frame.to_csv("data.csv", index=False)
    return frame[["a", "b"]], frame["y"]


def test_explain_gives_the_lines_and_the_numbers_of_the_program(program, xor):
    step = gradus.explain(gradus.Classifier(**XOR), *xor, iteration=7, check=True)
    words = ["explain", "data.csv", *WORDS, "--iteration", 7, "--check"]
    assert str(step) + "\n" == program(*words).stdout
    objects = [json.loads(line) for line in program(*words, "--json").stdout.splitlines()]
    assert step.phases == objects[:-1] and step.check == objects[-1]
    assert step["dW1"].shape == (2, 2)
    assert "<table>" in step._repr_html_() and "9 of 9 gradients agree" in step._repr_html_()
    assert step.to_dict()["phases"] == step.phases
    with pytest.raises(KeyError):
        step["dW9"]


def test_a_cell_is_explained(program, xor):
    step = gradus.explain(gradus.Classifier(**XOR), *xor, cell="dW2[1,2]")
    assert str(step) == program("explain", "data.csv", *WORDS, "--cell", "dW2[1,2]").stdout.strip()
    assert step.cell["value"] == pytest.approx(-0.198158, abs=1e-6)
    with pytest.raises(gradus.Error):
        gradus.explain(gradus.Classifier(**XOR), *xor, cell="dW9[1,2]")
    with pytest.raises(gradus.Error, match="0 to 1000, the last iteration of this run"):
        gradus.explain(gradus.Classifier(**XOR), *xor, iteration=1001)


def test_the_doctor_finds_what_the_program_finds(program, xor):
    settings = {**XOR, "random_state": 0, "iterations": 300}
    words = [*WORDS[:-1], "0"]
    words[words.index("1001")] = "300"
    diagnosis = gradus.doctor(gradus.Classifier(**settings), *xor)
    objects = [json.loads(line) for line in program("doctor", "data.csv", *words, "--json").stdout.splitlines()]
    assert [{**finding, "hint": ""} for finding in diagnosis.findings] == [{**one, "hint": ""} for one in objects[:-1]] != []
    assert [finding["hint"] for finding in diagnosis.findings] == [in_python(one["hint"]) for one in objects[:-1]]
    assert "--" not in str(diagnosis) and "=" in str(diagnosis)
    assert diagnosis.verdict == objects[-1]["verdict"]
    assert diagnosis.findings[0]["sentence"] in str(diagnosis) and "<table>" in diagnosis._repr_html_()
    model = gradus.Classifier(**settings).fit(*xor)
    model.save("model.onnx")
    objects = [json.loads(line) for line in program("doctor", "model.onnx", "data.csv", "--json").stdout.splitlines()]
    assert [finding["sentence"] for finding in gradus.doctor(model, *xor).findings] == [one["sentence"] for one in objects[:-1]]


def in_python(typed):
    """Of one option or several with a number or a word each."""
    words = [word.partition(" ") for word in typed.removeprefix("--").split(" --")] if typed.startswith("--") else []
    said = [(name.replace("-", "_"), value.strip('"')) for name, _, value in words]
    return ", ".join(f"{name}={value if value.replace('.', '').isdigit() else repr(value)}" for name, value in said) or typed


def test_seeds_end_as_in_the_program(program, xor):
    found = gradus.seeds(gradus.Classifier(**XOR), *xor, count=12)
    last = json.loads(program("seeds", "data.csv", *WORDS, "--count", 12, "--json").stdout.splitlines()[-1])
    assert found.to_dict() == last
    assert found.solved_seeds == [2, 4, 5, 6, 7, 9, 10] and "<table>" in found._repr_html_()


def test_the_report_is_the_page_of_the_program(program, pumps):
    settings = dict(net="8 tanh", epochs=5, ignore="repair_hours", name="later_pumps.csv")
    model = gradus.Classifier(**settings).fit(pumps.drop(columns="failed"), pumps["failed"])
    model.save("pumps.onnx")
    later = pandas.read_csv("later_pumps.csv")
    page = gradus.report(model, later.drop(columns="failed"), later["failed"])
    printed = program("evaluate", "pumps.onnx", "later_pumps.csv", "--report", "page.html").stdout
    assert printed.startswith(str(page) + "\n") and "accuracy" in str(page)
    assert page.to_dict() == model.evaluate(later.drop(columns="failed"), later["failed"])
    assert page.html == pathlib.Path("page.html").read_text(encoding="utf-8")
    page.save("python.html")
    assert pathlib.Path("python.html").read_text(encoding="utf-8") == page.html
    assert page._repr_html_().startswith("<iframe")


def test_metrics_are_those_of_the_program(program, pumps):
    model = gradus.Classifier(net="8 tanh", epochs=5, ignore="repair_hours").fit(pumps.drop(columns="failed"), pumps["failed"])
    model.save("pumps.onnx")
    later = pandas.read_csv("later_pumps.csv")
    said = json.loads(program("evaluate", "pumps.onnx", "later_pumps.csv", "--json").stdout)
    found = model.evaluate(later.drop(columns="failed"), later["failed"])
    assert found == {name: said[name] for name in found}
    assert {"accuracy", "accuracy_se", "f1", "log_loss", "roc_auc", "calibration_error", "confusion"} < set(found)


def test_what_has_learned_nothing_has_no_report():
    with pytest.raises(ValueError, match="not fitted"):
        gradus.report(gradus.Classifier(), np.zeros((3, 2)), [0, 1, 0])


def test_what_cannot_be_looked_at_is_named():
    X, y = np.zeros((3, 2)), [0, 1, 0]
    for look in (gradus.explain, gradus.doctor, gradus.seeds, gradus.report):
        with pytest.raises(TypeError, match="a str was passed, expected a Classifier"):
            look("model", X, y)
    with pytest.raises(ValueError, match="count: 0, expected at least 1"):
        gradus.seeds(gradus.Classifier(), X, y, count=0)
    with pytest.raises(ValueError, match="without a truth nobody can say which seeds solve it"):
        gradus.seeds(gradus.Encoder(pretrain_epochs=1), np.eye(4), None, count=2)
