# Training, then the product alone: row, Gradus, each peer and how many times slower it is.
# Usage: table.py GRADUS_JSON PEERS_JSON_LINES
import json
import re
import sys

NOTE = """Each at the better of one thread and all; the number stands in brackets when it is not one. s: an epoch of 60,000
examples; ms: a step; us: an iteration (forward, backward, update) or a product. x: times the time of Gradus.
KANN is missing: Debian has no package of it. FANN has no relu, softmax or mini-batches: it stands in one row only."""


def gradus_rows(path):
    """(row, threads, seconds per step) from the medians of gradus_bench."""
    to_seconds = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    for run in json.load(open(path))["benchmarks"]:
        if run.get("aggregate_name") != "median":
            continue
        name = re.sub("/real_time$", "", run["run_name"])
        kind, row = name.split("/", 1)
        if kind in ("xor", "product"):
            row = "xor" if kind == "xor" else name
        yield row, 2 if kind == "threads" else 1, run["real_time"] * to_seconds[run["time_unit"]]


def text(row, seconds):
    batch = re.search(r"batch (\d+)", row)
    if not batch:
        return f"{seconds * 1e6:.2f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"
    if row.startswith("784"):
        return f"{seconds * 60_000 / int(batch[1]):.3f} s"
    return f"{seconds * 1e3:.2f} ms"


best = {}  # (row, who) -> (seconds, threads)
names = ["Gradus"]
rows = []


def enter(who, row, threads, seconds):
    if who not in names:
        names.append(who)
    if seconds * (1.03 if threads > 1 else 1) < best.get((row, who), (float("inf"), 0))[0]:
        best[row, who] = seconds, threads


for row, threads, seconds in gradus_rows(sys.argv[1]):
    enter("Gradus", row, threads, seconds)
for line in open(sys.argv[2]):
    entry = json.loads(line)
    if entry["row"] not in rows:
        rows.append(entry["row"])
    enter(entry["peer"], entry["row"], entry["threads"], entry["seconds"])


def print_table(rows):
    who_has = [who for who in names if any((row, who) in best for row in rows)]
    table = [["row"] + who_has]
    for row in rows:
        cells = [row]
        for who in who_has:
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
    table.insert(1, ["-" * width for width in widths])
    for cells in table:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |")
    print()


products = [row for row in rows if row.startswith("product/")]
print_table([row for row in rows if row not in products])
if products:
    print_table(products)
print(NOTE)
