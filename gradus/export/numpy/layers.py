# What do the layers of a network compute in NumPy, forward and backward? Called by what network.cpp writes.
#
# Matrices are channels x m, of a series channels x length x m. `parameters` has the running means of batch
# normalization too.

import math

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def normal_cdf(z):
    return 0.5 * np.vectorize(math.erfc)(-z / np.sqrt(2))


def normal_density(z):
    return np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)


def softmax(z):
    units = tuple(range(z.ndim - 1))
    e = np.exp(z - np.max(z, axis=units))  # the largest becomes e^0: nothing overflows
    return e / np.sum(e, axis=units)


def random_bits(units, m, step, layer, key):
    """32 random bits for each unit of each example. Those of a block of 8 units are a function of
    (block, example, step, layer) and the key: the counter and the key of Philox."""
    bits = np.zeros((units, m), dtype="<u4")
    for example in range(m):
        counter = (layer << 192) + (step << 128) + (example << 64)  # of block 0
        philox = np.random.Philox(counter=(counter - 1) % 2 ** 256, key=key)  # it adds 1 first
        of_example = philox.random_raw((units + 7) // 8 * 4).astype("<u8").view("<u4")
        bits[:, example] = of_example[:units]
    return bits


def dropout_mask(A, rate, step, layer, seed):
    """0 with probability `rate`, else 1 / (1 - rate)."""
    units, m = A.size // A.shape[-1], A.shape[-1]
    if step is None:
        return np.ones(A.shape)  # to predict, nothing is dropped
    kept = random_bits(units, m, step, layer, key=seed) >= int(rate * 2 ** 32)
    if A.ndim == 3:  # its units are counted position after position
        kept = kept.reshape(A.shape[1], A.shape[0], m).swapaxes(0, 1)
    return kept / (1 - rate)


def moments(Z, parameters, layer, training):
    """Mean and variance of each channel over the batch; to predict, their running means."""
    if not training:
        return parameters["mean" + layer], parameters["variance" + layer]
    over = tuple(range(1, Z.ndim))  # all but the channels
    mean, variance = np.mean(Z, axis=over, keepdims=True), np.var(Z, axis=over, keepdims=True)
    n = Z.size // Z.shape[0]
    unbiased = variance * n / max(1, n - 1)
    parameters["mean" + layer] = 0.9 * parameters["mean" + layer] + 0.1 * mean
    parameters["variance" + layer] = 0.9 * parameters["variance" + layer] + 0.1 * unbiased
    return mean, variance


def waves(X, w, b):
    """The angles 2 pi w x + b of the waves of each input: inputs x frequencies x m."""
    turns = w * X[:, np.newaxis]
    return 2 * np.pi * (turns - np.round(turns)) + b  # whole turns change no wave


def series(X):
    """channels x length x m; a vector is a series of length 1."""
    return X.reshape(X.shape[0], -1, X.shape[-1])


def vector(X):
    """What is one position long is a vector again."""
    return X[:, 0] if X.shape[1] == 1 else X


def places(length, size, stride, dilation):
    """Which positions of a series a window sees: its own positions x size."""
    positions = (length - dilation * (size - 1) - 1) // stride + 1
    return stride * np.arange(positions)[:, np.newaxis] + dilation * np.arange(size)


def seen(X, size, stride, pad, dilation, padding=0.0):
    """What a window sees of a series: channels x positions x size x m."""
    X = np.pad(series(X), ((0, 0), pad, (0, 0)), constant_values=padding)
    return X[:, places(X.shape[1], size, stride, dilation)]


def fold(dseen, X, stride, pad, dilation):
    """The gradient of X: each of its numbers collects from all windows that see it."""
    channels, length, m = series(X).shape
    dX = np.zeros((channels, pad[0] + length + pad[1], m))
    np.add.at(dX, (slice(None), places(dX.shape[1], dseen.shape[2], stride, dilation)), dseen)
    return dX[:, pad[0]:pad[0] + length].reshape(X.shape)


def conv(X, W, b, groups, **window):
    """What each window sees, times each filter; filters see the channels of their group only."""
    filters, channels, size = W.shape
    of_group = seen(X, size, **window)
    of_group = of_group.reshape(groups, channels, *of_group.shape[1:])
    Y = np.einsum("gfck,gctkm->gftm", W.reshape(groups, -1, channels, size), of_group)
    return vector(Y.reshape(filters, *Y.shape[2:])) + b


def conv_gradient(dY, X, W, groups, **window):
    """The sum over examples of the gradient of W."""
    filters, channels, size = W.shape
    of_group, dY = seen(X, size, **window), series(dY)
    of_group = of_group.reshape(groups, channels, *of_group.shape[1:])
    dY = dY.reshape(groups, -1, *dY.shape[1:])
    return np.einsum("gftm,gctkm->gfck", dY, of_group).reshape(W.shape)


def conv_backward(dY, X, W, groups, **window):
    filters, channels, size = W.shape
    dY = series(dY)
    dY = dY.reshape(groups, -1, *dY.shape[1:])
    dseen = np.einsum("gfck,gftm->gctkm", W.reshape(groups, -1, channels, size), dY)
    return fold(dseen.reshape(X.shape[0], *dseen.shape[2:]), X, **window)


def max_pool(X, size, **window):
    return vector(np.max(seen(X, size, padding=-np.inf, **window), axis=2))


def max_pool_backward(dY, X, size, **window):
    """To the largest that the window sees, the first of them."""
    largest = np.argmax(seen(X, size, padding=-np.inf, **window), axis=2)[:, :, np.newaxis]
    dseen = (np.arange(size)[:, np.newaxis] == largest) * series(dY)[:, :, np.newaxis]
    return fold(dseen, X, **window)


def mean_pool(X, size, **window):
    """Without the padding."""
    return vector(np.nanmean(seen(X, size, padding=np.nan, **window), axis=2))


def mean_pool_backward(dY, X, size, **window):
    """In equal parts to all that the window sees, but for the padding."""
    inside = ~np.isnan(seen(X, size, padding=np.nan, **window))
    return fold(inside * (series(dY) / np.sum(inside, axis=2))[:, :, np.newaxis], X, **window)


def global_max_backward(dY, X):
    """To the largest of each channel, the first of them."""
    X3 = series(X)
    largest = np.argmax(X3, axis=1)[:, np.newaxis]
    return ((np.arange(X3.shape[1])[:, np.newaxis] == largest) * dY[:, np.newaxis]).reshape(X.shape)


def global_mean_backward(dY, X):
    length = series(X).shape[1]
    return np.repeat(dY[:, np.newaxis] / length, length, axis=1).reshape(X.shape)
