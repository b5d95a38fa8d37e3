#!/usr/bin/env python3
# A table that is larger than most: 1,200,000 rows of 100 numbers, 1.07 GB.
#   bench/big_csv.py FILE [ROWS]
# x0 to x98 are uniform from 0 to 10, with six digits after the point; y tells whether x0 + x1 is more than x2 + x3.
import sys

import numpy as np

FEATURES, DIGITS, ROWS_AT_ONCE = 99, 7, 10_000


def rows_of_text(random, rows):
    """Each number by its digits: "d.dddddd,"; and the label "0" or "1" behind them."""
    numbers = random.randint(0, 10**DIGITS, (rows, FEATURES))
    text = np.empty((rows, FEATURES, DIGITS + 2), np.uint8)
    for i in range(DIGITS):
        text[:, :, i + (i > 0)] = ord("0") + numbers // 10 ** (DIGITS - 1 - i) % 10
    text[:, :, 1] = ord(".")
    text[:, :, -1] = ord(",")
    label = ord("0") + (numbers[:, 0] + numbers[:, 1] > numbers[:, 2] + numbers[:, 3])
    end = np.column_stack([label, np.full(rows, ord("\n"))]).astype(np.uint8)
    return np.hstack([text.reshape(rows, -1), end]).tobytes()


def main():
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_200_000
    random = np.random.RandomState(0)
    with open(sys.argv[1], "wb") as file:
        file.write((",".join(f"x{j}" for j in range(FEATURES)) + ",y\n").encode())
        for begin in range(0, rows, ROWS_AT_ONCE):
            file.write(rows_of_text(random, min(ROWS_AT_ONCE, rows - begin)))


if __name__ == "__main__":
    main()
