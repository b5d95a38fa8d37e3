#!/usr/bin/python3
"""The first weights of a layer with 3 inputs and 4 outputs, by each way to draw them. Biases are always zero."""

import numpy as np

from golden import GoldenFile

n_in, n_out, seed = 3, 4, 5


def normal(random):
    return random.randn(n_out, n_in)


def uniform(random):
    return random.uniform(-1, 1, (n_out, n_in))


def glorot(random):
    """Glorot and Bengio (2010)."""
    limit = np.sqrt(6 / (n_in + n_out))
    return random.uniform(-limit, limit, (n_out, n_in))


def he(random):
    """He et al. (2015)."""
    return random.randn(n_out, n_in) * np.sqrt(2 / n_in)


def lecun(random):
    """LeCun et al. (1998)."""
    return random.randn(n_out, n_in) * np.sqrt(1 / n_in)


def zeros(random):
    return np.zeros((n_out, n_in))


golden = GoldenFile(__file__)
golden.comment("W (4 x 3: 4 outputs, 3 inputs), drawn row by row, each from a fresh RandomState(5)")
for initializer in [normal, uniform, glorot, he, lecun, zeros]:
    golden.write(initializer.__name__, initializer(np.random.RandomState(seed)))
golden.save()
