"""What somebody reads who calls from Python names parameters, and no options of the command line."""
import inspect
import pathlib
import re

import numpy as np
import pandas
import pytest

import gradus

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPTION = re.compile(r"(?<![\\w-])--[a-z][a-z-]+")
# Sources with an option in a literal, and why nobody reads it in Python.
ONLY_TYPED = {
    "gradus/model/tune_log.cpp": "of gradus tune",
    "gradus/model/tune.cpp": "of gradus tune",
    "gradus/model/recipe.cpp": "a recipe is a command line, which recipe_ shows as such",
    "gradus/model/settings.cpp": "help, which make_parameters.py writes anew",
    "gradus/model/pretraining_settings.cpp": "help, which make_parameters.py writes anew",
    "gradus/doctor/cures.cpp": "searched for in a recipe",
    "gradus/export/numpy/data.cpp": "words of a recipe",
    "gradus/files/file_kind.cpp": "files are not read in Python",
    "gradus/data/csv.cpp": "notes about a file of text",
    "gradus/data/dialect.cpp": "notes about a file of text",
    "gradus/data/label_columns.cpp": "notes for those who did not say the task; an estimator says it",
    "gradus/data/labels.cpp": "notes for those who did not say the task; an estimator says it",
    "python/data.cpp": "words of a recipe",
}


def literals_with_options(source):
    code = re.sub(r"//[^\n]*", "", source.read_text())
    return [text for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code) if OPTION.search(text)]


def test_sentences_of_the_library_name_settings_by_setting_alone():
    sources = [*(ROOT / "gradus").rglob("*.cpp"), *(ROOT / "gradus").rglob("*.h"), *(ROOT / "python").glob("*.cpp")]
    found = {str(source.relative_to(ROOT)): literals_with_options(source) for source in sources}
    assert len(found) > 300
    assert {name for name, texts in found.items() if texts} == ONLY_TYPED.keys()


def test_documentation_names_parameters():
    public = [getattr(gradus, name) for name in gradus.__all__]
    documented = [gradus, *public, *(member for one in public if inspect.isclass(one) for _, member in inspect.getmembers(one))]
    texts = [text for one in documented if (text := inspect.getdoc(one))]
    assert len(texts) > 100
    assert [OPTION.findall(text) for text in texts if OPTION.search(text)] == []


ROWS = np.arange(60.0).reshape(30, 2)
CLASSES = np.arange(30) % 2
DATES = pandas.DataFrame({"day": ["03/04/2024", "05/06/2024"] * 15})
MIXED = pandas.DataFrame({"x": [*map(str, range(29)), "lost"]})


@pytest.mark.parametrize("act, hint", [
    (lambda: gradus.Classifier().fit(DATES, CLASSES), r"hint: date_order = dmy or date_order = mdy"),
    (lambda: gradus.Classifier().fit(MIXED, CLASSES), r'hint: missing "lost" or categorical "x"'),
    (lambda: gradus.Classifier(net="10000000 relu, 10000000 relu").fit(ROWS, CLASSES), r"hint: fewer units"),
    (lambda: gradus.Classifier(net="conv 2x1, flatten", shape="1x2", precision="double").fit(ROWS, CLASSES), r"hint: precision = float"),
    (lambda: gradus.Classifier(optimizer="adam", momentum=0.5).fit(ROWS, CLASSES), r"hint: optimizer = momentum"),
    (lambda: gradus.Classifier(learning_rate=-1).fit(ROWS, CLASSES), r"^learning_rate: -1"),
    (lambda: gradus.Classifier(pretrain="dbn").fit(ROWS, CLASSES), None),
    (lambda: gradus.Regressor(net="4 rellu").fit(ROWS, CLASSES), r"did you mean"),
    (lambda: gradus.seeds(gradus.Classifier(ensemble=3, epochs=1), ROWS, CLASSES, count=2), r"^ensemble"),
    (lambda: gradus.explain(gradus.Classifier(epochs=1), ROWS, CLASSES, cell="dW9[1,1]"), None),
])
def test_errors_name_parameters(act, hint):
    try:
        act()
    except gradus.Error as error:
        assert not OPTION.search(str(error)), error
        assert hint is None or re.search(hint, str(error)), error
    else:
        assert hint is None


NOT_IN_PYTHON = re.compile(r"\btarget\b|\btask\b|\bheader\b|\blabels =|\bseed\b")
TEXT = np.array(["no", "yes"])[CLASSES]


@pytest.mark.parametrize("act, sentence", [
    (lambda: gradus.Classifier().fit(ROWS, np.zeros(30)), 'X.npy: column "label": every label is "0", expected at least two classes'),
    (lambda: gradus.Classifier().fit(ROWS, np.c_[CLASSES, CLASSES * 2]), "X.npy, row 2: column \"label2\" holds \"2\", expected 0 or "
     "1: whether the row has this label (hint: gradus.Regressor learns quantities)"),
    (lambda: gradus.Regressor().fit(ROWS, TEXT), 'X.npy:2: column "label" holds "no", expected a number (hint: gradus.Classifier)'),
    (lambda: gradus.Regressor().fit(ROWS, np.ones(30)), None),
    (lambda: gradus.Regressor().fit(ROWS, np.arange("2024-01", "2026-07", dtype="datetime64[M]")), None),
    (lambda: gradus.Regressor(loss="cross_entropy").fit(ROWS, ROWS), None),
    (lambda: gradus.Encoder(epochs=2).fit(ROWS), "epochs: gradus.Encoder makes no update after the pre-training "
     "(hint: pretrain_epochs)"),
    (lambda: gradus.Classifier(epochs=1).fit(pandas.DataFrame(ROWS, columns=["a", "b"]), CLASSES).predict(
        pandas.DataFrame(ROWS)), None),
    (lambda: gradus.Classifier(epochs=1).fit(pandas.DataFrame(ROWS), CLASSES).predict(pandas.DataFrame(ROWS, columns=["a", "1"])),
     None),
])
def test_errors_name_nothing_that_python_has_not(act, sentence):
    with pytest.raises(gradus.Error) as caught:
        act()
    assert not NOT_IN_PYTHON.search(str(caught.value)), caught.value
    assert sentence is None or str(caught.value) == sentence


def test_the_doctor_names_parameters():
    found = {"findings": [{"finding": "f", "weight": 1.0, "sentence": "s", "evidence": "e", "hint": hint} for hint in (
        '--weight-decay 0 --net "8 relu"', '--ignore "a b",c', "look at row 7 of the data", "--seed 3")], "verdict": "v"}
    diagnosis = gradus.Diagnosis(found)
    assert [finding["hint"] for finding in diagnosis.findings] == [
        "weight_decay=0, net='8 relu'", "ignore=['a b', 'c']", "look at row 7 of the data", "random_state=3"]
    assert not OPTION.search(str(diagnosis) + diagnosis._repr_html_())
