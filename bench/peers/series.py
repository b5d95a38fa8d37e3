# How good is the default for series that nobody tuned? Beside a dense network, what the default was before, and others'.
#   GRADUS_DATA=FOLDER python3 bench/peers/series.py GRADUS [--seeds N] [--only SERIES,...] [--recipe NAME,...]
# Each seed trains on the training file and answers the test file, whole commands both. Score: accuracy, or R2 of a
# regression, times 100. Seconds: the command `train`, from the start of the process to the model file.
import argparse
import json
import math
import os
import pathlib
import subprocess
import tempfile
import time

SERIES = {
    "GunPoint": "ucr/GunPoint_{}.tsv --label-first",
    "ItalyPowerDemand": "ucr/ItalyPowerDemand_{}.tsv --label-first",
    "BasicMotions": "ucr/BasicMotions_{}.tsv --label-first --shape 6x100",
    "JapaneseVowels": "ucr/JapaneseVowels_{}.ts",
    "PickupGestureWiimoteZ": "ucr/PickupGestureWiimoteZ_{}.ts",
    "Covid3Month": "ucr/Covid3Month_{}.ts",
    "MNIST-1D": "mnist1d/{}_x.npy --labels mnist1d/{}_y.npy --shape 1x40",
}
# Behind `train`; the dense network is the default for a table, without its ensemble.
PLAIN = ["--scale", "standard", "--schedule", "constant", "--epochs", "200"]
RECIPES = {
    "default": [],
    "dense": [*PLAIN, "--net", "flatten, 256 relu", "--init", "glorot", "--optimizer", "adamw", "--learning-rate", "0.0005",
              "--weight-decay", "0.3"],
    "before": [*PLAIN, "--net", "conv 32x5 pad same relu, maxpool 2, conv 64x5 pad same relu, maxpool 2, flatten, 64 relu",
               "--optimizer", "adam", "--learning-rate", "0.001"],
}


def words(name, part):
    data = pathlib.Path(os.environ["GRADUS_DATA"])
    part = part if name == "MNIST-1D" else part.upper()
    return [str(data / word) if "{" in word else word for word in SERIES[name].split()], part


def score(program, name, options, seed, folder):
    arguments, part = words(name, "train")
    model = folder / "model.onnx"
    train = [program, "train", *[word.format(part, part) for word in arguments], *options, "--seed", str(seed), "-o", model, "--quiet"]
    began = time.perf_counter()
    subprocess.run(train, check=True, stdout=subprocess.DEVNULL, timeout=600)
    seconds = time.perf_counter() - began
    arguments, part = words(name, "test")
    # The model knows its shape.
    arguments = [word.format(part, part) for word in arguments]
    if "--shape" in arguments:
        del arguments[arguments.index("--shape"):]
    command = [program, "evaluate", model, *arguments, "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return 100 * found.get("accuracy", found.get("r2")), seconds


def mean_and_error(numbers):
    mean = sum(numbers) / len(numbers)
    variance = sum((x - mean) ** 2 for x in numbers) / max(1, len(numbers) - 1)
    return mean, math.sqrt(variance / len(numbers))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default=",".join(SERIES))
    parser.add_argument("--recipe", default=",".join(RECIPES))
    options = parser.parse_args()
    recipes = options.recipe.split(",")
    print("| series | " + " | ".join(f"{recipe} | s" for recipe in recipes) + " |")
    print("|---" * (1 + 2 * len(recipes)) + "|")
    for name in options.only.split(","):
        row = [name]
        for recipe in recipes:
            with tempfile.TemporaryDirectory() as folder:
                runs = [score(options.program.resolve(), name, RECIPES[recipe], seed, pathlib.Path(folder))
                        for seed in range(options.seeds)]
            mean, error = mean_and_error([run[0] for run in runs])
            row += [f"{mean:.2f} ± {error:.2f}", f"{sum(run[1] for run in runs) / len(runs):.1f}"]
        print("| " + " | ".join(row) + " |", flush=True)


main()
