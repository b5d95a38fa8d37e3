#!/usr/bin/python3
"""A 2-8-8-3 classifier (tanh, relu, softmax; cross-entropy) learns three arms with Adam, in shuffled batches of 16."""

import numpy as np

from golden import GoldenFile, check_gradients, check_well_conditioned

BATCH, EPOCHS = 16, 30
LEARNING_RATE, BETA1, BETA2, EPSILON = 0.001, 0.9, 0.999, 1e-8


def make_examples():
    """100 examples of three classes in turn, on three bent arms, with a little noise."""
    random = np.random.RandomState(100)
    classes = np.arange(100) % 3
    radius = random.uniform(0.1, 1.5, 100)
    angle = 2 * np.pi * classes / 3 + 1.5 * radius
    X = np.vstack([radius * np.cos(angle), radius * np.sin(angle)]) + 0.1 * random.randn(2, 100)
    Y = np.eye(3, dtype=int)[:, classes]
    return np.round(X, 3), Y


def initialize_parameters(random, sizes):
    """W from N(0, 1), in layer order, row by row; b zero."""
    parameters = {}
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), start=1):
        parameters[f"W{layer}"] = random.randn(n_out, n_in)
        parameters[f"b{layer}"] = np.zeros((n_out, 1))
    return parameters


def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=0))
    return E / np.sum(E, axis=0)


def forward_prop(X, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ["W1", "b1", "W2", "b2", "W3", "b3"])
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = np.maximum(np.dot(W2, A1) + b2, 0)
    A3 = softmax(np.dot(W3, A2) + b3)
    return A3, {"A1": A1, "A2": A2, "A3": A3}


def calculate_cost(A3, Y):
    """The mean over the examples of -log p[its class]."""
    m = Y.shape[1]
    return -np.sum(Y * np.log(A3)) / m


def backward_prop(X, Y, cache, parameters):
    m = X.shape[1]
    A1, A2, A3 = cache["A1"], cache["A2"], cache["A3"]
    dZ3 = A3 - Y
    dZ2 = np.dot(parameters["W3"].T, dZ3) * (A2 > 0)
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    grads = {}
    for layer, (dZ, A) in enumerate([(dZ1, X), (dZ2, A1), (dZ3, A2)], start=1):
        grads[f"dW{layer}"] = np.dot(dZ, A.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return grads


def update_parameters(parameters, grads, moments, t):
    """Adam (Kingma and Ba, 2015), update number t = 1, 2, ...; changes parameters and moments in place."""
    for name in parameters:
        g = grads["d" + name]
        m, v = moments[name]
        m[:] = BETA1 * m + (1 - BETA1) * g
        v[:] = BETA2 * v + (1 - BETA2) * g**2
        m_hat = m / (1 - BETA1**t)
        v_hat = v / (1 - BETA2**t)
        parameters[name] -= LEARNING_RATE * m_hat / (np.sqrt(v_hat) + EPSILON)


def model(X, Y, nudge=lambda M: M):
    """One RandomState draws the initial weights, then the order of each epoch at its start."""
    random = np.random.RandomState(7)
    initial = initialize_parameters(random, [2, 8, 8, 3])
    parameters = {name: nudge(M).copy() for name, M in initial.items()}
    moments = {name: (np.zeros(M.shape), np.zeros(M.shape)) for name, M in parameters.items()}
    costs, orders = [], []
    for _ in range(EPOCHS):
        order = random.permutation(X.shape[1])
        orders.append(order)
        for first in range(0, len(order), BATCH):
            batch = order[first:first + BATCH]   # the last one has 4
            A3, cache = forward_prop(X[:, batch], parameters)
            costs.append(calculate_cost(A3, Y[:, batch]))
            grads = backward_prop(X[:, batch], Y[:, batch], cache, parameters)
            update_parameters(parameters, grads, moments, len(costs))
    return initial, orders, costs, parameters


X, Y = make_examples()
initial, orders, costs, final = model(X, Y)

A3, cache = forward_prop(X, initial)
check_gradients(lambda: calculate_cost(forward_prop(X, initial)[0], Y), initial, backward_prop(X, Y, cache, initial))
check_well_conditioned(lambda nudge: model(X, Y, nudge)[2], costs)
assert len(costs) == 210 and np.mean(costs[-7:]) < np.mean(costs[:7])

golden = GoldenFile(__file__)
golden.comment("2-8-8-3 (tanh, relu, softmax), cross-entropy; RandomState(7) draws W1, W2, W3 from N(0, 1), then one "
               "permutation(100) per epoch; batches of 16 in that order, the last of 4; Adam, rate 0.001; 30 epochs")
golden.write("X", X)
golden.write("Y", Y)
golden.comment("at the start")
golden.write_all("initial_", initial)
golden.comment("the order of the first epoch and of the second")
golden.write("order_0", orders[0])
golden.write("order_1", orders[1])
golden.comment("the cost of each batch before its update")
golden.write("costs", costs)
golden.comment("after the last of the 210 updates")
golden.write_all("final_", final)
golden.save()
