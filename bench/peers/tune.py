# What does `gradus tune` bring? The default recipe and the tuned one, on rows that neither has seen.
#   GRADUS_DATA=FOLDER python3 bench/peers/tune.py GRADUS [--trials N] [--seeds N] [--only TABLE,...] [--results FILE]
# A fifth of each table is held out by the seed; `train` and `tune` see the rest, `predict` answers the held-out rows.
# Relative error: (1 - accuracy or sqrt(1 - R2)) + 0.01; what is averaged is the logarithm of its ratio, tuned over
# default. z: the difference of the errors on the held-out rows (wrong or not; squared) over its standard error (paired),
# above 0 where the tuned one is worse. With --results each table's figures are kept, and not computed again.
import argparse
import json
import math
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import pandas

TARGETS = {"iris": "species", "wine": "cultivar", "digits": "digit", "diabetes": "progression", "mpg": "mpg",
           "penguins": "species", "titanic": "survived"}
IGNORED = {"titanic": ["alive"]}  # the label in words
MOST_ROWS = 5000  # of larger tables so many are drawn


def tables():
    """The files by their names, the smallest first."""
    data = pathlib.Path(os.environ["GRADUS_DATA"])
    files = [*(data / "tables").glob("*.csv"), *(data / "tables-choose").glob("*.csv.gz")]
    rows = {file.name.split(".")[0]: pandas.read_csv(file, dtype={"deck": str}) for file in files}
    return dict(sorted(rows.items(), key=lambda item: min(len(item[1]), MOST_ROWS) * item[1].shape[1]))


def divided(table, seed, folder):
    order = np.random.RandomState(seed).permutation(len(table))[:MOST_ROWS]
    held_out = len(order) // 5
    files = [folder / f"{part}.csv" for part in ("rest", "held_out")]
    for rows, file in zip((order[held_out:], order[:held_out]), files):
        table.iloc[rows].to_csv(file, index=False)
    return files


def run(words):
    began = time.perf_counter()
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()], time.perf_counter() - began


def wrong(program, model, held_out, target, folder):
    """Of each held-out row: is it answered wrongly? Of values the squared error over their variance."""
    answers = folder / "answers.csv"
    subprocess.run([program, "predict", model, held_out, "--quiet", "-o", answers], check=True)
    truth, answer = pandas.read_csv(held_out)[target], pandas.read_csv(answers).iloc[:, 0]
    if truth.dtype != float and truth.nunique() <= 20:
        return (truth.astype(str) != answer.astype(str)).to_numpy(float), True
    return ((truth - answer) ** 2 / truth.var(ddof=0)).to_numpy(), False


def relative_error(wrong, classes):
    return (wrong.mean() if classes else math.sqrt(wrong.mean())) + 0.01


def measured(program, name, table, seed, trials):
    target = TARGETS.get(name, "target")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        rest, held_out = divided(table, seed, folder)
        options = ["--target", target, "--seed", seed, "--json"]
        if name in IGNORED:
            options += ["--ignore", ",".join(IGNORED[name])]
        default, tuned = folder / "default.onnx", folder / "tuned.onnx"
        _, default_seconds = run([program, "train", rest, *options, "-o", default])
        events, tuned_seconds = run([program, "tune", rest, "--trials", trials, *options, "-o", tuned])
        done = events[-1]
        trials_on_all = [event for event in events if event["event"] == "trial" and event["trial"] > 1]
        trials_on_all = [e for e in trials_on_all if e["folds"] == max(t["folds"] for t in trials_on_all)]
        lowest = min(trials_on_all, key=lambda event: event["loss"])
        before, classes = wrong(program, default, held_out, target, folder)
        after, _ = wrong(program, tuned, held_out, target, folder)
    difference = after - before
    error = difference.std(ddof=1) / math.sqrt(len(difference))
    return {"table": name, "seed": seed, "rows": len(table), "default": relative_error(before, classes),
            "tuned": relative_error(after, classes), "z": difference.mean() / error if error > 0 else 0.0,
            "trial": done["trial"], "lowest": [lowest["change"] / done["default_loss"], lowest["change_se"] / done["default_loss"]], "oof": done["change"] / done["default_loss"],
            "seconds": [default_seconds, tuned_seconds], "recipe": done["recipe"].split("rest.csv", 1)[-1]}


def print_table(rows):
    print("| table | rows | default | tuned | log ratio, % | z | trial | out of fold, % | s, default | s, tune |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    ratios = []
    for name in dict.fromkeys(row["table"] for row in rows):
        mine = [row for row in rows if row["table"] == name]
        mean = {key: np.mean([row[key] for row in mine]) for key in ("default", "tuned", "oof")}
        ratios.append(np.mean([math.log(row["tuned"] / row["default"]) for row in mine]))
        seconds = np.mean([row["seconds"] for row in mine], axis=0)
        z, trials = (", ".join(text) for text in zip(*((f"{row['z']:+.1f}", str(row["trial"])) for row in mine)))
        print(f"| {name} | {mine[0]['rows']} | {mean['default']:.4f} | {mean['tuned']:.4f} | {100 * ratios[-1]:+.1f} | "
              f"{z} | {trials} | {100 * mean['oof']:+.1f} | {seconds[0]:.1f} | {seconds[1]:.1f} |")
    error = np.std(ratios, ddof=1) / math.sqrt(len(ratios)) if len(ratios) > 1 else 0
    print(f"\nmean of the log ratios over {len(ratios)} tables: {100 * np.mean(ratios):+.2f} +- {100 * error:.2f} %; "
          f"largest z {max(row['z'] for row in rows):+.1f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gradus", type=os.path.abspath)
    parser.add_argument("--trials", type=int, default=32)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--results", type=pathlib.Path)
    arguments = parser.parse_args()
    known = arguments.results.read_text().splitlines() if arguments.results and arguments.results.exists() else []
    rows = [json.loads(line) for line in known]
    wanted = arguments.only.split(",") if arguments.only else None
    for name, table in tables().items():
        for seed in range(arguments.seeds):
            if (wanted and name not in wanted) or any((row["table"], row["seed"]) == (name, seed) for row in rows):
                continue
            rows.append(measured(arguments.gradus, name, table, seed, arguments.trials))
            if arguments.results:
                arguments.results.write_text("".join(json.dumps(row) + "\n" for row in rows))
    print_table(rows)


if __name__ == "__main__":
    main()
