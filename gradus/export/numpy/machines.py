# How do restricted Boltzmann machines learn and dream in NumPy? What is drawn is a function of its place: (seed, step,
# layer, sample).

import math

import numpy as np


def uniform_numbers(shape, place, stream=1):
    """Numbers in [0, 1), of 24 bits each."""
    seed, step, layer, sample = place
    bits = random_bits(*shape, step, (layer << 32) + sample, key=(stream << 64) + seed)
    return (bits >> 8) / 2 ** 24


def normal_numbers(shape, place):
    """Of mean 0 and variance 1 (Box and Muller)."""
    radius = np.sqrt(-2 * np.log(1 - uniform_numbers(shape, place)))
    return radius * np.cos(2 * np.pi * uniform_numbers(shape, place, stream=2))


def hidden_means(Z, rectified):
    return np.maximum(0, Z) if rectified else sigmoid(Z)


def draw_hidden(Z, rectified, place):
    if rectified:
        return np.maximum(0, Z + np.sqrt(sigmoid(Z)) * normal_numbers(Z.shape, place))
    return (uniform_numbers(Z.shape, place) < sigmoid(Z)).astype(float)


def visible_means(D, gaussian, labels):
    """The last `labels` of the units are one choice among so many classes."""
    if gaussian:
        return D
    n = D.shape[0] - labels
    return np.vstack([sigmoid(D[:n]), softmax(D[n:])]) if labels > 0 else sigmoid(D)


def draw_visible(V, gaussian, labels, place):
    if gaussian:
        return V + normal_numbers(V.shape, place)
    seed, step, layer, sample = place
    n, m = V.shape[0] - labels, V.shape[1]
    T = np.zeros(V.shape)
    T[:n] = uniform_numbers((n, m), place) < V[:n]
    if labels > 0:  # the first class whose running sum is above one number
        u = uniform_numbers((1, m), (seed, step, layer + 2 ** 31, sample))
        running = np.cumsum(V[n:], axis=0)
        running[-1] = 1
        T[n + np.argmax(u < running, axis=0), np.arange(m)] = 1
    return T


def learn_machine(X, hidden, *, gaussian, rectified, labels, name, layer, seed, epochs, batch,
                  rate, momentum, decay, cd, persistent, sparsity, quiet, anew=False):
    """A restricted Boltzmann machine learns X by contrastive divergence: its W, b and c."""
    visible, n = X.shape
    batch = min(batch, n)
    batches = math.ceil(n / batch)
    p = (np.sum(X, axis=1, keepdims=True) + 1) / (n + 2)
    W, b = 0.01 * np.random.randn(hidden, visible), np.zeros((hidden, 1))
    c = np.mean(X, axis=1, keepdims=True) if gaussian else np.log(p / (1 - p))
    vW, vb, vc = np.zeros_like(W), np.zeros_like(b), np.zeros_like(c)
    q = np.zeros((hidden, 1))  # running mean activation
    chains = np.zeros((hidden, batch))
    for i in range(epochs * batches):
        k = i % batches
        if k == 0:
            order = np.random.permutation(n)
            epoch_error = 0
        V0 = X[:, order[batch * k:batch * (k + 1)]]
        m = V0.shape[1]
        Z0 = np.dot(W, V0) + b
        H0 = hidden_means(Z0, rectified)
        S = draw_hidden(Z0, rectified, (seed, i, layer, 0))
        V = visible_means(np.dot(W.T, S) + c, gaussian, labels)
        epoch_error += np.mean((V0 - V) ** 2) * m / n

        # The negative phase goes on from here, or from chains of its own; or anew from the biases,
        # with the labels of the examples.
        S = chains if persistent else 0 * S if anew else S
        last = cd + 1 if anew else cd
        for t in range(1, last + 1):
            if t > 1 or persistent or anew:
                V = visible_means(np.dot(W.T, S) + c, gaussian, labels)
            if persistent or (anew and t < last):
                V = draw_visible(V, gaussian, labels, (seed, i, layer, 2 * t - 1))
            if anew:
                V[visible - labels:] = V0[visible - labels:]
            Z = np.dot(W, V) + b
            H = hidden_means(Z, rectified)
            if t < last or persistent:
                S = draw_hidden(Z, rectified, (seed, i, layer, 2 * t))
        chains = S

        towards = H0 - 0.3 * (q - sparsity) if sparsity > 0 and i > 0 else H0
        size = V.shape[1]
        dW = np.dot(H, V.T) / size - np.dot(towards, V0.T) / m
        db = np.sum(H, axis=1, keepdims=True) / size - np.sum(towards, axis=1, keepdims=True) / m
        dc = np.sum(V, axis=1, keepdims=True) / size - np.sum(V0, axis=1, keepdims=True) / m
        mu = min(0.5, momentum) if i < 5 * batches else momentum
        vW, vb, vc = mu * vW + dW + decay * W, mu * vb + db, mu * vc + dc
        step = rate * cosine_schedule(i, epochs * batches) if anew else rate
        W, b, c = W - step * vW, b - step * vb, c - step * vc
        mean = np.mean(H0, axis=1, keepdims=True)
        q = 0.9 * q + 0.1 * mean if i > 0 else mean
        epoch = i // batches
        if k == batches - 1 and not quiet and (epoch % 10 == 0 or epoch == epochs - 1):
            print(f"Pretraining layer# {name} epoch# {epoch}: reconstruction {epoch_error}")
    return W, b, c


def pretrain(parameters, X, machines, labels=None, output=None, undone_by=None, visible=None,
             rate=None, dream_steps=0, **settings):
    """The dense layers learn one after the other as restricted Boltzmann machines, each what the
    layers before it give; the last the class as well, where there are labels. `machines` are
    (name, layer, rectified); an autoencoder has layers that undo theirs. Returns the parameters,
    and the machines: (W, b, c, Gaussian visible units?, rectified hidden units?, labels)."""
    parameters, learned = dict(parameters), []
    gaussian = visible == "gaussian" if visible else np.min(X) < 0 or np.max(X) > 1
    for name, layer, rectified in machines:
        classes = 0
        V = X
        if labels is not None and name == machines[-1][0]:
            classes = labels.shape[0]
            V = np.vstack([X[:, :labels.shape[1]], labels])
            if dream_steps > 0 and not settings["persistent"]:
                settings = {**settings, "cd": dream_steps, "anew": True}
        slow = rectified or (gaussian and len(learned) > 0)  # what has no bound
        usual = 0.001 if slow else 0.01 if gaussian else 0.05
        W, b, c = learn_machine(
            V, len(parameters["b" + name]), gaussian=gaussian, rectified=rectified,
            labels=classes, name=name, layer=layer,
            rate=rate or usual, **settings)
        n = X.shape[0]
        parameters["W" + name], parameters["b" + name] = W[:, :n], b
        if classes > 0:  # the output layer begins with what the machine knows of the classes
            W_out, b_out = W[:, n:].T, c[n:]
            if len(parameters["b" + output]) == 1:
                W_out, b_out = W_out[1:] - W_out[:1], b_out[1:] - b_out[:1]
            parameters["W" + output], parameters["b" + output] = W_out, b_out
        if undone_by:
            undo = undone_by[len(learned)]
            parameters["W" + undo], parameters["b" + undo] = W.T, c
        learned.append((W, b, c, gaussian, rectified, classes))
        X = hidden_means(np.dot(W[:, :n], X) + b, rectified)
        gaussian = rectified
    return parameters, learned


def through_the_machines(X, learned):
    """Up through all of them and down again, the means of the units at each layer."""
    for W, b, c, gaussian, rectified, labels in learned:
        X = hidden_means(np.dot(W, X) + b, rectified)
    for k, (W, b, c, gaussian, rectified, labels) in reversed(list(enumerate(learned))):
        X = np.maximum(0, X) if rectified and k < len(learned) - 1 else X
        X = visible_means(np.dot(W.T, X) + c, gaussian, labels)
    return X


def free_energies(X, machine):
    """Of each example. A rectified unit counts as many, with biases lower by 1/2, 3/2, ..."""
    W, b, c, gaussian, rectified, labels = machine
    Z = np.dot(W, X) + b
    lower = 0.5 + np.arange(math.ceil(np.max(Z)) + 45) if rectified else [0]
    hidden = sum(np.sum(np.logaddexp(0, Z - low), axis=0) for low in lower)
    return (np.sum((X - c) ** 2, axis=0) / 2 if gaussian else -np.sum(c * X, axis=0)) - hidden


def dream(learned, count, steps, label=None, seed=0):
    """Inputs that the machines think likely: Gibbs steps of the last, then down through the others;
    of the inputs the means. What `gradus sample` draws."""
    W, b, c, gaussian, rectified, labels = learned[-1]
    n, layer = W.shape[1] - labels, len(learned)
    V = np.repeat(visible_means(c, gaussian, labels), count, axis=1)
    for step in range(steps + 1):
        if step > 0:
            Z = np.dot(W, V) + b
            S = draw_hidden(Z, rectified, (seed, step, layer, 0))
            V = visible_means(np.dot(W.T, S) + c, gaussian, labels)
        if step < steps:
            V = draw_visible(V, gaussian, labels, (seed, step + (step > 0), layer, 1))
            if label is not None:
                V[n:] = one_hot(np.full((1, count), label), labels)
    X = V[:n]
    for k, (W, b, c, gaussian, rectified, labels) in reversed(list(enumerate(learned[:-1]))):
        place = (seed, 0, k, 2)
        X = (np.maximum(0, X + normal_numbers(X.shape, place)) if rectified
             else (uniform_numbers(X.shape, place) < X).astype(float))
        X = visible_means(np.dot(W.T, X) + c, gaussian, labels)
    return X
