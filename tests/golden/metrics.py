#!/usr/bin/python3
"""How good predictions are: accuracy, macro F1 and confusion of classes; rmse, mae and r2 of numbers."""

import numpy as np

from golden import GoldenFile

golden = GoldenFile(__file__)


# ---- Classes ---------------------------------------------------------------------------------------------------------

def confusion_matrix(truth, predicted, classes):
    """Rows are the truth, columns what was predicted."""
    confusion = np.zeros((classes, classes), dtype=int)
    for t, p in zip(truth, predicted):
        confusion[t, p] += 1
    return confusion


def accuracy(truth, predicted):
    return np.mean(truth == predicted)


def macro_f1(confusion):
    """The mean over ALL classes of 2 TP / (2 TP + FP + FN); 0 for a class neither present nor predicted."""
    scores = []
    for k in range(len(confusion)):
        true_positive = confusion[k, k]
        false_positive = np.sum(confusion[:, k]) - true_positive
        false_negative = np.sum(confusion[k, :]) - true_positive
        all_three = 2 * true_positive + false_positive + false_negative
        scores.append(2 * true_positive / all_three if all_three > 0 else 0.0)
    return np.mean(scores)


def write_classes(name, truth, predicted, classes):
    confusion = confusion_matrix(truth, predicted, classes)
    assert np.isclose(np.trace(confusion) / len(truth), accuracy(truth, predicted))
    golden.write(name + "_truth", truth)
    golden.write(name + "_predicted", predicted)
    golden.write(name + "_accuracy", accuracy(truth, predicted))
    golden.write(name + "_macro_f1", macro_f1(confusion))
    golden.write(name + "_confusion", confusion)


golden.comment("classes are numbered from 0; confusion: rows are the truth, columns what was predicted")
golden.comment("binary: one probability per example; class 1 from p >= 0.5 on")
probability = np.array([0.9, 0.5, 0.49, 0.1, 0.7, 0.3, 0.8, 0.2])
golden.write("binary_probability", probability)
write_classes("binary", np.array([1, 1, 1, 0, 0, 0, 1, 0]), (probability >= 0.5).astype(int), 2)
golden.comment("three: 12 examples of three classes, unevenly many")
write_classes("three", np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2]),
              np.array([0, 0, 0, 0, 1, 2, 1, 1, 0, 1, 2, 0]), 3)
golden.comment("four: class 1 is never predicted, class 2 predicted but never true, class 3 neither (its F1 is 0)")
write_classes("four", np.array([0, 0, 0, 1, 1, 0]), np.array([0, 0, 2, 0, 2, 0]), 4)
golden.comment("perfect: all right")
write_classes("perfect", np.array([2, 0, 1, 1]), np.array([2, 0, 1, 1]), 3)
assert macro_f1(np.array([[1, 1], [0, 2]])) == (2 / 3 + 4 / 5) / 2


# ---- Numbers: a row per output, a column per example -----------------------------------------------------------------

def rmse(A, Y):
    return np.sqrt(np.mean((A - Y) ** 2, axis=1))


def mae(A, Y):
    return np.mean(np.abs(A - Y), axis=1)


def r2(A, Y):
    """1 - SSE / SST, where SST is the squared error of predicting the mean."""
    return 1 - np.sum((A - Y) ** 2, axis=1) / np.sum((Y - np.mean(Y, axis=1, keepdims=True)) ** 2, axis=1)


golden.comment("regression, a row per output, a column per example: each metric per output, and its mean over the "
               "outputs; so rmse is the mean of the outputs' rmse")
for name, Y, A in [
        ("one_output", [[3.0, -0.5, 2, 7]], [[2.5, 0.0, 2, 8]]),
        ("two_outputs", [[0.5, -1, 7, 2, 3], [10, 20, 30, 40, 55]], [[0, -1, 8, 2.5, 1], [12, 18, 33, 41, 50]]),
        ("worse_than_the_mean", [[1.0, 2, 3]], [[3.0, 2, 1]])]:
    Y, A = np.array(Y), np.array(A)
    golden.write(name + "_truth", Y)
    golden.write(name + "_predicted", A)
    for metric in [rmse, mae, r2]:
        golden.write(f"{name}_{metric.__name__}_per_output", metric(A, Y))
        golden.write(f"{name}_{metric.__name__}", np.mean(metric(A, Y)))
assert np.isclose(r2(np.array([[2.5, 0.0, 2, 8]]), np.array([[3.0, -0.5, 2, 7]])), 1 - 1.5 / 29.1875)


# ---- Probabilities: a row per class, a column per example ------------------------------------------------------------

def log_loss(P, truth, weights):
    return np.average(-np.log(P[truth, np.arange(len(truth))]), weights=weights)


def roc_auc(P, truth, weights):
    """By its meaning: over all pairs of an example of the class and one of another."""
    areas = []
    for c in range(1 if len(P) == 2 else 0, len(P)):
        inside, outside = np.flatnonzero(truth == c), np.flatnonzero(truth != c)
        if len(inside) == 0 or len(outside) == 0:
            continue
        wins = (P[c][inside][:, None] > P[c][outside]) + 0.5 * (P[c][inside][:, None] == P[c][outside])
        pairs = weights[inside][:, None] * weights[outside]
        areas.append(np.sum(pairs * wins) / np.sum(pairs))
    return np.mean(areas)


def predicted_by(P):
    """Of two classes the second from one half on; else the first of the largest."""
    return (P[1] >= 0.5).astype(int) if len(P) == 2 else np.argmax(P, axis=0)


def calibration_error(P, truth, weights):
    confidence, right = np.max(P, axis=0), predicted_by(P) == truth
    error = 0
    edges = np.linspace(0, 1, 16)
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        error += abs(np.sum((weights * (confidence - right))[inside])) / np.sum(weights)
    return error


def f1_of(P, truth, weights):
    predicted = predicted_by(P)
    scores = []
    for c in range(len(P)):
        both = np.sum(weights * (truth == c)) + np.sum(weights * (predicted == c))
        scores.append(2 * np.sum(weights * ((truth == c) & (predicted == c))) / both if both > 0 else 0.0)
    return np.mean(scores)


def accuracy_of(P, truth, weights):
    return np.average(predicted_by(P) == truth, weights=weights)


def by_bootstrap(metric, columns, *arrays):
    """The standard error, by drawing the examples again with replacement: it knows no formula."""
    random = np.random.RandomState(1)
    values = []
    for _ in range(2000):
        drawn = random.randint(0, columns, columns)
        values.append(np.mean(metric(*[array[..., drawn] for array in arrays])))
    return np.std(values, ddof=1)


golden.comment("probabilities of 2 and of 4 classes, some of them equal; each metric with and without weights of the "
               "examples; *_error: its standard error without weights, by a bootstrap")
random = np.random.RandomState(5)
for name, classes, examples in [("two_classes", 2, 300), ("four_classes", 4, 400)]:
    truth = random.randint(0, classes, examples)
    Z = random.randn(classes, examples)
    Z[truth, np.arange(examples)] += 1.2
    P = np.round(np.exp(Z) / np.sum(np.exp(Z), axis=0), 2) + 0.001
    P = P / np.sum(P, axis=0)
    if classes == 2:
        P[1] = np.round(P[1], 3)
        P[0] = 1 - P[1]
    weights = np.round(random.uniform(0.1, 3, examples), 3)
    golden.write(name + "_probability", P)
    golden.write(name + "_truth", truth)
    golden.write(name + "_weights", weights)
    for metric in [accuracy_of, f1_of, log_loss, roc_auc, calibration_error]:
        golden.write(f"{name}_{metric.__name__}", metric(P, truth, np.ones(examples)))
        golden.write(f"{name}_weighted_{metric.__name__}", metric(P, truth, weights))
        golden.write(f"{name}_{metric.__name__}_error",
                     by_bootstrap(metric, examples, P, truth, np.ones(examples)))

golden.comment("numbers with noise, two outputs: the standard errors by a bootstrap")
Y = np.round(random.randn(2, 500) * [[3.0], [40]] + [[10.0], [-5]], 3)
A = np.round(Y + random.standard_t(5, (2, 500)) * [[1.0], [25]], 3)
golden.write("noisy_truth", Y)
golden.write("noisy_predicted", A)
for metric in [rmse, mae, r2]:
    golden.write(f"noisy_{metric.__name__}", np.mean(metric(A, Y)))
    golden.write(f"noisy_{metric.__name__}_error", by_bootstrap(metric, 500, A, Y))

golden.comment("four labels, of which an example has none, some or all; the last but one nobody has. Each metric of each "
               "label (ROC AUC: -1 where it has none), their mean, and its standard error by a bootstrap. scikit-learn: "
               "accuracy_score, f1_score(average='macro', zero_division=0), log_loss, roc_auc_score of each column")


def of_each_label(metric):
    def of_labels(P, Y, weights):
        return np.array([metric(np.array([1 - p, p]), y, weights) for p, y in zip(P, Y)])
    return of_labels


def label_f1(P, y, weights):
    predicted = predicted_by(P)
    both = np.sum(weights * y) + np.sum(weights * predicted)
    return 2 * np.sum(weights * y * predicted) / both if both > 0 else 0.0


def label_auc(P, y, weights):
    return roc_auc(P, y, weights) if 0 < np.sum(y) < len(y) else np.nan


def label_mean(metric):
    return lambda P, Y, weights: np.nanmean(of_each_label(metric)(P, Y, weights))


random = np.random.RandomState(6)
shared = random.randn(400)  # the labels of an example go together
Z = 0.8 * random.randn(4, 400) + shared
Y = (Z + random.randn(4, 400) > np.array([[0.0], [1.2], [99.0], [-1.0]])).astype(int)
P = np.round(1 / (1 + np.exp(-(Z - np.array([[0.2], [1.0], [2.0], [-0.5]])))), 3)
weights = np.round(random.uniform(0.1, 3, 400), 3)
golden.write("labels_probability", P)
golden.write("labels_truth", Y)
golden.write("labels_weights", weights)
for name, metric in [("accuracy", accuracy_of), ("f1", label_f1), ("log_loss", log_loss), ("roc_auc", label_auc),
                     ("calibration_error", calibration_error)]:
    golden.write(f"labels_{name}_each", np.nan_to_num(of_each_label(metric)(P, Y, np.ones(400)), nan=-1))
    golden.write(f"labels_{name}", label_mean(metric)(P, Y, np.ones(400)))
    golden.write(f"labels_weighted_{name}", label_mean(metric)(P, Y, weights))
    golden.write(f"labels_{name}_error", by_bootstrap(label_mean(metric), 400, P, Y, np.ones(400)))

golden.save()
