# What bench/peers/tables.py found: kept line by line, and printed as tables of Markdown.
#   python3 bench/peers/table_results.py FILE    prints what --resume FILE has kept so far
import json
import math
import pathlib
import statistics
import sys

KEY = ("table", "of", "rows", "division", "method", "version")


class Results:
    """The lines of this run; with a file, those that it holds are known, and a new one is written as it comes."""

    def __init__(self, file, to_stdout):
        self.file, self.to_stdout, self.lines = file, to_stdout, []
        self.known = {}
        if file and file.exists():
            text = file.read_text()
            if text and not text.endswith("\n"):  # a run that was killed while it wrote
                text = text[: text.rfind("\n") + 1]
                file.write_text(text)
            self.known = {tuple(line[name] for name in KEY): line for line in map(json.loads, text.splitlines())}

    def has(self, key):
        """A failure does not count: it is tried again."""
        line = self.known.get(tuple(key[name] for name in KEY))
        if line is None or "error" in line:
            return False
        self._enter(line)
        return True

    def add(self, line):
        if self.file:
            with open(self.file, "a") as out:
                out.write(json.dumps(line) + "\n")
        self._enter(line)

    def _enter(self, line):
        self.lines.append(line)
        if self.to_stdout:
            print(json.dumps(line), flush=True)


def mean_and_error(values):
    return statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan


def plus_minus(values, digits, sign=""):
    mean, error = mean_and_error(values)
    return f"{mean:{sign}.{digits}f} ± " + ("?" if math.isnan(error) else f"{error:.{digits}f}")


def relative_error(line):
    error = 1 - line["score"] if line["task"] != "regress" else math.sqrt(max(0, 1 - line["score"]))
    return error + 0.01


def print_rows(rows):
    rows = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def print_tables(lines, methods, left_out=()):
    by = {}  # table -> method -> division -> line
    for line in lines:
        by.setdefault((line["table"], line["of"]), {}).setdefault(line["method"], {})[line["division"]] = line
    shown = [method for method in methods if any(method in found for found in by.values())]
    rows, seconds = [["table", "rows to learn from", *shown]], [["table", *shown]]
    for (name, _), found in by.items():
        some = next(iter(next(iter(found.values())).values()))
        cells, times = [], []
        for method in shown:
            done = [line for line in found.get(method, {}).values() if "score" in line]
            failed = len(found.get(method, {})) - len(done)
            text = plus_minus([100 * line["score"] for line in done], 2) if done else "" if failed else "-"
            cells.append(" ".join(filter(None, [text, f"({failed} failed)" if failed else ""])))
            times.append(f"{statistics.fmean(line['seconds'] for line in done):.2f}" if done else "-")
        kind = "R2" if some["task"] == "regress" else "accuracy"
        rows.append([f"{name}, {kind}", str(some["train"]), *cells])
        seconds.append([name, *times])
    print("Accuracy in percent, or 100 R2: mean ± standard error over the divisions.\n")
    print_rows(rows)
    print("Seconds of processor time to learn, one thread.\n")
    print_rows(seconds)
    print_comparison(by, shown)
    for what, why in left_out:
        print(f"{what} is left out: {why}")
    failed = [line for line in lines if "error" in line]
    for error in dict.fromkeys(f"{line['method']} fails on {line['table']}: {line['error']}" for line in failed):
        print(error)


def print_comparison(by, shown):
    rows = [["Gradus against", "tables", "log ratio of the relative errors, % (below 0: Gradus is better)", "of classes",
             "of regressions", "wins", "losses", "equal", "beyond one standard error", "times as long"]]
    details = [["table", *(method for method in shown if method != "Gradus")]]
    details += [[name] for name, _ in by]
    for method in shown:
        if method == "Gradus":
            continue
        ratios, tasks, speed, clear = [], [], [], [0, 0]
        for row, found in zip(details[1:], by.values()):
            pairs = [(line, found[method][division]) for division, line in found.get("Gradus", {}).items()
                     if division in found.get(method, {})]
            pairs = [(ours, theirs) for ours, theirs in pairs if "score" in ours and "score" in theirs]
            if not pairs:
                row.append("-")
                continue
            logs = [math.log(relative_error(ours) / relative_error(theirs)) for ours, theirs in pairs]
            mean, error = mean_and_error(logs)
            row.append(plus_minus([100 * log for log in logs], 1, "+"))
            ratios.append(mean)
            tasks.append(pairs[0][0]["task"])
            speed.append(statistics.fmean(math.log(ours["seconds"] / max(theirs["seconds"], 0.001))
                                          for ours, theirs in pairs))
            clear[0] += mean < -error
            clear[1] += mean > error
        if not ratios:
            continue
        of_task = [[100 * r for r, task in zip(ratios, tasks) if (task == "regress") == regress] for regress in (0, 1)]
        rows.append([method, str(len(ratios)), plus_minus([100 * r for r in ratios], 1, "+"),
                     *(plus_minus(values, 1, "+") if values else "-" for values in of_task),
                     str(sum(r < -1e-9 for r in ratios)), str(sum(r > 1e-9 for r in ratios)),
                     str(sum(abs(r) <= 1e-9 for r in ratios)), f"{clear[0]} better, {clear[1]} worse",
                     f"{math.exp(statistics.fmean(speed)):.2g}"])
    if len(rows) > 1:
        print("Log ratio of the relative errors, %, by table: Gradus over the other; below 0 Gradus is better.\n")
        print_rows(details)
        print("Mean over the tables ± standard error; wins, losses and times.\n")
        print_rows(rows)


if __name__ == "__main__":
    kept = [json.loads(line) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    print_tables(kept, list(dict.fromkeys(line["method"] for line in kept)))
