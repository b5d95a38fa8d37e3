# What does a run look like in NumPy? The functions of its program: each is written down where the program calls it,
# as it stands here. What depends on the network itself is written by network.cpp, the rest by twin.cpp.
#
# Matrices are channels x m, of a series channels x length x m. `parameters` has the running means of batch
# normalization too.

import math

import numpy as np


# ---- Data

def xor(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 ^ x2


def truth_and(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 & x2


def truth_or(j, random):
    x1, x2 = j // 2 % 2, j % 2
    return (x1, x2), x1 | x2


def circles(j, random):
    label = j % 2
    radius, angle = (1, 0.5)[label], 2 * math.pi * random.random_sample()
    return (radius * math.cos(angle), radius * math.sin(angle)), label


def moons(j, random):
    label = j % 2
    angle = math.pi * random.random_sample()
    x1, x2 = math.cos(angle), math.sin(angle)
    return (x1, x2) if label == 0 else (1 - x1, 0.5 - x2), label


def spirals(j, random):
    label = j % 2
    r = random.random_sample()
    angle = 3.5 * math.pi * r + math.pi * label
    return (r * math.cos(angle), r * math.sin(angle)), label


def gauss(j, random):
    label = j % 2
    return ((-1, -1), (1, 1))[label], label


def points(point, examples, noise, seed):
    """The j-th point and its label, for each j; noise moves the point."""
    random = np.random.RandomState(seed)  # for the data alone
    X, Y = np.zeros((2, examples)), np.zeros((1, examples))
    for j in range(examples):
        X[:, j], Y[0, j] = point(j, random)
        if noise > 0:
            X[:, j] += noise * random.randn(), noise * random.randn()
    return X, Y


def sine(examples, noise, seed):
    """The sine of each x, with some noise."""
    random = np.random.RandomState(seed)  # for the data alone
    X, Y = np.zeros((1, examples)), np.zeros((1, examples))
    for j in range(examples):
        X[0, j] = math.pi * (2 * random.random_sample() - 1)
        Y[0, j] = math.sin(X[0, j])
        if noise > 0:
            Y[0, j] += noise * random.randn()
    return X, Y


def split(Y, share, seed, by_class):
    """Training and validation examples: the first in a random order, of each class."""
    order = np.random.RandomState(seed).permutation(Y.shape[1])
    groups = [order[Y[0, order] == label] for label in np.unique(Y)] if by_class else [order]
    validation = [group[:math.floor(share * len(group) + 0.5)] for group in groups]
    return np.setdiff1d(order, np.concatenate(validation)), np.sort(np.concatenate(validation))


def standard(X, like):
    """(x - mean) / deviation for each feature, both as they are in `like`."""
    mean, deviation = np.mean(like, axis=1, keepdims=True), np.std(like, axis=1, keepdims=True)
    deviation[np.ptp(like, axis=1) == 0] = np.inf  # a feature that never varies becomes 0
    return (X - mean) / deviation


def by_channel(X, like, length):
    """(x - mean) / deviation for each channel of so many places, both as they are in `like`."""
    channels = np.reshape(like, (-1, length * like.shape[1]))
    mean, deviation = np.mean(channels, axis=1), np.std(channels, axis=1)
    deviation[np.ptp(channels, axis=1) == 0] = np.inf  # a channel that never varies becomes 0
    return (X - np.repeat(mean, length)[:, np.newaxis]) / np.repeat(deviation, length)[:, np.newaxis]


def minmax(X, like):
    """(x - smallest) / (largest - smallest) for each feature, both as they are in `like`."""
    smallest, extent = np.min(like, axis=1, keepdims=True), np.ptp(like, axis=1, keepdims=True)
    return (X - smallest) / np.where(extent > 0, extent, np.inf)  # 0 where all are alike


def varying(X, like):
    """Each feature as it is; one that never varies in `like` becomes 0."""
    return np.where(np.ptp(like, axis=1, keepdims=True) > 0, X, 0)


def piecewise_linear(X, like):
    """How far each number is into each bin between the 33 quantiles of its feature in `like`:
    0 before the bin, 0.5 behind it. What has one or two values, or edges, has no bins."""
    bins = [np.zeros((0, X.shape[1]))]
    for x, numbers in zip(X, like):
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, 33)))[:, np.newaxis]
        if min(len(np.unique(numbers)), len(edges)) >= 3:
            bins.append(np.clip((x - edges[:-1]) / (2 * np.diff(edges, axis=0)), 0, 0.5))
    return np.vstack(bins)


def each_by_itself(X):
    """(x - mean) / deviation, both of the example."""
    deviation = np.where(np.ptp(X, axis=0) > 0, np.std(X, axis=0), 1)  # 1 where all are alike
    return (X - np.mean(X, axis=0)) / deviation


def target_scale(Y):
    """Mean and deviation of each target, which is learned as (y - mean) / deviation."""
    mean, deviation = np.mean(Y, axis=1, keepdims=True), np.std(Y, axis=1, keepdims=True)
    deviation[np.ptp(Y, axis=1) == 0] = 1  # a target that never varies
    return mean, deviation


def balanced_weights(Y):
    """A factor for each example's loss: each class counts alike, however few examples it has."""
    labels, counts = np.unique(Y, return_counts=True)
    return Y.shape[1] / (len(labels) * counts[np.searchsorted(labels, Y)])


def balanced_label_weights(Y):
    """Of several labels the factors of each multiply; their mean is 1."""
    weights = np.prod([balanced_weights(y[np.newaxis]) for y in Y], axis=0)
    return weights / weights.mean()


def one_hot(Y, classes):
    """A row for each class: 1 where the example belongs to it, else 0."""
    return (np.arange(classes)[:, np.newaxis] == Y).astype(float)


# ---- Functions and layers

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def normal_cdf(z):
    return 0.5 * np.vectorize(math.erfc)(-z / np.sqrt(2))


def normal_density(z):
    return np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)


def softmax(z):
    units = tuple(range(z.ndim - 1))
    e = np.exp(z - np.max(z, axis=units))  # the largest becomes e^0: nothing overflows
    return e / np.sum(e, axis=units)


def random_bits(units, m, step, layer, key):
    """32 random bits for each unit of each example. Those of a block of 8 units are a function of
    (block, example, step, layer) and the key: the counter and the key of Philox."""
    bits = np.zeros((units, m), dtype="<u4")
    for example in range(m):
        counter = (layer << 192) + (step << 128) + (example << 64)  # of block 0
        philox = np.random.Philox(counter=(counter - 1) % 2 ** 256, key=key)  # it adds 1 first
        of_example = philox.random_raw((units + 7) // 8 * 4).astype("<u8").view("<u4")
        bits[:, example] = of_example[:units]
    return bits


def dropout_mask(A, rate, step, layer, seed):
    """0 with probability `rate`, else 1 / (1 - rate)."""
    units, m = A.size // A.shape[-1], A.shape[-1]
    if step is None:
        return np.ones(A.shape)  # to predict, nothing is dropped
    kept = random_bits(units, m, step, layer, key=seed) >= int(rate * 2 ** 32)
    if A.ndim == 3:  # its units are counted position after position
        kept = kept.reshape(A.shape[1], A.shape[0], m).swapaxes(0, 1)
    return kept / (1 - rate)


def moments(Z, parameters, layer, training):
    """Mean and variance of each channel over the batch; to predict, their running means."""
    if not training:
        return parameters["mean" + layer], parameters["variance" + layer]
    over = tuple(range(1, Z.ndim))  # all but the channels
    mean, variance = np.mean(Z, axis=over, keepdims=True), np.var(Z, axis=over, keepdims=True)
    n = Z.size // Z.shape[0]
    unbiased = variance * n / max(1, n - 1)
    parameters["mean" + layer] = 0.9 * parameters["mean" + layer] + 0.1 * mean
    parameters["variance" + layer] = 0.9 * parameters["variance" + layer] + 0.1 * unbiased
    return mean, variance


def waves(X, w, b):
    """The angles 2 pi w x + b of the waves of each input: inputs x frequencies x m."""
    turns = w * X[:, np.newaxis]
    return 2 * np.pi * (turns - np.round(turns)) + b  # whole turns change no wave


def series(X):
    """channels x length x m; a vector is a series of length 1."""
    return X.reshape(X.shape[0], -1, X.shape[-1])


def vector(X):
    """What is one position long is a vector again."""
    return X[:, 0] if X.shape[1] == 1 else X


def places(length, size, stride, dilation):
    """Which positions of a series a window sees: its own positions x size."""
    positions = (length - dilation * (size - 1) - 1) // stride + 1
    return stride * np.arange(positions)[:, np.newaxis] + dilation * np.arange(size)


def seen(X, size, stride, pad, dilation, padding=0.0):
    """What a window sees of a series: channels x positions x size x m."""
    X = np.pad(series(X), ((0, 0), pad, (0, 0)), constant_values=padding)
    return X[:, places(X.shape[1], size, stride, dilation)]


def fold(dseen, X, stride, pad, dilation):
    """The gradient of X: each of its numbers collects from all windows that see it."""
    channels, length, m = series(X).shape
    dX = np.zeros((channels, pad[0] + length + pad[1], m))
    np.add.at(dX, (slice(None), places(dX.shape[1], dseen.shape[2], stride, dilation)), dseen)
    return dX[:, pad[0]:pad[0] + length].reshape(X.shape)


def conv(X, W, b, groups, **window):
    """What each window sees, times each filter; filters see the channels of their group only."""
    filters, channels, size = W.shape
    of_group = seen(X, size, **window)
    of_group = of_group.reshape(groups, channels, *of_group.shape[1:])
    Y = np.einsum("gfck,gctkm->gftm", W.reshape(groups, -1, channels, size), of_group)
    return vector(Y.reshape(filters, *Y.shape[2:])) + b


def conv_gradient(dY, X, W, groups, **window):
    """The sum over examples of the gradient of W."""
    filters, channels, size = W.shape
    of_group, dY = seen(X, size, **window), series(dY)
    of_group = of_group.reshape(groups, channels, *of_group.shape[1:])
    dY = dY.reshape(groups, -1, *dY.shape[1:])
    return np.einsum("gftm,gctkm->gfck", dY, of_group).reshape(W.shape)


def conv_backward(dY, X, W, groups, **window):
    filters, channels, size = W.shape
    dY = series(dY)
    dY = dY.reshape(groups, -1, *dY.shape[1:])
    dseen = np.einsum("gfck,gftm->gctkm", W.reshape(groups, -1, channels, size), dY)
    return fold(dseen.reshape(X.shape[0], *dseen.shape[2:]), X, **window)


def max_pool(X, size, **window):
    return vector(np.max(seen(X, size, padding=-np.inf, **window), axis=2))


def max_pool_backward(dY, X, size, **window):
    """To the largest that the window sees, the first of them."""
    largest = np.argmax(seen(X, size, padding=-np.inf, **window), axis=2)[:, :, np.newaxis]
    dseen = (np.arange(size)[:, np.newaxis] == largest) * series(dY)[:, :, np.newaxis]
    return fold(dseen, X, **window)


def mean_pool(X, size, **window):
    """Without the padding."""
    return vector(np.nanmean(seen(X, size, padding=np.nan, **window), axis=2))


def mean_pool_backward(dY, X, size, **window):
    """In equal parts to all that the window sees, but for the padding."""
    inside = ~np.isnan(seen(X, size, padding=np.nan, **window))
    return fold(inside * (series(dY) / np.sum(inside, axis=2))[:, :, np.newaxis], X, **window)


def global_max_backward(dY, X):
    """To the largest of each channel, the first of them."""
    X3 = series(X)
    largest = np.argmax(X3, axis=1)[:, np.newaxis]
    return ((np.arange(X3.shape[1])[:, np.newaxis] == largest) * dY[:, np.newaxis]).reshape(X.shape)


def global_mean_backward(dY, X):
    length = series(X).shape[1]
    return np.repeat(dY[:, np.newaxis] / length, length, axis=1).reshape(X.shape)


# ---- Restricted Boltzmann machines: what is drawn is a function of its place, (seed, step, layer, sample)

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


# ---- Training

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
