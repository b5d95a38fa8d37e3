# How good and how fast are models of tables that nobody tuned? Gradus's default beside its peers, on the same rows.
#   python3 bench/peers/tables.py GRADUS [options]: see --help, and scripts/bench-tables, which brings the packages
# A table is a CSV file, or a pair NAME_train.csv and NAME_test.csv (also .gz). Each division holds a quarter out, of each
# class alike, and seeds all models; a table with a test file keeps it, only the seed changes. Gradus decides what is a
# class and what a number. Score: accuracy, or R2 of a regression. Relative error: (1 - accuracy or sqrt(1 - R2)) + 0.01;
# what is averaged is the logarithm of its ratio. Seconds: of processor time, on one thread, so that other work of the
# machine does not count; Gradus's whole command, of the others the fit alone with the features, without reading the file.
import argparse
import contextlib
import csv
import hashlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import zlib

import numpy as np
import pandas

import table_peers
import table_results

# of $GRADUS_DATA: where the target is not the last column, and what tells it (alive is the label in words)
KNOWN = {"iris": ["species"], "wine": ["cultivar"], "digits": ["digit"], "diabetes": ["progression"], "mpg": ["mpg"],
         "penguins": ["species"], "titanic": ["survived", "alive"]}
METHODS = ["Gradus", *table_peers.FITS]


def note(text):
    print("tables: " + text, file=sys.stderr, flush=True)


def read(file):
    """A data frame of strings, as they stand in the file."""
    for encoding in ("utf-8-sig", "latin1"):
        with contextlib.suppress(UnicodeDecodeError):
            first = pandas.read_csv(file, header=None, nrows=1, dtype=str, keep_default_na=False, sep="\x00",
                                    encoding=encoding, quoting=csv.QUOTE_NONE, engine="python").iloc[0, 0]
            separator = max(",;\t|", key=first.count)
            fields = next(csv.reader([first], delimiter=separator))
            named = not any(is_number(field) or not field for field in fields)  # as Gradus says it
            return pandas.read_csv(file, header=0 if named else None, dtype=str, keep_default_na=False, sep=separator,
                                   encoding=encoding).rename(columns=lambda name: name if named else f"c{name}")
    raise ValueError(f"{file} is no text")


def is_number(text):
    with contextlib.suppress(ValueError):
        float(text)
        return True
    return False


class Table:
    """The rows of one table, the target last."""

    def __init__(self, name, file, test_file, chosen):
        self.name = name
        self.parts = [read(f) for f in (file, test_file) if f]
        target, *ignored = chosen or [self.parts[0].columns[-1]]
        unknown = [column for column in (target, *ignored) if column not in self.parts[0]]
        if unknown:
            raise ValueError(f"there is no column {unknown[0]}")
        order = [column for column in self.parts[0] if column not in (target, *ignored)] + [target]
        self.parts = [part[order] for part in self.parts]
        self.parts = [part[table_peers.without_missing(part[[target]])[target].notna()] for part in self.parts]
        self.target = target
        self.size = len(self.parts[0]) * self.parts[0].shape[1]
        self.key = f"{zlib.crc32(b''.join(part.to_csv(index=False).encode() for part in self.parts)):08x}"
        self.task = None

    def divided(self, seed, most_rows, stratify):
        """Training and test rows; those of a class that the training part does not have are left out of the test."""
        if len(self.parts) == 2:
            train, test = self.parts
        else:
            whole = self.parts[0]
            order = np.random.RandomState(seed).permutation(len(whole))[:most_rows]
            held_out = np.zeros(len(order), bool)
            labels = whole[self.target].to_numpy()[order] if stratify else np.zeros(len(order))
            for rows in (np.flatnonzero(labels == label) for label in sorted(set(labels))):
                held_out[rows[: len(rows) // 4]] = True
            train, test = whole.iloc[np.sort(order[~held_out])], whole.iloc[np.sort(order[held_out])]
        if stratify:
            test = test[test[self.target].isin(train[self.target])]
        return train, test


def found(folders, target, only, left_out):
    """The tables of the folders, the smallest first."""
    tables = []
    for folder in folders:
        files = {f.name[: -len(end)]: f for end in (".csv.gz", ".csv") for f in sorted(folder.glob("*" + end))}
        chosen = KNOWN if folder.name == "tables" and folder.parent == data_folder() else {}
        if (folder / "targets.txt").exists():
            with open(folder / "targets.txt", newline="", encoding="utf-8") as lines:
                chosen = {row[0]: row[1:] for row in csv.reader(lines, skipinitialspace=True) if len(row) > 1}
        for name, file in files.items():
            if name.endswith("_test") and name[:-5] + "_train" in files:
                continue
            short = name[:-6] if name.endswith("_train") and name[:-6] + "_test" in files else name
            if only and short not in only.split(","):
                continue
            try:
                tables.append(Table(short, file, files.get(short + "_test") if short != name else None,
                                    chosen.get(short) or ([target] if target else None)))
            except Exception as problem:  # one bad file must not end the others
                left_out.append((short, one_line(problem)))
    return sorted(tables, key=lambda table: table.size)


def one_line(problem):
    return " ".join(str(problem).split())[:200] or type(problem).__name__


def data_folder():
    return pathlib.Path(os.environ["GRADUS_DATA"]) if os.environ.get("GRADUS_DATA") else None


def run(words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}")
    return done.stdout


def task_of(program, table, folder):
    """classify or regress: what Gradus makes of the whole table."""
    file = folder / "whole.csv"
    table.parts[0].to_csv(file, index=False)
    lines = run([program, "train", file, "--epochs", 1, "--ensemble", 1, "--encode", "none", "--threads", 1, "--json",
                 "-o", folder / "model.onnx"])
    return json.loads(lines.splitlines()[0])["task"]


def processor_time_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def gradus(program, table, parts, seed, folder):
    files = [folder / "train.csv", folder / "test.csv"]
    for part, file in zip(parts, files):
        part.to_csv(file, index=False)
    model = folder / "model.onnx"
    began = processor_time_of_children()
    run([program, "train", files[0], "--seed", seed, "-o", model, "--threads", 1, "--quiet"])
    seconds = processor_time_of_children() - began
    scores = json.loads(run([program, "evaluate", model, files[1], "--json"]))
    if ("r2" in scores) != (table.task == "regress"):
        raise RuntimeError(f"the training part is not to {table.task}, as the whole table is")
    return scores.get("accuracy", scores.get("r2")), seconds


def peer(method, table, parts, seed):
    X, y = ([part.iloc[:, :-1] for part in parts], [part.iloc[:, -1] for part in parts])
    classes = 0
    if table.task == "regress":
        y = [pandas.to_numeric(part).to_numpy(float) for part in y]
    else:
        labels = sorted(set(y[0]))
        classes = len(labels)
        y = [part.map({label: i for i, label in enumerate(labels)}).to_numpy(int) for part in y]
    table_peers.warm_up(method)
    began = time.process_time()
    predict, features = table_peers.FITS[method]((table_peers.Features(X[0]), X[0], y[0]), classes, seed)
    seconds = time.process_time() - began
    answers = predict(features(X[1]))
    if classes:
        return float(np.mean(answers == y[1])), seconds
    return float(1 - np.mean((answers - y[1]) ** 2) / np.var(y[1])), seconds


def measured(arguments, tables, methods, results, left_out):
    versions = {method: table_peers.version(method) for method in METHODS[1:]}
    versions["Gradus"] = hashlib.sha256(pathlib.Path(arguments.gradus).read_bytes()).hexdigest()[:12]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for table in tables:
            seeds = range(min(arguments.seeds, 2) if len(table.parts) == 2 else arguments.seeds)
            try:
                for seed, method in ((seed, method) for seed in seeds for method in methods):
                    key = {"table": table.name, "of": table.key, "rows": arguments.rows, "division": seed,
                           "method": method, "version": versions[method]}
                    if not results.has(key):
                        table.task = table.task or task_of(arguments.gradus, table, folder)
                        results.add({**key, **outcome(arguments, method, table, seed, folder)})
            except (RuntimeError, ValueError) as problem:
                left_out.append((table.name, one_line(problem)))


def outcome(arguments, method, table, seed, folder):
    parts = table.divided(seed, arguments.rows, table.task != "regress")
    if len(parts[1]) < 2:
        raise ValueError("too few rows to hold some out")
    line = {"task": table.task, "train": len(parts[0]), "test": len(parts[1])}
    try:
        score, seconds = (gradus(arguments.gradus, table, parts, seed, folder) if method == "Gradus"
                          else peer(method, table, parts, seed))
        if not np.isfinite(score):
            raise ValueError("the score is no number")
        return {**line, "score": score, "seconds": round(seconds, 3)}
    except Exception as problem:  # what one method cannot do is a result, and ends no other
        note(f"{method} fails on {table.name}: {one_line(problem)}")
        return {**line, "error": one_line(problem)}


def main():
    parser = argparse.ArgumentParser(prog="bench-tables", description="Gradus's default beside its peers on tables.")
    parser.add_argument("gradus", type=os.path.abspath, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, action="append",
                        help="CSV files to judge on; may be said again [tables, tables-choose and proben of $GRADUS_DATA]. "
                        "The target is the last column, or targets.txt has a line TABLE,COLUMN[,COLUMN to ignore...]")
    parser.add_argument("--target", help="the target of all tables that targets.txt does not name")
    parser.add_argument("--seeds", type=int, default=3, help="divisions; at most 2 where there is a test file [3]")
    parser.add_argument("--rows", type=int, help="of a larger table so many are drawn in each division [all]")
    parser.add_argument("--only", help="tables, separated by commas [all]")
    parser.add_argument("--methods", help="of: " + ", ".join(METHODS) + " [all]")
    parser.add_argument("--resume", type=pathlib.Path,
                        help="keeps each result as it comes in this file, and repeats none that it has")
    parser.add_argument("--json", action="store_true", help="a line for each result instead of the tables")
    arguments = parser.parse_args()
    if not arguments.folder and not data_folder():
        parser.error("no data: --folder DIR, or the environment variable GRADUS_DATA")
    folders = arguments.folder or [data_folder() / name for name in ("tables", "tables-choose", "proben")]
    for folder in folders:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    methods = arguments.methods.split(",") if arguments.methods else list(METHODS)
    for method in methods:
        if method not in METHODS:
            parser.error(f"--methods knows no {method}; it knows {', '.join(METHODS)}")
    left_out = [(method, f"{table_peers.DISTRIBUTIONS[method]} is not installed") for method in methods
                if method != "Gradus" and not table_peers.version(method)]
    methods = [method for method in methods if method not in dict(left_out)]
    tables = found(folders, arguments.target, arguments.only, left_out)
    results = table_results.Results(arguments.resume, arguments.json)
    measured(arguments, tables, methods, results, left_out)
    for what, why in left_out:
        note(f"{what} is left out: {why}")
    if not results.lines:
        sys.exit("tables: nothing was measured")
    if not arguments.json:
        table_results.print_tables(results.lines, methods, left_out)


if __name__ == "__main__":
    main()
