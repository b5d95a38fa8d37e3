#!/usr/bin/python3
"""Random fields, written by Python's csv module in three manners (csv_rows/*.csv, *.tsv), and the fields (csv_rows/*.txt):
one in each line, row after row, with \\n, \\r and \\\\ for a line feed, a return and a backslash."""

import csv
import os
import random

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "csv_rows")
os.makedirs(folder, exist_ok=True)
letters = 'ab"",,;\t\n\r\'0715.-é日 \\'
missing = ["NA", "NaN", "nan", "-nan", "null", "NULL", "?"]


def field(blanks):
    text = "".join(random.choice(letters) for _ in range(random.choice((0, 1, 2, 3, 5, 12))))
    if not blanks:  # which belong to a field in quotes only
        text = text.strip(" \t")
    return "" if text in missing else text


def write(name, **manner):
    rows = [[f"column {j}" for j in range(4)]] + [["x"] * 4]
    rows += [[field(manner.get("quoting") == csv.QUOTE_ALL) for _ in range(4)] for _ in range(150)]
    with open(os.path.join(folder, name + (".tsv" if "delimiter" in manner else ".csv")), "w", newline="", encoding="utf-8") as file:
        csv.writer(file, **manner).writerows(rows)
    with open(os.path.join(folder, name + ".txt"), "w", newline="", encoding="utf-8") as file:
        for row in rows:
            for text in row:
                file.write(text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") + "\n")


random.seed(5)
write("excel")
write("quoted", quoting=csv.QUOTE_ALL, lineterminator="\r")
write("tabs", delimiter="\t")
