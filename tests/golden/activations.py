#!/usr/bin/python3
"""Activations, losses and their derivatives, in forms that stay exact where the textbook's would overflow or cancel."""

import math

import numpy as np

from golden import GoldenFile, numerical_gradient

golden = GoldenFile(__file__)


# ---- Activations, one number at a time: value and derivative ---------------------------------------------------------
# At a kink (z = 0, or 3) the derivative is that of the left side: relu'(0) = 0, leaky_relu'(0) = 0.01, and so on.

def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))   # equal; neither overflows


def sigmoid_derivative(z):
    return sigmoid(z) * sigmoid(-z)


def tanh_derivative(z):
    return 1 / math.cosh(z) ** 2   # = 1 - tanh(z)^2


def relu(z):
    return max(z, 0.0)


def relu_derivative(z):
    return 1.0 if z > 0 else 0.0


SLOPE = 0.01


def leaky_relu(z):
    return z if z > 0 else SLOPE * z


def leaky_relu_derivative(z):
    return 1.0 if z > 0 else SLOPE


ALPHA = 1.0


def elu(z):
    return z if z > 0 else ALPHA * math.expm1(z)


def elu_derivative(z):
    return 1.0 if z > 0 else ALPHA * math.exp(z)


# Klambauer et al., "Self-normalizing neural networks" (2017)
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def selu(z):
    return SELU_SCALE * (z if z > 0 else SELU_ALPHA * math.expm1(z))


def selu_derivative(z):
    return SELU_SCALE * (1.0 if z > 0 else SELU_ALPHA * math.exp(z))


def normal_cdf(z):
    return 0.5 * math.erfc(-z / math.sqrt(2))   # = (1 + erf(z / sqrt 2)) / 2


def gelu(z):
    return z * normal_cdf(z)


def gelu_derivative(z):
    return normal_cdf(z) + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def hard_sigmoid(z):
    return min(max(z / 6 + 0.5, 0.0), 1.0)


def hard_sigmoid_derivative(z):
    return 1 / 6 if -3 < z <= 3 else 0.0


def silu(z):
    return z * sigmoid(z)


def silu_derivative(z):
    return sigmoid(z) + z * sigmoid_derivative(z)


def softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))   # = log(1 + e^z)


sizes = np.array([1e-12, 1e-8, 1e-5, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.5, 3,
                  3.5, 4, 5, 6, 7.5, 10, 15, 20, 30, 36.5, 50])
grid = np.concatenate([-sizes[::-1], [0], sizes])

golden.comment("activations at z: values and derivatives. At a kink (z = 0) the derivative is that of the left side")
golden.write("z", grid)
for name, f, derivative in [
        ("sigmoid", sigmoid, sigmoid_derivative),
        ("tanh", math.tanh, tanh_derivative),
        ("relu", relu, relu_derivative),
        ("leaky_relu", leaky_relu, leaky_relu_derivative),
        ("elu", elu, elu_derivative),
        ("selu", selu, selu_derivative),
        ("gelu", gelu, gelu_derivative),
        ("hard_sigmoid", hard_sigmoid, hard_sigmoid_derivative),
        ("silu", silu, silu_derivative),
        ("softplus", softplus, sigmoid)]:
    values = np.array([f(z) for z in grid])
    derivatives = np.array([derivative(z) for z in grid])
    h = 1e-5
    numerical = np.array([(f(z + h) - f(z - h)) / (2 * h) for z in grid])
    smooth = np.abs(grid) > h
    if name == "hard_sigmoid":
        smooth &= np.abs(np.abs(grid) - 3) > h
    np.testing.assert_allclose(derivatives[smooth], numerical[smooth], rtol=1e-6, atol=1e-9, err_msg=name)
    golden.write(name, values)
    golden.write(name + "_derivative", derivatives)


# ---- Softmax of each column ------------------------------------------------------------------------------------------

def log_softmax(Z):
    shifted = Z - np.max(Z, axis=0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=0))


def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=0))
    return E / np.sum(E, axis=0)


def softmax_backward(A, dA):
    return A * (dA - np.sum(A * dA, axis=0))


Z = np.array([[0.5, 1000, -1000, 3.0],
              [-1.0, 999, -1000, 3.0],
              [2.0, -1000, -1001, 3.0],
              [0.25, 0, 1.5, 3.0],
              [-3.0, 1000, 2.5, 3.0]])
dA = np.array([[0.3, -0.2, 1.1, 0.7],
               [-0.5, 0.4, 0.6, -0.1],
               [0.9, 0.8, -0.3, 0.2],
               [-1.2, 0.1, 0.5, -0.4],
               [0.6, -0.7, -0.9, 1.3]])
A, dZ = softmax(Z), softmax_backward(softmax(Z), dA)
np.testing.assert_allclose(np.sum(A, axis=0), 1, rtol=1e-15)
np.testing.assert_allclose(np.exp(log_softmax(Z)), A, rtol=1e-14)
np.testing.assert_allclose(dZ, numerical_gradient(lambda: np.sum(softmax(Z) * dA), Z), rtol=1e-6, atol=1e-7)

golden.comment("softmax of each column of Z, and dZ from an upstream dA")
golden.write("softmax_Z", Z)
golden.write("softmax_A", A)
golden.write("softmax_dA", dA)
golden.write("softmax_dZ", dZ)


# ---- Losses: one number per example (column), and its gradient by that example's prediction --------------------------

def binary_cross_entropy_from_logits(Z, Y):
    """The mean over the outputs of -(y log a + (1 - y) log(1 - a)), a = sigmoid(z)."""
    A = np.vectorize(sigmoid)(Z)
    return np.mean(np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z))), axis=0), (A - Y) / len(Y)


def binary_cross_entropy(A, Y):
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log1p(-A), axis=0), ((1 - Y) / (1 - A) - Y / A) / len(Y)


def cross_entropy_from_logits(Z, Y):
    """The SUM over the classes of -y log a, a = softmax(z): -log of the probability of the class."""
    return -np.sum(Y * log_softmax(Z), axis=0), softmax(Z) - Y


def cross_entropy(A, Y):
    return -np.sum(Y * np.log(A), axis=0), -Y / A


def mean_squared(A, Y):
    return np.mean((A - Y) ** 2, axis=0), 2 * (A - Y) / len(Y)


def mean_absolute(A, Y):
    """The derivative is 0 where a = y."""
    return np.mean(np.abs(A - Y), axis=0), np.sign(A - Y) / len(Y)


DELTA = 1.0


def huber(A, Y):
    """d^2 / 2 up to |d| = delta, then delta (|d| - delta / 2)."""
    D = A - Y
    values = np.where(np.abs(D) <= DELTA, D**2 / 2, DELTA * (np.abs(D) - DELTA / 2))
    return np.mean(values, axis=0), np.clip(D, -DELTA, DELTA) / len(Y)


logits = np.array([[0.5, -2.0, 40.0, -800.0],
                   [-1.5, 0.0, -40.0, 800.0],
                   [3.0, 1.0, 100.0, -100.0]])
flags = np.array([[1, 0, 1, 0],
                  [0, 1, 1, 0],
                  [1, 0.25, 0, 1]])
probabilities = np.array([[0.2, 0.9, 0.5, 0.01],
                          [0.7, 0.05, 0.3, 0.6],
                          [0.1, 0.05, 0.2, 0.39]])
class_logits = np.array([[0.5, -2.0, 1000.0, -30.0],
                         [-1.5, 0.0, 0.0, 30.0],
                         [3.0, 1.0, -1000.0, 29.0]])
one_hot = np.array([[0.0, 0, 0, 1],
                    [1, 0, 1, 0],
                    [0, 1, 0, 0]])
predictions = np.array([[0.5, -2.0, 3.25, 0.0],
                        [-1.5, 0.75, -4.0, 1.0],
                        [3.0, 1.0, 0.1, -0.6]])
targets = np.array([[1.0, -2.0, 0.0, 0.3],
                    [-1.25, 2.5, 1.0, 0.2],
                    [1.5, 0.0, 0.0, -0.9]])   # holds |a - y| below, at and above 1, and once a = y

golden.comment("losses: prediction (logits where the name says so) and target, a column per example; the loss of each "
               "example; the cost, which is their mean; the gradient of each example's OWN loss by its prediction, "
               "NOT divided by the number of examples. All but cross-entropy take the mean over an example's outputs.")
for loss, P, Y in [
        (binary_cross_entropy_from_logits, logits, flags),
        (binary_cross_entropy, probabilities, flags),
        (cross_entropy_from_logits, class_logits, one_hot),
        (cross_entropy, probabilities, one_hot),
        (mean_squared, predictions, targets),
        (mean_absolute, predictions, targets),
        (huber, predictions, targets)]:
    name = loss.__name__
    losses, gradient = loss(P, Y)
    numerical = numerical_gradient(lambda: np.sum(loss(P, Y)[0]), P)
    np.testing.assert_allclose(gradient, numerical, rtol=1e-5, atol=1e-6, err_msg=name)
    golden.write(name + "_prediction", P)
    golden.write(name + "_target", Y)
    golden.write(name + "_losses", losses)
    golden.write(name + "_cost", np.mean(losses))
    golden.write(name + "_gradient", gradient)

golden.save()
