#!/usr/bin/python3
"""Files of numpy.save in the folder arrays: each type, order, byte order and version of the format."""

import os

import numpy as np

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays")
os.makedirs(folder, exist_ok=True)


def save(name, array, version=None):
    with open(os.path.join(folder, name + ".npy"), "wb") as file:
        np.lib.format.write_array(file, array, version)


matrix = np.array([[1, 2, 3], [40, 50, 60]])
for dtype in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
    save(dtype, matrix.astype("<" + dtype))
    save(dtype + "_big_endian", matrix.astype(">" + dtype))
save("b1", matrix > 2)
save("fortran", np.asfortranarray(matrix.astype("<f4")))
save("version_2", matrix.astype("<f4"), (2, 0))
save("version_3", matrix.astype("<f4"), (3, 0))
save("labels", np.array([7, -1, 7, 0], "<i8"))
save("series", np.arange(12, dtype="<f4").reshape(2, 3, 2))
save("extremes", np.array([np.nan, -0.0, 5e-324, np.finfo(float).max, 0.1]))
save("largest", np.array([2**64 - 1], "<u8"))
save("infinite", np.array([[1, 2], [3, -np.inf]], "<f4"))
save("fortran_series", np.asfortranarray(np.zeros((2, 3, 2), "<f4")))
save("half_extremes", np.array([0, -0.0, 2.0**-24, -(2.0**-14), 65504, 1 / 3, np.nan], "<f2"))
save("half_infinite", np.array([1, np.inf], "<f2"))
save("images", np.arange(12, dtype="u1").reshape(2, 3, 2))
save("colours", np.arange(12, dtype="u1").reshape(1, 2, 2, 3))
save("complex", matrix.astype("<c8"))
save("text", np.array(["a", "bc"]))
save("structured", np.zeros(2, [("a", "<f4"), ("b", "<i2")]))
save("scalar", np.array(1.5))
save("no_rows", np.zeros((0, 3)))
save("four_dimensions", np.zeros((1, 2, 3, 4)))
with open(os.path.join(folder, "objects.npy"), "wb") as file:
    np.save(file, np.array([None, 1], dtype=object))
