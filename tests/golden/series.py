#!/usr/bin/python3
"""Layers for series, and batch normalization, as PyTorch computes them: forward, and the derivatives for a given dY."""

import numpy as np
import torch
from torch import nn

from golden import GoldenFile

golden = GoldenFile(__file__)
random = np.random.RandomState(1)
EXAMPLES = 2


def eighths(*shape):
    """Multiples of 1/8: their products and sums are exact, in float too, in whatever order they are added."""
    return torch.tensor(random.randint(-16, 17, size=shape) / 8, requires_grad=True)


def columns(series):
    """(examples, channels, positions) -> one column for each example, channel after channel."""
    return series.detach().numpy().reshape(len(series), -1).T


def write(text, X, layer, parameters=()):
    """One case: `text:CxL/name` for X, dY, Y, dX, and each parameter with its derivative, summed over the examples."""
    case = text.replace(" ", "_") + ":" + "x".join(str(n) for n in X.shape[1:]) + "/"
    Y = layer(X)
    dY = eighths(*Y.shape).detach()
    Y.backward(dY)
    golden.write_all(case, {"X": columns(X), "dY": columns(dY), "Y": columns(Y), "dX": columns(X.grad)})
    for name, parameter in parameters:
        rows = parameter.shape[0]
        golden.write_all(case, {name: parameter.detach().numpy().reshape(rows, -1),
                                "d" + name: parameter.grad.numpy().reshape(rows, -1)})


# ---- Convolution -----------------------------------------------------------------------------------------------------
golden.comment("conv: W has a row for each filter and a column for each (channel of the group, place in the window).")


def convolution(channels, length, filters, size, stride, padding, dilation, groups):
    text = f"conv {filters}x{size}"
    text += f" stride {stride}" if stride > 1 else ""
    text += f" pad {padding}" if padding else ""
    text += f" dilation {dilation}" if dilation > 1 else ""
    text += f" groups {groups}" if groups > 1 else ""
    conv = nn.Conv1d(channels, filters, size, stride, padding, dilation, groups, dtype=torch.double)
    conv.weight = nn.Parameter(eighths(*conv.weight.shape))
    conv.bias = nn.Parameter(eighths(filters))
    write(text, eighths(EXAMPLES, channels, length), conv, [("W", conv.weight), ("b", conv.bias)])


sizes, lengths = [3, 4, 5, 2], [13, 15, 16, 18, 14]
turn = 0
for groups in (1, 2, 4):
    for dilation in (1, 2, 3):
        for stride in (1, 2, 3):
            for padding in (0, 1, 2, "same"):
                if padding == "same" and stride > 1:
                    continue  # PyTorch has none either
                convolution(4, lengths[turn % 5], 4, sizes[turn % 4], stride, padding, dilation, groups)
                turn += 1
convolution(1, 9, 3, 5, 1, 0, 1, 1)    # one channel
convolution(3, 7, 5, 1, 1, 0, 1, 1)    # a window of one position
convolution(2, 6, 3, 6, 1, 0, 1, 1)    # a window as long as the series
convolution(5, 1, 7, 1, 1, 0, 1, 1)    # a series of one position
convolution(2, 1, 2, 3, 1, 1, 1, 1)    # more padding than series
convolution(3, 19, 25, 3, 2, 1, 1, 1)  # filters that do not fill vectors
convolution(6, 9, 12, 3, 1, 1, 1, 3)   # more filters than channels in each group

# ---- Pooling ---------------------------------------------------------------------------------------------------------
for size, stride, padding in ((1, 1, 0), (2, 2, 0), (3, 3, 0), (3, 1, 1), (3, 2, 1), (4, 3, 2), (5, 2, 2), (9, 9, 0)):
    text = f" {size}" + (f" stride {stride}" if stride != size else "") + (f" pad {padding}" if padding else "")
    write("maxpool" + text, eighths(EXAMPLES, 3, 9), nn.MaxPool1d(size, stride, padding))
    write("avgpool" + text, eighths(EXAMPLES, 3, 9), nn.AvgPool1d(size, stride, padding, count_include_pad=False))
write("maxpool 3 stride 1 dilation 2", eighths(EXAMPLES, 2, 9), nn.MaxPool1d(3, 1, 0, 2))
for channels, length in ((3, 8), (1, 5), (4, 1)):
    write("globalmaxpool", eighths(EXAMPLES, channels, length), nn.AdaptiveMaxPool1d(1))
    write("globalavgpool", eighths(EXAMPLES, channels, length), nn.AdaptiveAvgPool1d(1))
    write("flatten", eighths(EXAMPLES, channels, length), nn.Flatten())

# ---- Batch normalization ---------------------------------------------------------------------------------------------
golden.comment("batchnorm: the first batch; then what is kept after a second one, X2, and what is then predicted for X.")
for channels, length in ((1, 1), (4, 1), (3, 6), (2, 2)):
    norm = nn.BatchNorm1d(channels, dtype=torch.double)
    norm.weight, norm.bias = nn.Parameter(eighths(channels)), nn.Parameter(eighths(channels))
    X = torch.tensor(random.randn(5, channels, length) * 3 + 1, requires_grad=True)
    write("batchnorm", X, norm, [("gamma", norm.weight), ("beta", norm.bias)])
    X2 = torch.tensor(random.randn(5, channels, length))
    norm(X2)
    case = f"batchnorm:{channels}x{length}/"
    golden.write_all(case, {"X2": columns(X2), "mean": norm.running_mean.numpy(), "variance": norm.running_var.numpy()})
    norm.eval()
    golden.write(case + "predicted", columns(norm(X)))

golden.save()
