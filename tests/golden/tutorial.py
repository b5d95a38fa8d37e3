#!/usr/bin/python3
"""The tutorial's network learns XOR: every cost, the parameters at both ends, and how seeds 0..99 fare."""

import numpy as np

from golden import GoldenFile, check_gradients, check_well_conditioned


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize_parameters(n_x, n_h, n_y):
    W1 = np.random.randn(n_h, n_x)
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h)
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def forward_prop(X, parameters):
    W1, b1, W2, b2 = (parameters[name] for name in ["W1", "b1", "W2", "b2"])
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    return A2, {"A1": A1, "A2": A2}


def calculate_cost(A2, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m


def backward_prop(X, Y, cache, parameters):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate):
    return {name: parameters[name] - learning_rate * grads["d" + name] for name in parameters}


def model(X, Y, parameters, num_of_iters, learning_rate):
    """Iterations 0..num_of_iters INCLUSIVE, so one update more than num_of_iters. Returns the cost of each, too."""
    costs = []
    for _ in range(num_of_iters + 1):
        A2, cache = forward_prop(X, parameters)
        costs.append(calculate_cost(A2, Y))
        grads = backward_prop(X, Y, cache, parameters)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters, costs


def predict(X, parameters):
    A2, _ = forward_prop(X, parameters)
    return (A2 >= 0.5).astype(int)


X = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]])
Y = np.array([[0.0, 1, 1, 0]])
n_x, n_h, n_y = 2, 2, 1
golden = GoldenFile(__file__)

# ---- Seed 2, as the tutorial runs it

np.random.seed(2)
initial = initialize_parameters(n_x, n_h, n_y)
A2, cache = forward_prop(X, initial)
check_gradients(lambda: calculate_cost(forward_prop(X, initial)[0], Y), initial, backward_prop(X, Y, cache, initial))

parameters, costs = model(X, Y, initial, 1000, 0.3)

printed = "0.856267 0.347426 0.101195 0.053631 0.036031 0.027002 0.021543 0.017896 0.015293 0.013344 0.011831"
assert ["%f" % cost for cost in costs[::100]] == printed.split()
assert np.array_equal(np.round(initial["W1"], 8), [[-0.41675785, -0.05626683], [-2.1361961, 1.64027081]])
assert np.array_equal(np.round(initial["W2"], 8), [[-1.79343559, -0.84174737]])
assert np.array_equal(predict(X, parameters), Y)
for name, expected in {"W1": [[3.1470882462501657, -3.025152840897439], [-3.4823626791135984, 3.6000138381316096]],
                       "b1": [[1.4381390191623178], [1.677674422499798]],
                       "W2": [[-5.076785770768392, -5.016079869312987]],
                       "b2": [[4.4974527349249565]]}.items():
    np.testing.assert_allclose(parameters[name], expected, rtol=1e-12)
check_well_conditioned(lambda nudge: model(X, Y, {name: nudge(M) for name, M in initial.items()}, 1000, 0.3)[1], costs)

golden.comment("2-2-1 (tanh, sigmoid), seed 2, learning rate 0.3")
golden.write("X", X)
golden.write("Y", Y)
golden.comment("at the start (b1 and b2 are zero)")
golden.write("initial_W1", initial["W1"])
golden.write("initial_W2", initial["W2"])
golden.comment("the cost of iterations 0..1000, each before its update")
golden.write("costs", costs)
golden.comment("after the last of the 1001 updates")
golden.write_all("final_", parameters)

# ---- The seeds 0..99

final_costs, solved = [], []
for seed in range(100):
    np.random.seed(seed)
    parameters, costs = model(X, Y, initialize_parameters(n_x, n_h, n_y), 1000, 0.3)
    final_costs.append(costs[-1])
    solved.append(np.array_equal(predict(X, parameters), Y))

final_costs, solved = np.array(final_costs), np.array(solved)
assert list(np.flatnonzero(solved)) == [
    2, 4, 5, 6, 7, 9, 10, 14, 15, 18, 20, 21, 29, 30, 31, 33, 35, 38, 39, 41, 44, 45, 49, 51, 52, 56, 62, 64, 65, 66,
    67, 68, 69, 75, 78, 86, 87, 89, 90, 92, 94, 95, 96, 98]
assert np.all(np.abs(final_costs[[3, 74]] - 0.49) < 0.005)
stuck = ~solved
stuck[[3, 74]] = False
assert stuck.sum() == 54 and np.all(np.abs(final_costs[stuck] - np.log(2) / 2) < 0.01)

golden.comment("seeds 0..99: the cost at iteration 1000; 1 where all four examples are predicted right after it")
golden.write("seeds_final_cost", final_costs)
golden.write("seeds_solved", solved)

golden.save()
