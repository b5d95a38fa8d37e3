# How good and how fast are models of tables that nobody tuned? Gradus's defaults beside scikit-learn's, on the same rows.
#   GRADUS_DATA=FOLDER python3 bench/peers/tables.py GRADUS [--seeds N] [--only TABLE,...]
# Each seed divides a table anew (a quarter is held out, of each class alike) and seeds all models; the tables of
# Proben1 bring their own test file. Score: accuracy, or R2 of a regression. Seconds: Gradus's whole command, from the
# start of the process to the model file; scikit-learn's fit alone, without reading and without Python's start. One
# thread each (scripts/bench-tables sets OMP_NUM_THREADS).
import argparse
import json
import math
import os
import pathlib
import subprocess
import tempfile
import time
import warnings

import numpy as np
import pandas
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")  # the default 200 epochs often do not converge: that is part of the default

TARGETS = {"iris": "species", "wine": "cultivar", "digits": "digit", "diabetes": "progression", "mpg": "mpg",
           "penguins": "species", "titanic": "survived"}
IGNORED = {"titanic": ["alive"]}  # the label in words
REGRESSIONS = {"diabetes", "mpg"}
WITH_TEST_FILE = ["thyroid", "mushroom", "robot"]
METHODS = ["gradus", "MLP", "boosting", "linear"]


def divided(name, seed, folder):
    """The table's training and test rows: data frames, and the CSV files for Gradus."""
    data = pathlib.Path(os.environ["GRADUS_DATA"])
    if name in WITH_TEST_FILE:
        files = [data / "proben" / f"{name}_{part}.csv" for part in ("train", "test")]
        return [pandas.read_csv(file) for file in files], files
    table = pandas.read_csv(data / "tables" / f"{name}.csv", dtype={"deck": str})
    labels = None if name in REGRESSIONS else table[TARGETS[name]]
    parts = train_test_split(table, test_size=0.25, random_state=seed, stratify=labels)
    files = [folder / f"{part}.csv" for part in ("train", "test")]
    for part, file in zip(parts, files):
        part.to_csv(file, index=False)
    return parts, files


def gradus(program, name, seed, files, folder):
    target = TARGETS.get(name, "class")
    model = folder / "model.onnx"
    options = ["--target", target, "--seed", str(seed), "-o", model, "--threads", "1", "--quiet"]
    if name in IGNORED:
        options += ["--ignore", ",".join(IGNORED[name])]
    began = time.perf_counter()
    subprocess.run([program, "train", files[0], *options], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    command = [program, "evaluate", model, files[1], "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found.get("accuracy", found.get("r2")), seconds


def features(X):
    """As Gradus makes them: numbers standardised, missing ones the mean; text one-hot, too many categories left out."""
    text = [c for c in X if X[c].dtype.kind not in "fiu" and X[c].nunique() <= max(50, len(X) / 10)]
    numbers = [c for c in X if X[c].dtype.kind in "fiu"]
    one_hot = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"),
                            OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    return make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers), (one_hot, text))


def peer(method, name, seed, parts):
    target = TARGETS.get(name, "class")
    regression = name in REGRESSIONS
    (X, y), (test_X, test_y) = [(part.drop(columns=[target, *IGNORED.get(name, [])]), part[target]) for part in parts]
    for part in (X, test_X):
        for column in part.select_dtypes("bool"):
            part[column] = part[column].astype(str)
    model = {"MLP": lambda: (MLPRegressor if regression else MLPClassifier)(random_state=seed),
             "boosting": lambda: (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
                 random_state=seed),
             "linear": lambda: LinearRegression() if regression else LogisticRegression()}[method]()
    whole = make_pipeline(features(X), model)
    began = time.perf_counter()
    whole.fit(X, y)
    seconds = time.perf_counter() - began
    return whole.score(test_X, test_y), seconds


def measured(arguments):
    """rows[table][method]: a list of (score, seconds), one for each seed."""
    names = arguments.only.split(",") if arguments.only else [*TARGETS, *WITH_TEST_FILE]
    rows = {name: {method: [] for method in METHODS} for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name in names:
            for seed in range(arguments.seeds):
                parts, files = divided(name, seed, folder)
                rows[name]["gradus"].append(gradus(arguments.gradus, name, seed, files, folder))
                for method in METHODS[1:]:
                    rows[name][method].append(peer(method, name, seed, parts))
    return rows


def mean_and_error(values):
    return np.mean(values), np.std(values, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def verdict(results):
    """Against the MLP, by the differences on the same rows."""
    differences = [ours - theirs for (ours, _), (theirs, _) in zip(results["gradus"], results["MLP"])]
    mean, error = mean_and_error(differences)
    return "better" if mean > error else "WORSE" if mean < -error else "as good"


def print_table(rows):
    cells = [["table", *(f"{method} {what}" for method in METHODS for what in ("score", "s")), "against MLP"]]
    for name, results in rows.items():
        cell = [name]
        for method in METHODS:
            scores, seconds = zip(*results[method])
            mean, error = mean_and_error([100 * score for score in scores])
            cell += [f"{mean:.2f} ± {error:.2f}", f"{np.mean(seconds):.2f}"]
        faster = np.mean([s for _, s in results["MLP"]]) / np.mean([s for _, s in results["gradus"]])
        cells.append([*cell, f"{verdict(results)}, {faster:.1f}x as fast"])
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gradus", type=os.path.abspath)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only")
    print_table(measured(parser.parse_args()))


if __name__ == "__main__":
    main()
