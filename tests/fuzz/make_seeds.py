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

for dtype in ("<f2", "<f4", "<f8", ">i2", "<u8", "|b1", "|i1"):
    seed("npy", dtype[1:], npy(np.arange(6).reshape(2, 3).astype(dtype)))
seed("npy", "fortran", npy(np.asfortranarray(np.arange(6.0).reshape(2, 3))))
seed("npy", "series", npy(np.zeros((2, 2, 2), "<f4"), (2, 0)))
seed("npy", "images", npy(np.zeros((2, 2, 2), "u1")))
seed("npy", "version_3", npy(np.zeros(3, "<i4"), (3, 0)))
seed("npy", "structured", npy(np.zeros(2, [("a", "<f4"), ("b", "<i2")])))

seed("idx", "labels", b"\0\0\x08\x01\0\0\0\x03\x07\x02\x01")
seed("idx", "images", b"\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02" + bytes(range(0, 256, 32)))

seed("ts", "classes", b"#x\r\n@dimensions 2\n@classLabel true a b\n@data\n1,2.5:?,-3e1:a\n\n4:NaN,6,7:b")
seed("ts", "values", b"@targetlabel true\n@data\n1,2,3:0.5\n4:-1\n")
seed("ts", "bare", b"@classLabel false\n@data\n1\n,:")

packed = gzip.compress(b"1,2\n" * 40, mtime=0)
seed("gzip", "one", packed)
seed("gzip", "two", packed + packed)
seed("gzip", "stored", gzip.compress(b"7,8\n9", compresslevel=0, mtime=0))

for choice, name in enumerate(("latin1", "gb18030", "utf-16", "utf-8", "shift_jis", "iso-2022-jp", "utf-32", "utf-7")):
    seed("encoding", name, bytes([choice]) + ("é\n" if name == "latin1" else "日本\n").encode(name))


# ONNX by hand, as other programs write it. Those of our own (own_*) come from build/onnx_write_cases.
def part(number, data):
    if isinstance(data, int):
        return varint(number << 3) + varint(data % 2**64)
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def tensor(name, *dims):
    numbers = np.arange(np.prod(dims), dtype="<f4").tobytes()
    return part(5, b"".join(part(1, d) for d in dims) + part(2, 1) + part(8, name.encode()) + part(9, numbers))


def node(operation, inputs, output, **attributes):
    data = b"".join(part(1, x.encode()) for x in inputs.split()) + part(2, output.encode()) + part(4, operation.encode())
    for name, value in attributes.items():
        ints = value if isinstance(value, list) else None
        data += part(5, part(1, name.encode()) + (part(3, value) + part(20, 2) if ints is None else
                                                  b"".join(part(8, i) for i in ints) + part(20, 7)))
    return part(1, data)


def value(number, name, *dims):
    shape = part(1, part(2, b"N")) + b"".join(part(1, part(1, d)) for d in dims)
    return part(number, part(1, name.encode()) + part(2, part(1, part(1, 1) + part(2, shape))))


def onnx(*parts):
    return part(1, 7) + part(2, b"numpy") + part(7, b"".join(parts)) + part(8, part(1, b"") + part(2, 13)) + part(
        8, part(1, b"ai.onnx.ml") + part(2, 1))


def whole(name, *numbers):
    return part(5, part(1, len(numbers)) + part(2, 7) + part(8, name.encode()) + part(9, np.array(numbers, "<i8").tobytes()))


def scalar(name, number):
    return part(5, part(2, 1) + part(8, name.encode()) + part(9, np.float32(number).tobytes()))


def texts(name, *words):
    return part(5, part(1, len(words)) + part(2, 8) + b"".join(part(6, w.encode()) for w in words) + part(8, name.encode()))


def ml(operation, inputs, output, **lists):
    data = b"".join(part(1, x.encode()) for x in inputs.split()) + part(2, output.encode()) + part(4, operation.encode())
    for name, (field, kind, values) in lists.items():
        data += part(5, part(1, name.encode()) + b"".join(
            varint(7 << 3 | 5) + np.float32(v).tobytes() if kind == 6 else part(field, v.encode()) for v in values) + part(20, kind))
    return part(1, data + part(7, b"ai.onnx.ml"))


def text_value(number, name):
    shape = part(1, part(2, b"N")) + part(1, part(1, 1))
    return part(number, part(1, name.encode()) + part(2, part(1, part(1, 8) + part(2, shape))))


seed("onnx", "dense", onnx(
    value(11, "x", 2), value(12, "y", 3), tensor("W", 3, 2), tensor("b", 3), tensor("V", 3, 3),
    node("Gemm", "x W b", "a", transB=1), node("Relu", "a", "c"), node("Dropout", "c", "d"),
    node("MatMul", "d V", "e"), node("Add", "e b", "f"), node("Softmax", "f", "y", axis=1)))
seed("onnx", "series", onnx(
    value(11, "x", 2, 9), value(12, "y", 3), tensor("W", 4, 1, 3), tensor("b", 4),
    node("Conv", "x W b", "a", group=2, pads=[1, 1], strides=[2], dilations=[1], kernel_shape=[3]),
    node("BatchNormalization", "a b b b b", "c"), node("Tanh", "c", "d"),
    node("MaxPool", "d", "e", kernel_shape=[2]), node("AveragePool", "e", "f", kernel_shape=[2], strides=[1]),
    node("GlobalAveragePool", "f", "g"), node("Flatten", "g", "y", axis=1)))
# PyTorch: a view, GELU and SiLU of several operators, a residual connection, LogSoftmax.
seed("onnx", "view", onnx(
    value(11, "x", 2, 3), value(12, "y", 3), tensor("W", 4, 6), tensor("b", 4), tensor("V", 3, 4), whole("zero", 0),
    whole("axes", 0), whole("rest", -1), node("Shape", "x", "s"), node("Gather", "s zero", "n", axis=0),
    node("Concat", "n rest", "to", axis=0), node("Reshape", "x to", "f"), node("Gemm", "f W b", "a", transB=1),
    scalar("r", 1.41421354), scalar("one", 1), scalar("h", 0.5), node("Div", "a r", "c"), node("Erf", "c", "d"),
    node("Add", "d one", "e"), node("Mul", "a e", "g"), node("Mul", "g h", "i"), tensor("U", 4, 4),
    node("Gemm", "i U", "u"), node("Sigmoid", "u", "j"), node("Mul", "u j", "k"), node("Add", "k i", "l"),
    node("Gemm", "l V", "m", transB=1), node("LogSoftmax", "m", "y", axis=1)))
# tf2onnx: channels last, a convolution of pictures of height 1.
seed("onnx", "channels_last", onnx(
    value(11, "x", 6, 2), value(12, "y", 3), tensor("W", 3, 2, 1, 3), tensor("b", 3), whole("one", 1), whole("two", 2),
    node("Unsqueeze", "x one", "a"), node("Transpose", "a", "c", perm=[0, 3, 1, 2]), node("Pad", "c pads", "p"),
    whole("pads", 0, 0, 0, 1, 0, 0, 0, 1), node("Conv", "p W", "d", kernel_shape=[1, 3]), node("Squeeze", "d two", "e"),
    node("Transpose", "e", "f", perm=[0, 2, 1]), node("Add", "f b", "g"), node("Relu", "g", "h"),
    node("ReduceMean", "h", "y", axes=[1], keepdims=0)))
# skl2onnx: columns of numbers and of text, two classes with names.
seed("onnx", "columns", onnx(
    value(11, "age", 1), text_value(11, "sex"), value(12, "p", 2), text_value(12, "label"), tensor("W", 3, 1), scalar("b", 0.25),
    scalar("one", 1), texts("names", "no", "yes"), whole("flat", -1, 2),
    ml("Scaler", "age", "s", offset=(7, 6, [3]), scale=(7, 6, [0.5])),
    ml("OneHotEncoder", "sex", "o", cats_strings=(9, 8, ["m", "f"])), node("Reshape", "o flat", "q"),
    node("Concat", "s q", "r", axis=1), node("MatMul", "r W", "z"), node("Add", "z b", "t"), node("Sigmoid", "t", "u"),
    node("Sub", "one u", "v"), node("Concat", "v u", "p", axis=1), node("ArgMax", "p", "k", axis=1),
    ml("ArrayFeatureExtractor", "names k", "label")))

# Weights in a second file, whose size the first two bytes say (tests/fuzz/onnx.cpp).
def elsewhere(name, *dims, **place):
    entries = b"".join(part(13, part(1, key.encode()) + part(2, value.encode())) for key, value in place.items())
    return part(5, b"".join(part(1, d) for d in dims) + part(2, 1) + part(8, name.encode()) + entries + part(14, 1))


def two_files(name, model, weights):
    seed("onnx_external", name, len(weights).to_bytes(2, "little") + model + weights)


def dense(W, b):
    return onnx(value(11, "x", 2), value(12, "y", 3), W, b, node("Gemm", "x W b", "a", transB=1), node("Relu", "a", "y"))


numbers = np.arange(9, dtype="<f4").tobytes()
two_files("places", dense(elsewhere("W", 3, 2, location="weights", offset="0", length="24"),
                          elsewhere("b", 3, location="weights", offset="24", length="12")), numbers)
two_files("whole", dense(elsewhere("W", 3, 2, location="weights"), tensor("b", 3)), numbers[:24])
two_files("checksum", dense(tensor("W", 3, 2), elsewhere("b", 3, location="weights", offset="12", checksum="0")), numbers[:24])
for name, location in (("link", "link"), ("pipe", "pipe"), ("above", "../secret"), ("itself", "x.onnx"), ("folder", ".")):
    two_files(name, dense(tensor("W", 3, 2), elsewhere("b", 3, location=location, length="12")), numbers)

seed("search_space", "settings", b"# tried\nlearning-rate 1e-4..0.01 log\nbatch 8..64\nencode none ple\nwidth 8 16\ndepth 1 2\n")
seed("search_space", "networks", b'net "64 relu" "conv 8x3 pad same relu, globalavgpool" 16\r\n--dropout 0.5\n')
seed("search_space", "pieces", b"activation relu tanh\ndropout 0 0.25\nweight-decay 0..0.1\nclip-norm 1")

seed("tune_log", "scores", b"gradus tune 1\ndata 0123\nrecipe moons --seed 0\nspace width \"8\"\nspace batch 4..16\nscores 2\n"
     b"score 1 1 3 3 0.1 3e-08 2 0 0 1\nscore 2 1 failed\nend\n")
seed("tune_log", "none", b"gradus tune 1\ndata 0\nrecipe r\nspace batch 4..16\nscores 0\nend\n")
