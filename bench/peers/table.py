# One table: row, Gradus, each peer and how many times slower it is. Usage: table.py GRADUS_JSON PEERS_JSON_LINES
import json
import re
import sys

NOTE = """
Each at the better of one thread and all; the number stands in brackets when it is not one. s: an epoch of 60,000
examples; ms: a step; us: an iteration (forward, backward, update). x: times the time of Gradus. KANN is missing:
Debian has no package of it. FANN has no relu, softmax or mini-batches: it stands in the first row only."""


def gradus_rows(path):
    """(row, threads, seconds per step) from the medians of gradus_bench."""
    to_seconds = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    for run in json.load(open(path))["benchmarks"]:
        if run.get("aggregate_name") != "median":
            continue
        kind, row = re.sub("/real_time$", "", run["run_name"]).split("/", 1)
        if kind == "xor":
            row = "xor"
        yield row, 2 if kind == "threads" else 1, run["real_time"] * to_seconds[run["time_unit"]]


def text(row, seconds):
    batch = re.search(r"batch (\d+)", row)
    if not batch:
        return f"{seconds * 1e6:.2f} us"
    if row.startswith("784"):
        return f"{seconds * 60_000 / int(batch[1]):.3f} s"
    return f"{seconds * 1e3:.2f} ms"


best = {}  # (row, who) -> (seconds, threads)
names = ["Gradus"]
rows = []


def enter(who, row, threads, seconds):
    if who not in names:
        names.append(who)
    best[row, who] = min(best.get((row, who), (float("inf"), 0)), (seconds, threads))


for row, threads, seconds in gradus_rows(sys.argv[1]):
    enter("Gradus", row, threads, seconds)
for line in open(sys.argv[2]):
    entry = json.loads(line)
    if entry["row"] not in rows:
        rows.append(entry["row"])
    enter(entry["peer"], entry["row"], entry["threads"], entry["seconds"])

table = [["row"] + names]
for row in rows:
    cells = [row]
    for who in names:
        if (row, who) not in best:
            cells.append("-")
            continue
        seconds, threads = best[row, who]
        cell = text(row, seconds) + (f" [{threads}]" if threads > 1 else "")
        if who != "Gradus" and (row, "Gradus") in best:
            cell += f", {seconds / best[row, 'Gradus'][0]:.1f}x"
        cells.append(cell)
    table.append(cells)
widths = [max(len(cells[i]) for cells in table) for i in range(len(table[0]))]
for number, cells in enumerate(table):
    print("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |")
    if number == 0:
        print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
print(NOTE)
