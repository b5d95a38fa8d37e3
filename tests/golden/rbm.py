#!/usr/bin/python3
"""Steps of contrastive divergence: Bernoulli, Gaussian and rectified units, labels, persistent chains, sparsity."""

import numpy as np

from golden import GoldenFile

VISIBLE, HIDDEN, EXAMPLES, UPDATES = 11, 9, 10, 4
SEED, LAYER = 77, 2
DECAY, RATE = 0.01, 0.05


# ---- Draws: NumPy's Philox, whose first block is that of counter + 1 -------------------------------------------------

def uniform(count, example, step, sample, layer=LAYER, stream=1):
    numbers = []
    for block in range((count + 7) // 8):
        counter = block + (example << 64) + (step << 128) + (((layer << 32) + sample) << 192)
        bits = np.random.Philox(counter=(counter - 1) % 2**256, key=SEED + (stream << 64)).random_raw(4)
        for word in bits:
            numbers += [int(word) & 0xffffffff, int(word) >> 32]
    return np.array([number >> 8 for number in numbers[:count]]) / 2.0**24


def uniforms(rows, columns, step, sample, **more):
    return np.stack([uniform(rows, j, step, sample, **more) for j in range(columns)], axis=1)


def normals(rows, columns, step, sample):
    u, w = uniforms(rows, columns, step, sample), uniforms(rows, columns, step, sample, stream=2)
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * w)


# ---- The machine -----------------------------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def up(V, p, case):
    Z = np.dot(p["W"], V) + p["b"]
    return Z, np.maximum(Z, 0) if case["hidden"] == "rectified" else sigmoid(Z)


def draw_hidden(Z, H, step, sample, case):
    if case["hidden"] == "rectified":
        return np.maximum(0, Z + np.sqrt(sigmoid(Z)) * normals(*Z.shape, step, sample))
    return (uniforms(*H.shape, step, sample) < H).astype(float)


def down(S, p, case):
    A = np.dot(p["W"].T, S) + p["c"]
    if case["visible"] == "gaussian":
        return A
    V, n = sigmoid(A), VISIBLE - case["labels"]
    if case["labels"]:
        e = np.exp(A[n:] - A[n:].max(axis=0))
        V[n:] = e / e.sum(axis=0)
    return V


def draw_visible(V, step, sample, case):
    if case["visible"] == "gaussian":
        return V + normals(*V.shape, step, sample)
    n = VISIBLE - case["labels"]
    S = (np.concatenate([uniforms(n, V.shape[1], step, sample), np.ones((case["labels"], V.shape[1]))]) < V) * 1.0
    if case["labels"]:
        u = uniforms(1, V.shape[1], step, sample, layer=LAYER + 2**31)
        S[n:] = np.diff(np.vstack([np.zeros_like(u), u < np.cumsum(V[n:], axis=0)]), axis=0)
    return S


# ---- Learning --------------------------------------------------------------------------------------------------------

def step(V0, p, state, t, case):
    """The cost, and the gradient. state["chains"] moves on."""
    m = V0.shape[1]
    Z, H0 = up(V0, p, case)
    S = draw_hidden(Z, H0, t, 0, case)
    V1 = down(S, p, case)
    cost = np.mean((V0 - V1) ** 2)
    if case["persistent"]:
        S = state["chains"]
    anew = case["anew"]  # from the biases, with the labels of the examples
    if anew:
        S = np.zeros_like(S)
    last = case["cd"] + 1 if anew else case["cd"]
    for k in range(1, last + 1):
        V = V1 if k == 1 and not case["persistent"] and not anew else down(S, p, case)
        if case["persistent"] or case["sample_visible"] or (anew and k < last):
            V = draw_visible(V, t, 2 * k - 1, case)
        if anew and case["labels"]:
            V = np.vstack([V[:-case["labels"]], V0[-case["labels"]:]])
        Z, H = up(V, p, case)
        if k < last or case["persistent"]:
            S = draw_hidden(Z, H, t, 2 * k, case)
    if case["persistent"]:
        state["chains"] = S
    pushed = H0
    if case["sparsity"] and t > 0:
        pushed = H0 - case["sparsity_cost"] * (state["q"] - case["sparsity"])
    mean = H0.mean(axis=1, keepdims=True)
    state["q"] = mean if t == 0 else 0.9 * state["q"] + 0.1 * mean
    n = V.shape[1]
    return cost, {"W": np.dot(H, V.T) / n - np.dot(pushed, V0.T) / m,
                  "b": H.mean(axis=1, keepdims=True) - pushed.mean(axis=1, keepdims=True),
                  "c": V.mean(axis=1, keepdims=True) - V0.mean(axis=1, keepdims=True)}


def learn(X, p, case):
    """The last batch of every two is smaller; momentum is 0.5 in the first two updates, then 0.9."""
    state = {"chains": np.zeros((HIDDEN, EXAMPLES)), "q": None}
    v = {name: np.zeros_like(value) for name, value in p.items()}
    costs = []
    for t in range(UPDATES):
        cost, gradient = step(X[:, :EXAMPLES if t % 2 == 0 else 7], p, state, t, case)
        costs.append(cost)
        for name in p:
            decay = DECAY * p[name] if name == "W" else 0
            v[name] = (0.5 if t < 2 else 0.9) * v[name] + gradient[name] + decay
            p[name] = p[name] - RATE * v[name]
    return costs, state


def make_case(visible="bernoulli", hidden="bernoulli", labels=0, cd=1, persistent=False, sample_visible=False,
              anew=False, sparsity=0.0, sparsity_cost=0.0):
    return locals()


CASES = {
    "cd1": make_case(),
    "cd3": make_case(cd=3),
    "drawn": make_case(cd=2, sample_visible=True),
    "sparse": make_case(sparsity=0.1, sparsity_cost=0.5),
    "persistent": make_case(cd=2, persistent=True),
    "gaussian": make_case(visible="gaussian"),
    "gaussian_drawn": make_case(visible="gaussian", cd=2, sample_visible=True),
    "rectified": make_case(hidden="rectified", cd=2),
    "gaussian_rectified": make_case(visible="gaussian", hidden="rectified", persistent=True),
    "labels": make_case(labels=4),
    "labels_persistent": make_case(labels=4, persistent=True),
    "labels_anew": make_case(labels=4, cd=2, anew=True),
    "anew": make_case(cd=3, anew=True),
}


def make_examples(case, random):
    if case["visible"] == "gaussian":
        return np.round(random.randn(VISIBLE, EXAMPLES), 2)
    X = np.round(random.rand(VISIBLE, EXAMPLES), 2)
    if case["labels"]:
        X[-case["labels"]:] = np.eye(case["labels"])[:, random.randint(0, case["labels"], EXAMPLES)]
    return X


def main():
    golden = GoldenFile(__file__)
    golden.comment("Uniform numbers of 20 units of example 3, step 5, sample 6: stream 1, stream 2.")
    golden.write("uniform", [uniform(20, 3, 5, 6), uniform(20, 3, 5, 6, stream=2)])
    golden.comment("Each case: settings (cd, persistent, sample_visible, anew, sparsity, its cost, labels), examples, first W b c; "
                   "then costs, the parameters after the last update, q; persistent ones: the chains.")
    for name, case in CASES.items():
        random = np.random.RandomState(list(CASES).index(name))
        X = make_examples(case, random)
        p = {"W": np.round(random.randn(HIDDEN, VISIBLE) * 0.3, 2), "b": np.round(random.randn(HIDDEN, 1) * 0.3, 2),
             "c": np.round(random.randn(VISIBLE, 1) * 0.3, 2)}
        golden.write(name + "_settings", [float(case[key]) for key in
                                          ("cd", "persistent", "sample_visible", "anew", "sparsity", "sparsity_cost", "labels")])
        golden.write(name + "_units", [int(case["visible"] == "gaussian"), int(case["hidden"] == "rectified")])
        golden.write(name + "_X", X)
        golden.write_all(name + "_first_", p)
        costs, state = learn(X, p, case)
        golden.write(name + "_costs", costs)
        golden.write_all(name + "_last_", p)
        golden.write(name + "_q", state["q"])
        if case["persistent"]:
            golden.write(name + "_chains", state["chains"])
    golden.save()


if __name__ == "__main__":
    main()
