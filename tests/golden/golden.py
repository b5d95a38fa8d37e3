"""What all golden scripts share: a writer for golden files, and a check of gradients by finite differences."""

import os
import textwrap

import numpy as np


class GoldenFile:
    """The text file beside a script: `name rows columns`, then one matrix row per line, 17 significant digits."""

    def __init__(self, script):
        self.path = os.path.splitext(os.path.abspath(script))[0] + ".txt"
        self.names = set()
        self.lines = [f"# made by tests/golden/{os.path.basename(script)}; do not edit"]

    def comment(self, text):
        self.lines += textwrap.wrap(text, 118, initial_indent="# ", subsequent_indent="# ")

    def write(self, name, matrix):
        """A scalar becomes 1 x 1, a list 1 x n. Integers are written as integers, whatever their size."""
        matrix = np.atleast_2d(matrix)
        assert matrix.ndim == 2 and " " not in name and name not in self.names, name
        assert np.all(np.isfinite(matrix.astype(float))), name
        integer = matrix.dtype.kind in "iub"
        self.names.add(name)
        self.lines.append(f"{name} {matrix.shape[0]} {matrix.shape[1]}")
        for row in matrix:
            self.lines.append(" ".join(str(int(value)) if integer else "%.17g" % value for value in row))

    def write_all(self, prefix, matrices):
        """Each entry of a dictionary, in its order: `prefix + key`."""
        for name, matrix in matrices.items():
            self.write(prefix + name, matrix)

    def save(self):
        with open(self.path, "w") as file:
            file.write("\n".join(self.lines) + "\n")


def numerical_gradient(f, M, h=1e-5):
    """df/dM by central differences, one element at a time. M is changed in place and put back."""
    gradient = np.zeros(M.shape)
    for place in np.ndindex(M.shape):
        kept = M[place]
        M[place] = kept + h
        above = f()
        M[place] = kept - h
        below = f()
        M[place] = kept
        gradient[place] = (above - below) / (2 * h)
    return gradient


def check_gradients(cost, parameters, grads):
    """Asserts grads["dW1"] = d cost() / d parameters["W1"], and so on for every parameter."""
    for name, parameter in parameters.items():
        np.testing.assert_allclose(grads["d" + name], numerical_gradient(cost, parameter), rtol=1e-6, atol=1e-8,
                                   err_msg="d" + name)


def check_well_conditioned(train, costs):
    """Asserts that a run begun one rounding error away has the same costs to 1e-11: a program that only rounds
    differently can then be held to 1e-9. train(nudge) must pass every initial parameter through nudge."""
    noise = np.random.RandomState(1)
    nudged = train(lambda M: M * (1 + 2.0**-52 * noise.choice([-1, 0, 1], size=M.shape)))
    np.testing.assert_allclose(nudged, costs, rtol=1e-11, atol=0)
