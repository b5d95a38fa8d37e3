#!/usr/bin/python3
"""One small network, one data set, 25 full-batch updates: every optimizer, weight decay, clipping and schedule."""

from functools import partial

import numpy as np

from golden import GoldenFile, check_gradients, check_well_conditioned

UPDATES = 25


# ---- The network: 3-4-2, tanh and identity, mean squared error -------------------------------------------------------

def make_examples():
    random = np.random.RandomState(102)
    X = np.round(random.randn(3, 10), 2)
    Y = np.round(np.vstack([X[0] - 0.5 * X[1], np.tanh(X[2] + X[0])]), 2)
    return X, Y


def initialize_parameters():
    """Fixed numbers; the biases are not zero, so that a decay which touches them is found out."""
    random = np.random.RandomState(103)
    return {name: np.round(0.5 * random.randn(*shape), 2)
            for name, shape in {"W1": (4, 3), "b1": (4, 1), "W2": (2, 4), "b2": (2, 1)}.items()}


def forward_prop(X, parameters):
    A1 = np.tanh(np.dot(parameters["W1"], X) + parameters["b1"])
    A2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    return A2, {"A1": A1, "A2": A2}


def calculate_cost(A2, Y):
    return np.mean((A2 - Y) ** 2)


def backward_prop(X, Y, cache, parameters):
    n_y, m = Y.shape
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = 2 * (A2 - Y) / n_y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


# ---- The optimizers --------------------------------------------------------------------------------------------------
# Each changes one parameter w by its gradient g. `state` is what it remembers of w, zero at first; t = 0, 1, ... counts
# the updates.

def gd(w, g, state, rate, t):
    w -= rate * g


def momentum(w, g, state, rate, t, mu=0.9):
    state["v"] = mu * state.get("v", 0) + g
    w -= rate * state["v"]


def nesterov(w, g, state, rate, t, mu=0.9):
    state["v"] = mu * state.get("v", 0) + g
    w -= rate * (g + mu * state["v"])


def rmsprop(w, g, state, rate, t, rho=0.9, epsilon=1e-8):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    w -= rate * g / (np.sqrt(state["s"]) + epsilon)


def adam(w, g, state, rate, t, beta1=0.9, beta2=0.999, epsilon=1e-8):
    state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
    state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g**2
    m_hat = state["m"] / (1 - beta1 ** (t + 1))
    v_hat = state["v"] / (1 - beta2 ** (t + 1))
    w -= rate * m_hat / (np.sqrt(v_hat) + epsilon)


# ---- Around the optimizer --------------------------------------------------------------------------------------------

def l2_decay(parameters, grads, decay):
    """The penalty's gradient, on the weights only."""
    return {"d" + name: grads["d" + name] + (decay * w if name.startswith("W") else 0)
            for name, w in parameters.items()}


def decoupled_decay(parameters, rate, decay):
    """AdamW (Loshchilov and Hutter, 2019): the weights shrink before the step, and the gradient knows nothing of it."""
    for name, w in parameters.items():
        if name.startswith("W"):
            w -= rate * decay * w


def global_norm(grads):
    """Over all parameters together, biases too."""
    return np.sqrt(sum(np.sum(g**2) for g in grads.values()))


def clip(grads, limit):
    norm = global_norm(grads)
    return {name: g * (limit / norm) for name, g in grads.items()} if norm > limit else grads


# ---- The schedules: the rate of update t = 0..T-1 --------------------------------------------------------------------

def constant(rate, t, T):
    return rate


def step(rate, t, T):
    return rate / 100 if t >= 3 * T / 4 else rate / 10 if t >= T / 2 else rate


def cosine(rate, t, T):
    return rate * (1 + np.cos(np.pi * t / T)) / 2


def warmup_cosine(rate, t, T):
    w = max(1, int(np.floor(0.05 * T + 0.5)))   # a half is rounded up
    return rate * (t + 1) / w if t < w else rate * (1 + np.cos(np.pi * (t - w) / (T - w))) / 2


# ---- The runs --------------------------------------------------------------------------------------------------------

def model(X, Y, optimizer, rate, schedule=constant, l2=0, decoupled=0, clip_norm=np.inf, nudge=lambda M: M):
    """Full batch, examples in their order: no permutation is drawn."""
    parameters = {name: nudge(M).copy() for name, M in initialize_parameters().items()}
    states = {name: {} for name in parameters}
    rates, costs, norms = [], [], []
    for t in range(UPDATES):
        A2, cache = forward_prop(X, parameters)
        costs.append(calculate_cost(A2, Y))
        grads = backward_prop(X, Y, cache, parameters)
        norms.append(global_norm(grads))
        grads = clip(l2_decay(parameters, grads, l2), clip_norm)
        rates.append(schedule(rate, t, UPDATES))
        decoupled_decay(parameters, rates[-1], decoupled)
        for name, w in parameters.items():
            optimizer(w, grads["d" + name], states[name], rates[-1], t)
    return rates, costs, norms, parameters


X, Y = make_examples()
initial = initialize_parameters()
A2, cache = forward_prop(X, initial)
check_gradients(lambda: calculate_cost(forward_prop(X, initial)[0], Y), initial, backward_prop(X, Y, cache, initial))

golden = GoldenFile(__file__)
golden.comment("3-4-2 (tanh, identity), mean squared error, full batch, 25 updates from these parameters")
golden.write("X", X)
golden.write("Y", Y)
golden.write_all("initial_", initial)

for name, what, settings in [
        ("gd", "rate 0.1", dict(optimizer=gd, rate=0.1)),
        ("momentum", "rate 0.05, momentum 0.9", dict(optimizer=momentum, rate=0.05)),
        ("nesterov", "rate 0.05, momentum 0.9", dict(optimizer=nesterov, rate=0.05)),
        ("rmsprop", "rate 0.01, decay of the squares 0.9", dict(optimizer=rmsprop, rate=0.01)),
        ("adam", "rate 0.02", dict(optimizer=adam, rate=0.02)),
        ("adamw", "rate 0.02, decoupled weight decay 0.1", dict(optimizer=adam, rate=0.02, decoupled=0.1)),
        ("adam_l2", "rate 0.02, L2 weight decay 0.1", dict(optimizer=adam, rate=0.02, l2=0.1)),
        ("gd_clip", "rate 1.5, clipped to the global norm 0.1", dict(optimizer=gd, rate=1.5, clip_norm=0.1)),
        ("gd_step", "rate 0.1, schedule step", dict(optimizer=gd, rate=0.1, schedule=step)),
        ("gd_cosine", "rate 0.1, schedule cosine", dict(optimizer=gd, rate=0.1, schedule=cosine)),
        ("gd_warmup_cosine", "rate 0.1, schedule warm-up, cosine",
         dict(optimizer=gd, rate=0.1, schedule=warmup_cosine)),
        ("adam_constants", "rate 0.02, beta1 0.8, beta2 0.99, epsilon 0.001",
         dict(optimizer=partial(adam, beta1=0.8, beta2=0.99, epsilon=1e-3), rate=0.02)),
        ("rmsprop_epsilon", "rate 0.01, epsilon 0.01", dict(optimizer=partial(rmsprop, epsilon=1e-2), rate=0.01))]:
    rates, costs, norms, final = model(X, Y, **settings)
    check_well_conditioned(lambda nudge: model(X, Y, nudge=nudge, **settings)[1], costs)
    assert costs[-1] < costs[0], name
    golden.comment(f"{name}: {what}. The rate of each update, the cost before it, the parameters after the last")
    golden.write(name + "_rates", rates)
    golden.write(name + "_costs", costs)
    if name == "gd_clip":
        assert min(norms) < 0.1 < max(norms)   # both ways through clip()
        golden.comment("the global norm of each gradient before it is clipped")
        golden.write(name + "_norms", norms)
    golden.write_all(name + "_final_", final)

golden.comment("the schedules alone, rate 1, for runs of T updates: <schedule>_<T>_rates. The warm-up has 1 update "
               "for T = 1 and 10, 3 for T = 50 (0.05 T = 2.5 is rounded up)")
for T in [1, 10, 50]:
    for schedule in [step, cosine, warmup_cosine]:
        golden.write(f"{schedule.__name__}_{T}_rates", [schedule(1.0, t, T) for t in range(T)])
assert warmup_cosine(1.0, 2, 50) == 1 and warmup_cosine(1.0, 1, 50) == 2 / 3

golden.save()
