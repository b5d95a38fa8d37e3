#!/usr/bin/python3
"""What the fuzzers begin with: small inputs that are right, one for each thing that a reader knows."""

import gzip
import io
import os

import numpy as np


def seed(target, name, data):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


# The first byte chooses separator, header, place of the label and size of the window (tests/fuzz/data.cpp).
seed("csv", "quotes", b'\x00a,"b ""x"""\r\n1,"two\nlines"\r\n-2.5e3,NA\r\n')
seed("csv", "numbers", b"\x21x,y\n0.1,007\n12345678901234567890,1.50\n,1e999\n+.5,z\n")
seed("csv", "tabs", b"\x10Standing\t0.5\t-1\nRunning\t2\t?\n")
seed("csv", "returns", b"\x45\xef\xbb\xbfa;b\r \"q\" ;\r\r1;null\r")

for dtype in ("<f4", "<f8", ">i2", "<u8", "|b1", "|i1"):
    seed("npy", dtype[1:], npy(np.arange(6).reshape(2, 3).astype(dtype)))
seed("npy", "fortran", npy(np.asfortranarray(np.arange(6.0).reshape(2, 3))))
seed("npy", "series", npy(np.zeros((2, 2, 2), "<f4"), (2, 0)))
seed("npy", "version_3", npy(np.zeros(3, "<i4"), (3, 0)))
seed("npy", "structured", npy(np.zeros(2, [("a", "<f4"), ("b", "<i2")])))

seed("idx", "labels", b"\0\0\x08\x01\0\0\0\x03\x07\x02\x01")
seed("idx", "images", b"\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02" + bytes(range(0, 256, 32)))

packed = gzip.compress(b"1,2\n" * 40, mtime=0)
seed("gzip", "one", packed)
seed("gzip", "two", packed + packed)
seed("gzip", "stored", gzip.compress(b"7,8\n9", compresslevel=0, mtime=0))

for choice, name in enumerate(("latin1", "gb18030", "utf-16", "utf-8", "shift_jis", "iso-2022-jp", "utf-32", "utf-7")):
    seed("encoding", name, bytes([choice]) + ("é\n" if name == "latin1" else "日本\n").encode(name))
