#!/usr/bin/python3
"""A 5-6-2 regression (tanh, identity; mean squared error) learns with momentum and weight decay, in batches of 16."""

import numpy as np

from golden import GoldenFile, check_gradients, check_well_conditioned

BATCH, EPOCHS = 16, 20
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 0.01, 0.9, 0.01


def make_examples():
    """50 examples of two smooth functions of five features."""
    random = np.random.RandomState(101)
    X = np.round(random.randn(5, 50), 3)
    Y = np.vstack([np.sin(X[0]) + 0.5 * X[1] * X[2], 0.8 * X[3] - 0.3 * X[4] ** 2])
    return X, np.round(Y, 3)


def initialize_parameters(random, sizes):
    """W uniform in +-sqrt(6 / (n_in + n_out)) (Glorot and Bengio, 2010), in layer order, row by row; b zero."""
    parameters = {}
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), start=1):
        limit = np.sqrt(6 / (n_in + n_out))
        parameters[f"W{layer}"] = random.uniform(-limit, limit, (n_out, n_in))
        parameters[f"b{layer}"] = np.zeros((n_out, 1))
    return parameters


def forward_prop(X, parameters):
    W1, b1, W2, b2 = (parameters[name] for name in ["W1", "b1", "W2", "b2"])
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = np.dot(W2, A1) + b2
    return A2, {"A1": A1, "A2": A2}


def calculate_cost(A2, Y):
    """The mean of (a - y)^2 over outputs and examples. The decay's penalty is no part of it."""
    return np.mean((A2 - Y) ** 2)


def backward_prop(X, Y, cache, parameters):
    n_y, m = Y.shape
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = 2 * (A2 - Y) / n_y
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    grads = {}
    for layer, (dZ, A) in enumerate([(dZ1, X), (dZ2, A1)], start=1):
        grads[f"dW{layer}"] = np.dot(dZ, A.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return grads


def update_parameters(parameters, grads, velocities):
    """Momentum; the decay is added to the gradient of the weights, never of the biases. In place."""
    for name in parameters:
        g = grads["d" + name]
        if name.startswith("W"):
            g = g + WEIGHT_DECAY * parameters[name]
        velocities[name] = MOMENTUM * velocities[name] + g
        parameters[name] -= LEARNING_RATE * velocities[name]


def model(X, Y, nudge=lambda M: M):
    """One RandomState draws the initial weights, then the order of each epoch at its start."""
    random = np.random.RandomState(11)
    initial = initialize_parameters(random, [5, 6, 2])
    parameters = {name: nudge(M).copy() for name, M in initial.items()}
    velocities = {name: np.zeros(M.shape) for name, M in parameters.items()}
    costs, orders = [], []
    for _ in range(EPOCHS):
        order = random.permutation(X.shape[1])
        orders.append(order)
        for first in range(0, len(order), BATCH):
            batch = order[first:first + BATCH]   # the last one has 2
            A2, cache = forward_prop(X[:, batch], parameters)
            costs.append(calculate_cost(A2, Y[:, batch]))
            grads = backward_prop(X[:, batch], Y[:, batch], cache, parameters)
            update_parameters(parameters, grads, velocities)
    return initial, orders, costs, parameters


X, Y = make_examples()
initial, orders, costs, final = model(X, Y)

A2, cache = forward_prop(X, initial)
check_gradients(lambda: calculate_cost(forward_prop(X, initial)[0], Y), initial, backward_prop(X, Y, cache, initial))
check_well_conditioned(lambda nudge: model(X, Y, nudge)[2], costs)
assert len(costs) == 80 and np.mean(costs[-4:]) < 0.5 * np.mean(costs[:4])

golden = GoldenFile(__file__)
golden.comment("5-6-2 (tanh, identity), mean squared error; RandomState(11) draws W1, W2 (glorot), then one "
               "permutation(50) per epoch; batches of 16 in that order, the last of 2; momentum 0.9, rate 0.01; L2 "
               "decay 0.01 of the weights; 20 epochs")
golden.write("X", X)
golden.write("Y", Y)
golden.comment("at the start")
golden.write_all("initial_", initial)
golden.comment("the order of the first epoch and of the second")
golden.write("order_0", orders[0])
golden.write("order_1", orders[1])
golden.comment("the cost of each batch before its update, without the decay's penalty")
golden.write("costs", costs)
golden.comment("after the last of the 80 updates")
golden.write_all("final_", final)
golden.save()
