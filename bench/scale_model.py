#!/usr/bin/env python3
# Does the model of what ranks cost (gradus/model/scale.h) say what is then measured? For 1, 2, ... ranks up to the cores of
# this machine; and what it says of 64 machines.
#   bench/scale_model.py GRADUS_MPI [CORES]
# Random numbers of 784 inputs: what is learned does not matter, how long it takes does.
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

WORK = [  # network, batch
    ("128 relu", 512),
    ("512 relu, 512 relu", 128),
    ("512 relu, 512 relu", 512),
    ("1024 relu, 1024 relu", 512),
]
EXAMPLES, RUNS = 4096, 5

ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def gradus(program, ranks, *options):
    """The last JSON line that so many ranks print, each on a core of its own."""
    words = ["mpirun", "--bind-to", "core", "-n", str(ranks), program, "train", "X.npy", "--labels", "y.npy", "--json", "--quiet",
             "--ensemble", "1", "--encode", "none", "--validation", "0", "--threads", "1", *options]
    lines = subprocess.run(words, env={**os.environ, **ENVIRONMENT}, check=True, capture_output=True, text=True).stdout
    return json.loads(lines.splitlines()[-1])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    cores = int(sys.argv[2]) if len(sys.argv) > 2 else len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        random = np.random.RandomState(0)
        np.save("X.npy", random.rand(EXAMPLES, 784).astype(np.float32))
        np.save("y.npy", random.randint(0, 10, EXAMPLES))
        print("| network | batch | ranks | predicted, ms | measured, ms | predicted / measured | times as fast as 1 |")
        print("|---|---|---|---|---|---|---|")
        curves = []
        for network, batch in WORK:
            recipe = ("--net", network, "--batch", str(batch))
            alone = None
            for ranks in range(1, cores + 1):
                plans = [gradus(program, ranks, *recipe, "--plan") for _ in range(RUNS)]
                predicted = [1e3 * row["update_seconds"] for plan in plans for row in plan["ranks"] if row["ranks"] == ranks]
                updates = max(40, round(1e3 / np.median(predicted)))  # a second
                measured = [1e3 * gradus(program, ranks, *recipe, "--iterations", str(updates), "-o", "m.onnx")["seconds"] / updates
                            for _ in range(RUNS)]
                a, b = np.median(predicted), np.median(measured)
                alone = alone or b
                print(f"| {network} | {batch} | {ranks} | {a:.2f} | {b:.2f} | {a / b:.2f} | {alone / b:.2f} |", flush=True)
            plan = gradus(program, 1, *recipe, "--plan")
            curves.append((network, batch, {row["ranks"]: row["speed_up"] for row in plan["ranks"] if row["ranks"] <= 64}, plan["fastest"]))
        print("\nOf machines that a network of 10 Gbit/s and 20 us joins, by the model:\n")
        print("| network | batch | " + " | ".join(str(r) for r in curves[0][2]) + " | fastest |")
        print("|---" * (len(curves[0][2]) + 3) + "|")
        for network, batch, speed_up, fastest in curves:
            print(f"| {network} | {batch} | " + " | ".join(f"{s:.2f}" for s in speed_up.values()) + f" | {fastest} |")


if __name__ == "__main__":
    main()
