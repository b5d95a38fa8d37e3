# How does a run train a network in NumPy, and how good is it then? Called by what twin.cpp writes.

import math

import numpy as np


def step_schedule(i, updates):
    """The factor of the learning rate: divided by 10 after half and after three quarters."""
    return 1 if i < 0.5 * updates else 0.1 if i < 0.75 * updates else 0.01


def cosine_schedule(i, updates):
    """The factor of the learning rate: half a cosine, from 1 to 0."""
    return (1 + np.cos(np.pi * i / updates)) / 2


def warmup_cosine_schedule(i, updates):
    """The factor of the learning rate: up to 1 in a twentieth, then half a cosine down to 0."""
    warmup = max(1, math.floor(0.05 * updates + 0.5))
    if i < warmup:
        return (i + 1) / warmup
    return (1 + np.cos(np.pi * (i - warmup) / (updates - warmup))) / 2


def train(parameters, X, Y, X_val=None, Y_val=None, weights=None, *, num_of_iters, learning_rate,
          batch=None, schedule=None, plateau=False, patience=None, solved=0, every=None,
          quiet=False):
    """Makes num_of_iters updates with batches of X and Y. With X_val and Y_val it keeps the
    parameters with the lowest cost on these, and ends after `patience` epochs without a lower one.
    Returns the parameters, and how many updates made them."""
    v = {name: np.zeros_like(w) for name, w in parameters.items()}
    s = {name: np.zeros_like(w) for name, w in parameters.items()}
    m = X.shape[1]
    size = batch or m
    batches = math.ceil(m / size)  # in an epoch
    best, best_cost, best_iters, waiting = None, np.inf, 0, 0
    lowest, epochs_above = np.inf, 0
    for i in range(num_of_iters):
        k = i % batches  # the batch's number in its epoch
        if k == 0:
            order = np.random.permutation(m) if batch else np.arange(m)
            epoch_cost = 0
        chosen = order[size * k:size * (k + 1)]
        X_batch, Y_batch = X[:, chosen], Y[:, chosen]
        factors = 1 if weights is None else weights[:, chosen]
        output, cache = forward_prop(X_batch, parameters, i)
        cost = calculate_cost(cache, Y_batch, factors)
        grads = backward_prop(X_batch, Y_batch, cache, parameters, factors)
        rate = learning_rate * schedule(i) if schedule else learning_rate
        parameters = update_parameters(parameters, grads, v, s, i + 1, rate)
        epoch_cost += cost * len(chosen) / m
        if every and i % every == 0:
            print(f"Cost after iteration# {i}: {cost}")
        if k < batches - 1:
            continue

        val_cost = epoch_cost
        if X_val is not None:
            output, cache = forward_prop(X_val, parameters)
            val_cost = calculate_cost(cache, Y_val)
        if plateau:  # ten epochs in a row without a lower cost
            epochs_above = 0 if val_cost < lowest else epochs_above + 1
            lowest = min(lowest, val_cost)
            if epochs_above == 10:
                learning_rate, epochs_above = learning_rate / 10, 0
        waiting += 1
        if X_val is not None and val_cost < best_cost:
            best, best_cost, best_iters, waiting = dict(parameters), val_cost, i + 1, 0
        # waited long enough, or nothing better to come
        done = patience is not None and (waiting == patience or val_cost < solved)
        epoch, last = i // batches, i + 1 == num_of_iters or done
        if not every and not quiet and (epoch % 10 == 0 or last):
            validation = "" if X_val is None else f"  validation: {val_cost}"
            print(f"Cost after epoch# {epoch}: {epoch_cost}{validation}")
        if done:
            break
    return (parameters, num_of_iters) if best is None else (best, best_iters)


def evaluate_classes(part, X, Y, parameters):
    output, cache = forward_prop(X, parameters)
    truth = Y[0] if Y.shape[0] == 1 else np.argmax(Y, axis=0)
    predicted = predict(X, parameters)[0]
    classes = max(2, Y.shape[0])
    f1 = 0  # its mean over the classes
    for label in range(classes):
        both = np.sum((truth == label) & (predicted == label))
        f1 += 2 * both / max(1, np.sum(truth == label) + np.sum(predicted == label)) / classes
    accuracy = np.mean(truth == predicted)
    print(f"{part:<10} {Y.shape[1]:>7} examples   accuracy {accuracy:.4f}   f1 {f1:.4f}"
          f"   loss {calculate_cost(cache, Y)}")


def evaluate_labels(part, X, Y, parameters):
    """Means over the labels; F1 is that of having the label."""
    output, cache = forward_prop(X, parameters)
    predicted = predict(X, parameters)
    both = np.sum((predicted == 1) & (Y == 1), axis=1)
    f1 = np.mean(2 * both / np.maximum(1, np.sum(predicted, axis=1) + np.sum(Y, axis=1)))
    accuracy = np.mean(predicted == Y)
    print(f"{part:<10} {Y.shape[1]:>7} examples   accuracy {accuracy:.4f}   f1 {f1:.4f}"
          f"   loss {calculate_cost(cache, Y)}")


def evaluate_code(part, X, learned):
    """Of machines alone: how well the inputs come back through them, and what the first thinks of
    them."""
    error = np.mean((through_the_machines(X, learned) - X) ** 2)
    energy = np.mean(free_energies(X, learned[0]))
    print(f"{part:<10} {X.shape[1]:>7} examples   reconstruction error {error}"
          f"   free energy {energy}")


def evaluate_reconstruction(part, X, Y, parameters):
    output, cache = forward_prop(X, parameters)
    error = np.mean((output - X) ** 2)
    print(f"{part:<10} {Y.shape[1]:>7} examples   reconstruction error {error}"
          f"   loss {calculate_cost(cache, Y)}")


def evaluate_values(part, X, Y, parameters, deviation):
    """`deviation` brings the errors back to the targets' own units."""
    output, cache = forward_prop(X, parameters)
    errors = predict(X, parameters) - Y
    squares = np.sum(errors ** 2, axis=1)
    rmse = np.mean(deviation[:, 0] * np.sqrt(squares / Y.shape[1]))
    mae = np.mean(deviation * np.abs(errors))
    variation = np.sum((Y - np.mean(Y, axis=1, keepdims=True)) ** 2, axis=1)
    r2 = np.mean([1 - e / v if v > 0 else float(e == 0) for e, v in zip(squares, variation)])
    print(f"{part:<10} {Y.shape[1]:>7} examples   rmse {rmse:.6f}   mae {mae:.6f}   R2 {r2:.4f}"
          f"   loss {calculate_cost(cache, Y)}")
