# What does a run learn from, in NumPy? Built-in data, the division, scaling, weights; called by what data.cpp writes.
#
# Of these files each function is written down where the program calls it, as it stands here: it may call those of the
# other files.

import math

import numpy as np


def xor(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 ^ x2


def truth_and(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 & x2


def truth_or(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 | x2


def circles(j, random):
    label = j % 2
    radius, angle = (1, 0.5)[label], 2 * math.pi * random.random_sample()
    return (radius * math.cos(angle), radius * math.sin(angle)), label


def moons(j, random):
    label = j % 2
    angle = math.pi * random.random_sample()
    x1, x2 = math.cos(angle), math.sin(angle)
    return (x1, x2) if label == 0 else (1 - x1, 0.5 - x2), label


def spirals(j, random):
    label = j % 2
    r = random.random_sample()
    angle = 3.5 * math.pi * r + math.pi * label
    return (r * math.cos(angle), r * math.sin(angle)), label


def gauss(j, random):
    label = j % 2
    return ((-1, -1), (1, 1))[label], label


def points(point, examples, noise, seed):
    """The j-th point and its label, for each j; noise moves the point."""
    random = np.random.RandomState(seed)  # for the data alone
    X, Y = np.zeros((2, examples)), np.zeros((1, examples))
    for j in range(examples):
        X[:, j], Y[0, j] = point(j, random)
        if noise > 0:
            X[:, j] += noise * random.randn(), noise * random.randn()
    return X, Y


def sine(examples, noise, seed):
    """The sine of each x, with some noise."""
    random = np.random.RandomState(seed)  # for the data alone
    X, Y = np.zeros((1, examples)), np.zeros((1, examples))
    for j in range(examples):
        X[0, j] = math.pi * (2 * random.random_sample() - 1)
        Y[0, j] = math.sin(X[0, j])
        if noise > 0:
            Y[0, j] += noise * random.randn()
    return X, Y


def split(Y, share, seed, by_class):
    """Training and validation examples: the first in a random order, of each class."""
    order = np.random.RandomState(seed).permutation(Y.shape[1])
    groups = [order[Y[0, order] == label] for label in np.unique(Y)] if by_class else [order]
    validation = [group[:math.floor(share * len(group) + 0.5)] for group in groups]
    return np.setdiff1d(order, np.concatenate(validation)), np.sort(np.concatenate(validation))


def standard(X, like):
    """(x - mean) / deviation for each feature, both as they are in `like`."""
    mean, deviation = np.mean(like, axis=1, keepdims=True), np.std(like, axis=1, keepdims=True)
    deviation[np.ptp(like, axis=1) == 0] = np.inf  # a feature that never varies becomes 0
    return (X - mean) / deviation


def by_channel(X, like, length):
    """(x - mean) / deviation for each channel of so many places, both as they are in `like`."""
    channels = np.reshape(like, (-1, length * like.shape[1]))
    mean, deviation = np.mean(channels, axis=1), np.std(channels, axis=1)
    deviation[np.ptp(channels, axis=1) == 0] = np.inf  # a channel that never varies becomes 0
    return (X - np.repeat(mean, length)[:, np.newaxis]) / np.repeat(deviation, length)[:, np.newaxis]


def minmax(X, like):
    """(x - smallest) / (largest - smallest) for each feature, both as they are in `like`."""
    smallest, extent = np.min(like, axis=1, keepdims=True), np.ptp(like, axis=1, keepdims=True)
    return (X - smallest) / np.where(extent > 0, extent, np.inf)  # 0 where all are alike


def varying(X, like):
    """Each feature as it is; one that never varies in `like` becomes 0."""
    return np.where(np.ptp(like, axis=1, keepdims=True) > 0, X, 0)


def piecewise_linear(X, like):
    """How far each number is into each bin between the 33 quantiles of its feature in `like`:
    0 before the bin, 0.5 behind it. What has one or two values, or edges, has no bins."""
    bins = [np.zeros((0, X.shape[1]))]
    for x, numbers in zip(X, like):
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, 33)))[:, np.newaxis]
        if min(len(np.unique(numbers)), len(edges)) >= 3:
            bins.append(np.clip((x - edges[:-1]) / (2 * np.diff(edges, axis=0)), 0, 0.5))
    return np.vstack(bins)


def each_by_itself(X):
    """(x - mean) / deviation, both of the example."""
    deviation = np.where(np.ptp(X, axis=0) > 0, np.std(X, axis=0), 1)  # 1 where all are alike
    return (X - np.mean(X, axis=0)) / deviation


def target_scale(Y):
    """Mean and deviation of each target, which is learned as (y - mean) / deviation."""
    mean, deviation = np.mean(Y, axis=1, keepdims=True), np.std(Y, axis=1, keepdims=True)
    deviation[np.ptp(Y, axis=1) == 0] = 1  # a target that never varies
    return mean, deviation


def balanced_weights(Y):
    """A factor for each example's loss: each class counts alike, however few examples it has."""
    labels, counts = np.unique(Y, return_counts=True)
    return Y.shape[1] / (len(labels) * counts[np.searchsorted(labels, Y)])


def balanced_label_weights(Y):
    """Of several labels the factors of each multiply; their mean is 1."""
    weights = np.prod([balanced_weights(y[np.newaxis]) for y in Y], axis=0)
    return weights / weights.mean()


def one_hot(Y, classes):
    """A row for each class: 1 where the example belongs to it, else 0."""
    return (np.arange(classes)[:, np.newaxis] == Y).astype(float)
