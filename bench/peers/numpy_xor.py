# The tutorial's XOR in NumPy, function by function as the tutorial has it.
import numpy as np

from measure import report


def initialize_parameters(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x), "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h), "b2": np.zeros((n_y, 1))}


def forward_prop(X, p):
    A1 = np.tanh(np.dot(p["W1"], X) + p["b1"])
    A2 = 1 / (1 + np.exp(-(np.dot(p["W2"], A1) + p["b2"])))
    return A1, A2


def backward_prop(X, Y, A1, A2, p):
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = np.multiply(np.dot(p["W2"].T, dZ2), 1 - np.power(A1, 2))
    return {"W1": np.dot(dZ1, X.T) / m, "b1": np.sum(dZ1, axis=1, keepdims=True) / m,
            "W2": np.dot(dZ2, A1.T) / m, "b2": np.sum(dZ2, axis=1, keepdims=True) / m}


def update_parameters(p, grads, learning_rate):
    return {name: p[name] - learning_rate * grads[name] for name in p}


np.random.seed(2)
X, Y = np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), np.array([[0, 1, 1, 0]])
start = initialize_parameters(2, 2, 1)


def train():
    p = start
    for _ in range(1001):
        A1, A2 = forward_prop(X, p)
        p = update_parameters(p, backward_prop(X, Y, A1, A2, p), 0.3)


report("NumPy", "xor", train, steps_per_call=1001)
