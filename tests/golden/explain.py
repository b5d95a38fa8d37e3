#!/usr/bin/python3
"""Every matrix of one iteration of the tutorial's network, twice: from the tutorial's own start, and from weights with
few digits. The examples of inspect in the design of `gradus explain`."""

import numpy as np

from golden import GoldenFile, check_gradients


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(X, p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = p["W2"] @ A1 + p["b2"]
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": sigmoid(Z2)}


def losses(A2, Y):
    return -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def iteration(X, Y, p, rate):
    """All matrices by their names; the parameters after the update as `new_W1`."""
    m = X.shape[1]
    t = {"X": X, "Y": Y} | p | forward(X, p)
    t["L"] = losses(t["A2"], Y)
    t["J"] = np.mean(t["L"])
    t["dZ2"] = t["A2"] - Y
    t["dW2"] = t["dZ2"] @ t["A1"].T / m
    t["db2"] = t["dZ2"].sum(axis=1, keepdims=True) / m
    t["dA1"] = p["W2"].T @ t["dZ2"]
    t["dZ1"] = t["dA1"] * (1 - t["A1"] ** 2)
    t["dW1"] = t["dZ1"] @ X.T / m
    t["db1"] = t["dZ1"].sum(axis=1, keepdims=True) / m
    new = {name: p[name] - rate * t["d" + name] for name in p}
    t |= {"new_" + name: new[name] for name in new}
    t["predicted"] = sum(np.sum(t["d" + name] * (new[name] - p[name])) for name in p)
    t["actual"] = np.mean(losses(forward(X, new)["A2"], Y)) - t["J"]

    check_gradients(lambda: np.mean(losses(forward(X, p)["A2"], Y)), p, {"d" + name: t["d" + name] for name in p})
    return t


X = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]])
Y = np.array([[0.0, 1, 1, 0]])
golden = GoldenFile(__file__)

np.random.seed(2)
W1, W2 = np.random.randn(2, 2), np.random.randn(1, 2)
golden.comment("The tutorial's own start: seed 2, learning rate 0.3.")
golden.write_all("tutorial_", iteration(X, Y, {"W1": W1, "b1": np.zeros((2, 1)), "W2": W2, "b2": np.zeros((1, 1))}, 0.3))

golden.comment("Weights with few digits, learning rate 1.")
golden.write_all("round_", iteration(X, Y, {"W1": np.array([[0.5, -0.4], [0.3, 0.8]]), "b1": np.zeros((2, 1)),
                                            "W2": np.array([[0.6, -0.7]]), "b2": np.zeros((1, 1))}, 1.0))
golden.save()
