#!/usr/bin/env python3
# What became faster or slower? Usage: bench/compare.py BEFORE.json AFTER.json (of scripts/bench --json)
#
# Compared are the ratios to the yardsticks, which were measured beside the rows: two runs may then differ in what
# else the machine did. A difference counts when it is more than twice the standard error of both medians.
import json
import sys


def ratios(path):
    """row -> the median of its ratio, and the median's relative standard error"""
    medians, errors = {}, {}
    for run in json.load(open(path))["benchmarks"]:
        if "ratio" not in run:
            continue
        row = run["run_name"].removesuffix("/real_time").removesuffix("/manual_time")
        if run.get("aggregate_name") == "median":
            medians[row] = run["ratio"]
        elif run.get("aggregate_name") == "stddev":
            errors[row] = 1.25 * run["ratio"] / run["repetitions"] ** 0.5  # of a median; of a mean without the 1.25
    return {row: (ratio, errors.get(row, 0) / ratio) for row, ratio in medians.items()}


if len(sys.argv) != 3:
    sys.exit("usage: bench/compare.py BEFORE.json AFTER.json")
before, after = ratios(sys.argv[1]), ratios(sys.argv[2])
width = max(map(len, before | after), default=3)
print(f"{'row':{width}}  before   after  speed   noise")
for row in before | after:
    if row not in before or row not in after:
        print(f"{row:{width}}  only {'after' if row in after else 'before'}")
        continue
    (old, old_noise), (new, new_noise) = before[row], after[row]
    noise = (old_noise**2 + new_noise**2) ** 0.5
    change = new / old
    verdict = "" if abs(change - 1) <= 2 * noise else "faster" if change > 1 else "SLOWER"
    print(f"{row:{width}}  {old:6.3f}  {new:6.3f}  {change:5.2f}  {noise:5.1%}  {verdict}".rstrip())
