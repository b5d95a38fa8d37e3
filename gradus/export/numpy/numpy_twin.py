# What does a run look like in NumPy? The pieces of its program: numpy_twin.cpp chooses and fills in.
#
# A piece begins behind "#: NAME". $name is filled in. A line that ends with "#? a !b" stands only where a holds and b
# does not. A piece "def f" is taken when the program calls f; pieces "forward KIND" and "backward KIND" are the
# mathematics of the layer that --net knows by this name:
#
#   x, y      the matrices that enter and leave, channels x m or channels x length x m; dx and dy their derivatives
#   n         the number behind the layer's parameters: W$n
#   other     for the beginning of a residual connection what leaves its end, for the end what enters its beginning
#
# What "forward" assigns, "backward" may use.

#: load_data
def load_data():
    X, Y = np.zeros(($features, $examples)), np.zeros((1, $examples))
    random = np.random.RandomState($data_seed)  # for the data alone  #? draws
    for j in range($examples):
        $point
    return X, Y

#: def split
def split(Y):
    """Training and validation examples: the first of each class in a random order are set aside."""  #? classes
    """Training and validation examples: the first in a random order are set aside."""  #? !classes
    order = np.random.RandomState($data_seed).permutation(Y.shape[1])
    validation = []  #? classes
    for label in np.unique(Y):  #? classes
        members = order[Y[0, order] == label]  #? classes
        validation.extend(members[:math.floor($share * len(members) + 0.5)])  #? classes
    validation = order[:math.floor($share * len(order) + 0.5)]  #? !classes
    return np.setdiff1d(order, validation), np.sort(validation)

#: def scale
def scale(X, like):  #? !by_example
def scale(X):  #? by_example
    """(x - mean) / deviation for each feature, both as they are in `like`."""  #? standard
    """(x - smallest) / (largest - smallest) for each feature, both as they are in `like`."""  #? minmax
    """(x - mean) / deviation, both of the example."""  #? by_example
    mean, deviation = np.mean(like, axis=1, keepdims=True), np.std(like, axis=1, keepdims=True)  #? standard
    deviation[np.ptp(like, axis=1) == 0] = 1  # a feature that never varies  #? standard
    return (X - mean) / deviation  #? standard
    smallest, extent = np.min(like, axis=1, keepdims=True), np.ptp(like, axis=1, keepdims=True)  #? minmax
    return (X - smallest) / np.where(extent > 0, extent, 1)  # 1 where all are alike  #? minmax
    deviation = np.where(np.ptp(X, axis=0) > 0, np.std(X, axis=0), 1)  # 1 where all are alike  #? by_example
    return (X - np.mean(X, axis=0)) / deviation  #? by_example

#: def target_scale
def target_scale(Y):
    """Mean and deviation of each target, which is learned as (y - mean) / deviation."""
    mean, deviation = np.mean(Y, axis=1, keepdims=True), np.std(Y, axis=1, keepdims=True)
    deviation[np.ptp(Y, axis=1) == 0] = 1  # a target that never varies
    return mean, deviation

#: def balanced_weights
def balanced_weights(Y):
    """A factor for each example's loss: each class counts alike, however few examples it has."""
    labels, counts = np.unique(Y, return_counts=True)
    return Y.shape[1] / (len(labels) * counts[np.searchsorted(labels, Y)])

#: def one_hot
def one_hot(Y):
    """A row for each class: 1 where the example belongs to it, else 0."""
    return (np.arange($classes)[:, np.newaxis] == Y).astype(float)

#: def sigmoid
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

#: def softmax
def softmax(z):
    e = np.exp(z - np.max(z, axis=0))  # the largest becomes e^0: nothing overflows
    return e / np.sum(e, axis=0)

#: def SELU_SCALE
# With these two, selu keeps mean 0 and variance 1.
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934, 1.6732632423543772848

#: def normal_cdf
def normal_cdf(z):
    return 0.5 * np.vectorize(math.erfc)(-z / np.sqrt(2))

#: def normal_density
def normal_density(z):
    return np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)

#: def dropout_mask
def dropout_mask(A, rate, step, layer):
    """0 with probability `rate`, else 1 / (1 - rate). The random bits of a block of 8 units are a
    function of (block, example, step, layer) and the seed: the counter and the key of Philox."""
    units, m = A.size // A.shape[-1], A.shape[-1]
    kept = np.ones((units, m))
    if step is None:
        return kept  # to predict, nothing is dropped
    for example in range(m):
        counter = (layer << 192) + (step << 128) + (example << 64)  # of block 0
        philox = np.random.Philox(counter=(counter - 1) % 2 ** 256, key=SEED)  # it adds 1 first
        bits = philox.random_raw((units + 7) // 8 * 4).astype("<u8").view("<u4")
        kept[:, example] = bits[:units] >= int(rate * 2 ** 32)
    return kept / (1 - rate)

#: def moments
def moments(Z, statistics, layer, training):
    """Mean and variance of each channel over the batch; to predict, their running means."""
    if not training:
        return statistics["mean" + layer], statistics["variance" + layer]
    over = tuple(range(1, Z.ndim))  # all but the channels
    mean, variance = np.mean(Z, axis=over, keepdims=True), np.var(Z, axis=over, keepdims=True)
    n = Z.size // Z.shape[0]
    unbiased = variance * n / max(1, n - 1)
    statistics["mean" + layer] = 0.9 * statistics["mean" + layer] + 0.1 * mean
    statistics["variance" + layer] = 0.9 * statistics["variance" + layer] + 0.1 * unbiased
    return mean, variance

#: def fold
def fold(dseen, window, length):
    """The gradient of a series: each of its numbers collects from all windows that see it."""
    channels, m = dseen.shape[0], dseen.shape[3]
    dX = np.zeros((channels, length, m))
    np.add.at(dX, (slice(None), window), dseen)
    return dX

#: point xor
x1, x2 = j // 2 % 2, j % 2
label = x1 ^ x2
#: point and
x1, x2 = j // 2 % 2, j % 2
label = x1 & x2
#: point or
x1, x2 = j // 2 % 2, j % 2
label = x1 | x2
#: point circles
label = j % 2
radius, angle = (1, 0.5)[label], 2 * math.pi * random.random_sample()
x1, x2 = radius * math.cos(angle), radius * math.sin(angle)
#: point moons
label = j % 2
angle = math.pi * random.random_sample()
x1, x2 = math.cos(angle), math.sin(angle)
if label == 1:
    x1, x2 = 1 - x1, 0.5 - x2
#: point spirals
label = j % 2
r = random.random_sample()
angle = 3.5 * math.pi * r + math.pi * label
x1, x2 = r * math.cos(angle), r * math.sin(angle)
#: point gauss
label = j % 2
x1 = x2 = (-1, 1)[label]
#: point sine
X[0, j] = math.pi * (2 * random.random_sample() - 1)
Y[0, j] = math.sin(X[0, j]) + $noise * random.randn()  #? noise
Y[0, j] = math.sin(X[0, j])  #? !noise
#: kept point
X[:, j] = x1 + $noise * random.randn(), x2 + $noise * random.randn()  #? noise
X[:, j] = x1, x2  #? !noise
Y[0, j] = label

#: forward dense
$y = np.dot(W$n, $x) + b$n  # $units x m
#: gradient dense
dW$n = np.dot(d$y, $x.T) / m
db$n = np.sum(d$y, axis=1, keepdims=True) / m
#: backward dense
d$x = np.dot(W$n.T, d$y)

#: forward identity
$y = $x
#: backward identity
d$x = d$y
#: forward sigmoid
$y = sigmoid($x)
#: backward sigmoid
d$x = d$y * $y * (1 - $y)
#: forward tanh
$y = np.tanh($x)
#: backward tanh
d$x = d$y * (1 - $y ** 2)
#: forward relu
$y = np.maximum($x, 0)
#: backward relu
d$x = d$y * ($x > 0)
#: forward leaky_relu
$y = np.where($x > 0, $x, $number * $x)
#: backward leaky_relu
d$x = d$y * np.where($x > 0, 1, $number)
#: forward elu
$y = np.where($x > 0, $x, $number * np.expm1(np.minimum($x, 0)))
#: backward elu
d$x = d$y * np.where($x > 0, 1, $y + $number)
#: forward selu
$y = SELU_SCALE * np.where($x > 0, $x, SELU_ALPHA * np.expm1(np.minimum($x, 0)))
#: backward selu
d$x = d$y * np.where($x > 0, SELU_SCALE, $y + SELU_SCALE * SELU_ALPHA)
#: forward gelu
$y = $x * normal_cdf($x)
#: backward gelu
d$x = d$y * (normal_cdf($x) + $x * normal_density($x))
#: forward silu
$y = $x * sigmoid($x)
#: backward silu
d$x = d$y * (sigmoid($x) * (1 - $y) + $y)
#: forward softplus
$y = np.logaddexp(0, $x)  # log(1 + e^z)
#: backward softplus
d$x = d$y * sigmoid($x)
#: forward softmax
$y = softmax($x)  #? !series
$y = softmax($x.reshape($entering, -1)).reshape($channels, $length, -1)  #? series
#: backward softmax
d$x = $y * (d$y - np.sum(d$y * $y, axis=0))  #? !series
d$x = $y * (d$y - np.sum(d$y * $y, axis=(0, 1)))  #? series

#: forward dropout
kept_$y = dropout_mask($x, $number, step, layer=$layer)  #? !series
kept_$y = dropout_mask($x, $number, step, layer=$layer)  # position after position  #? series
kept_$y = kept_$y.reshape($length, $channels, -1).swapaxes(0, 1)  #? series
$y = $x * kept_$y
#: backward dropout
d$x = d$y * kept_$y

#: forward batchnorm
mean$n, variance$n = moments($x, statistics, "$n", $training)
N$n = ($x - mean$n) / np.sqrt(variance$n + 1e-5)
$y = gamma$n * N$n + beta$n
#: gradient batchnorm
dgamma$n = np.sum(d$y * N$n, $over, keepdims=True) / m
dbeta$n = np.sum(d$y, $over, keepdims=True) / m
#: backward batchnorm
mean = np.mean(d$y, $over, keepdims=True)
common = np.mean(d$y * N$n, $over, keepdims=True)  # how much of N$n is in d$y
d$x = gamma$n / np.sqrt(variance$n + 1e-5) * (d$y - mean - common * N$n)

#: window
# What the window of $y sees: positions x places of the series.
window_$y = $stride * np.arange($positions)[:, np.newaxis] + $dilation * np.arange($size)

#: forward conv
seen_$y = $padded[:, window_$y]  #? !groups
$y = np.einsum("fck,ctkm->ftm", W$n, seen_$y)$first + b$n  # $shape x m  #? !groups
seen_$y = $padded.reshape($groups, $per_group, $padded_length, -1)[:, :, window_$y]  #? groups
$y = np.einsum("gfck,gctkm->gftm", W$n.reshape($W_groups), seen_$y)  # for each group  #? groups
$y = $y.reshape($filters, $positions, -1)$first + b$n  # $shape x m  #? groups
#: gradient conv
dW$n = np.einsum("ftm,ctkm->fck", $dy_series, seen_$y) / m  #? !groups
dgroups_$y = d$y.reshape($groups, $filters_per_group, $positions, -1)  #? groups
dW$n = np.einsum("gftm,gctkm->gfck", dgroups_$y, seen_$y).reshape(W$n.shape) / m  #? groups
db$n = np.sum(d$y, $over_out, keepdims=True) / m
#: backward conv
dseen_$y = np.einsum("fck,ftm->ctkm", W$n, $dy_series)  #? !groups
dseen_$y = np.einsum("gfck,gftm->gctkm", W$n.reshape($W_groups), dgroups_$y)  #? groups
dseen_$y = dseen_$y.reshape($channels, $positions, $size, -1)  #? groups
d$x = fold(dseen_$y, window_$y, $padded_length)$inside

#: forward maxpool
seen_$y = $padded[:, window_$y]
$y = np.max(seen_$y, axis=2)$first
#: backward maxpool
largest_$y = np.argmax(seen_$y, axis=2)[:, :, np.newaxis]  # the first of them
dseen_$y = (np.arange($size)[:, np.newaxis] == largest_$y) * $dy_series[:, :, np.newaxis]
d$x = fold(dseen_$y, window_$y, $padded_length)$inside
#: forward avgpool
seen_$y = $padded[:, window_$y]
$y = np.mean(seen_$y, axis=2)$first  #? !pads
$y = np.nanmean(seen_$y, axis=2)$first  # without the padding  #? pads
#: backward avgpool
dseen_$y = np.repeat($dy_series[:, :, np.newaxis] / $size, $size, axis=2)  #? !pads
inside_$y = ~np.isnan(seen_$y)  #? pads
dseen_$y = inside_$y * ($dy_series / np.sum(inside_$y, axis=2))[:, :, np.newaxis]  #? pads
d$x = fold(dseen_$y, window_$y, $padded_length)$inside
#: forward globalmaxpool
$y = np.max($x, axis=1)  #? series
$y = $x  #? !series
#: backward globalmaxpool
largest_$y = np.argmax($x, axis=1)[:, np.newaxis]  # the first of them  #? series
d$x = (np.arange($length)[:, np.newaxis] == largest_$y) * d$y[:, np.newaxis]  #? series
d$x = d$y  #? !series
#: forward globalavgpool
$y = np.mean($x, axis=1)  #? series
$y = $x  #? !series
#: backward globalavgpool
d$x = np.repeat(d$y[:, np.newaxis] / $length, $length, axis=1)  #? series
d$x = d$y  #? !series
#: forward flatten
$y = $x.reshape($entering, -1)  # channel after channel  #? series
$y = $x  #? !series
#: backward flatten
d$x = d$y.reshape($channels, $length, -1)  #? series
d$x = d$y  #? !series

#: forward residual(
#: backward residual(
d$x = d$x + d$other  # past the layers in between
#: forward )
$y = $x + $other
#: backward )
d$x = d$y

#: loss binary_cross_entropy of sigmoid
# -(Y log $a + (1 - Y) log(1 - $a)), exact even where $a is almost 0 or 1
losses = np.logaddexp(0, $z) - Y * $z
#: slope binary_cross_entropy of sigmoid
$a - Y
#: loss cross_entropy of softmax
# -sum of Y log $a, exact even where $a is almost 0
largest = np.max($z, axis=0)
log_sum = largest + np.log(np.sum(np.exp($z - largest), axis=0))
losses = np.sum(Y * (log_sum - $z), axis=0)
#: slope cross_entropy of softmax
$a - Y
#: loss binary_cross_entropy
p, q = np.maximum($a, 1e-30), np.maximum(1 - $a, 1e-30)  # the logarithm of 0 is not finite  #? !tutorial
losses = -(Y * np.log(p) + (1 - Y) * np.log(q))  #? !tutorial
losses = -(Y * np.log($a) + (1 - Y) * np.log(1 - $a))  #? tutorial
#: slope binary_cross_entropy
(1 - Y) / np.maximum(1 - $a, 1e-30) - Y / np.maximum($a, 1e-30)
#: loss cross_entropy
losses = -np.sum(Y * np.log(np.maximum($a, 1e-30)), axis=0)
#: slope cross_entropy
-Y / np.maximum($a, 1e-30)
#: loss mean_squared
losses = ($a - Y) ** 2
#: slope mean_squared
2 * ($a - Y)
#: loss mean_absolute
losses = np.abs($a - Y)
#: slope mean_absolute
np.sign($a - Y)
#: loss huber
e = np.abs($a - Y)
losses = np.where(e <= 1, e ** 2 / 2, e - 0.5)
#: slope huber
np.clip($a - Y, -1, 1)

#: draw normal
W$n = np.random.randn($W_shape)
#: draw uniform
W$n = np.random.uniform(-1, 1, ($W_shape))
#: draw glorot
r = np.sqrt(6 / ($fan_in + $fan_out))
W$n = np.random.uniform(-r, r, ($W_shape))
#: draw he
W$n = np.random.randn($W_shape) * np.sqrt(2 / $fan_in)
#: draw lecun
W$n = np.random.randn($W_shape) * np.sqrt(1 / $fan_in)
#: draw zeros
W$n = np.zeros(($W_shape))

#: network
def initialize_parameters($sizes):
    $drawn
    return {$parameters}


def forward_prop(X, $state, step=None):  #? dropout
def forward_prop(X, $state, training=False):  #? !dropout statistics
def forward_prop(X, $state):  #? !dropout !statistics
    """`step` is the number of the update; to predict there is none."""  #? dropout
    $used_forward
    $forward
    cache = {$cache}
    return $a, cache


def calculate_cost($judged, Y, weights=1):  #? weights
def calculate_cost($judged, Y):  #? !weights
    $losses
    return np.mean(weights * losses)  #? weights
    return np.mean(losses)  #? !weights


def backward_prop(X, Y, weights, cache, parameters):  #? weights
def backward_prop(X, Y, cache, parameters):  #? !weights
    m = Y.shape[1]
    $used_backward
    $backward
    return {$gradients}

#: update
def update_parameters($update):
    beta1, beta2 = $beta1, $beta2  #? v s
    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads.values()))  #? clips
    if norm > $clip_norm:  #? clips
        grads = {name: g * ($clip_norm / norm) for name, g in grads.items()}  #? clips
    updated = {}
    for name, w in parameters.items():
        g = grads["d" + name]
        if name[0] == "W":  # weights decay, biases do not  #? decays
            g = g + $weight_decay * w  #? decays !adamw
            w = w - learning_rate * $weight_decay * w  #? decays adamw
        updated[name] = w - learning_rate * g  #? gd
        v[name] = $momentum * v[name] + g  #? v !s
        updated[name] = w - learning_rate * v[name]  #? momentum
        updated[name] = w - learning_rate * (g + $momentum * v[name])  #? nesterov
        s[name] = 0.9 * s[name] + 0.1 * g ** 2  #? s !v
        updated[name] = w - learning_rate * g / (np.sqrt(s[name]) + $epsilon)  #? s !v
        v[name] = beta1 * v[name] + (1 - beta1) * g  #? v s
        s[name] = beta2 * s[name] + (1 - beta2) * g ** 2  #? v s
        mean, square = v[name] / (1 - beta1 ** t), s[name] / (1 - beta2 ** t)  #? v s
        updated[name] = w - learning_rate * mean / (np.sqrt(square) + $epsilon)  #? v s
    return updated

#: schedule step
def schedule(i):
    """The factor of the learning rate: divided by 10 after half and after three quarters."""
    return 1 if i < 0.5 * $updates else 0.1 if i < 0.75 * $updates else 0.01

#: schedule cosine
def schedule(i):
    """The factor of the learning rate: half a cosine, from 1 to 0 in $updates updates."""
    return (1 + np.cos(np.pi * i / $updates)) / 2

#: schedule warmup-cosine
def schedule(i):
    """The factor of the learning rate: up to 1 in $warmup updates, then half a cosine down to 0."""
    if i < $warmup:
        return (i + 1) / $warmup
    return (1 + np.cos(np.pi * (i - $warmup) / $after_warmup)) / 2

#: model
def model($arguments):
    """Trains on X and Y, and keeps the parameters with the lowest cost on X_val and Y_val."""  #? validates
    parameters = initialize_parameters($sizes)
    statistics = {$new_statistics}  #? statistics
    v = {name: np.zeros_like(w) for name, w in parameters.items()}  #? v
    s = {name: np.zeros_like(w) for name, w in parameters.items()}  #? s
    m = X.shape[1]  #? batches
    batches = math.ceil(m / $batch)  # in an epoch  #? batches
    best_cost, waiting = np.inf, 0  #? stops
    best_cost = np.inf  #? validates !stops
    lowest, epochs_above = np.inf, 0  #? plateau
    for i in range(num_of_iters + 1):  #? tutorial
    for i in range(num_of_iters):  #? !tutorial
        k = i % batches  # the batch's number in its epoch  #? batches
        if k == 0:  #? batches
            order = np.random.permutation(m)  #? batches
            epoch_cost = 0  #? sums
        batch = order[$batch * k:$batch * (k + 1)]  #? batches
        X_batch, Y_batch = X[:, batch], Y[:, batch]  #? batches
        $a, cache = forward_prop($X, $state$training_step)
        cost = calculate_cost($judged_cached, $Y$weights)
        grads = backward_prop($X, $Y$weights, cache, parameters)
        parameters = update_parameters($call_update)
        if i % $every == 0:  #? iterations
            print(f"Cost after iteration# {i}: {cost:f}")  #? iterations tutorial
            print(f"Cost after iteration# {i}: {cost}")  #? iterations !tutorial
        epoch_cost += cost * len(batch) / m  #? sums
        if k < batches - 1:  #? batches looks
            continue  #? batches looks
  #? batches looks
        val_cost = $epoch_cost  #? retrains plateau
        if X_val is not None:  #? retrains plateau
            $a, cache = forward_prop(X_val, $state)  #? retrains plateau
            val_cost = calculate_cost($judged_cached, Y_val)  #? retrains plateau
        if X_val is None:  #? retrains !plateau
            continue  #? retrains !plateau
        $a, cache = forward_prop(X_val, $state)  #? validates !looked
        val_cost = calculate_cost($judged_cached, Y_val)  #? validates !looked
        epochs_above = 0 if $watched < lowest else epochs_above + 1  #? plateau
        lowest = min(lowest, $watched)  #? plateau
        if epochs_above == 10:  #? plateau
            learning_rate, epochs_above = learning_rate / 10, 0  #? plateau
        if X_val is None:  #? retrains plateau
            continue  #? retrains plateau
        waiting += 1  #? stops
        if val_cost < best_cost:  #? validates
            best_cost, best_parameters = val_cost, parameters  #? validates
            best_statistics = dict(statistics)  #? validates statistics
            best_iters = i + 1  #? retrains
            waiting = 0  #? stops
        done = waiting == $patience  # epochs without a lower validation cost  #? stops !solves
        done = waiting == $patience or val_cost < $solved  # nothing better to come  #? solves
        epoch, last = $epoch, i + 1 == num_of_iters or done  #? !iterations stops
        epoch, last = $epoch, i + 1 == num_of_iters  #? !iterations !stops
        if epoch % 10 == 0 or last:  #? !iterations
            print(f"Cost after epoch# {epoch}: {$epoch_cost}  validation: {val_cost}")  #? !iterations validates
            print(f"Cost after epoch# {epoch}: {$epoch_cost}")  #? !iterations !validates
        if done:  #? stops
            break  #? stops
    if X_val is None:  #? retrains
        return $state, num_of_iters  #? retrains
    return $best_state, best_iters  #? retrains
    return $best_state  #? validates !retrains
    return $state  #? !validates


def predict(X, $state):
    $a, cache = forward_prop(X, $state)
    return ($a >= 0.5).astype(int)  #? classify !one_hot
    return np.argmax($a, axis=0)[np.newaxis]  #? one_hot
    return $a  #? !classify

#: evaluate
def evaluate(part, X, Y, $state):  #? !units
def evaluate(part, X, Y, deviation, $state):  #? units
    $a, cache = forward_prop(X, $state)
    loss = calculate_cost($judged_cached, Y)
    truth = Y[0]  #? classify !one_hot
    truth = np.argmax(Y, axis=0)  #? one_hot
    predicted = predict(X, $state)[0]  #? classify
    accuracy = np.mean(truth == predicted)  #? classify
    f1 = 0  # its mean over the classes  #? classify
    for label in range($classes):  #? classify
        both = np.sum((truth == label) & (predicted == label))  #? classify
        f1 += 2 * both / max(1, np.sum(truth == label) + np.sum(predicted == label)) / $classes  #? classify
    print(f"{part:<10} {Y.shape[1]:>7} examples   accuracy {accuracy:.4f}   f1 {f1:.4f}"  #? classify
          f"   loss {loss}")  #? classify
    error = np.sum(($a - Y) ** 2, axis=1)  #? !classify
    rmse = np.mean(np.sqrt(error / Y.shape[1]))  #? !classify !units
    mae = np.mean(np.abs($a - Y))  #? !classify !units
    rmse = np.mean(deviation[:, 0] * np.sqrt(error / Y.shape[1]))  # in the targets' own units  #? units
    mae = np.mean(deviation * np.abs($a - Y))  #? units
    variation = np.sum((Y - np.mean(Y, axis=1, keepdims=True)) ** 2, axis=1)  #? !classify
    r2 = np.mean([1 - e / v if v > 0 else float(e == 0) for e, v in zip(error, variation)])  #? !classify
    print(f"{part:<10} {Y.shape[1]:>7} examples   rmse {rmse:.6f}   mae {mae:.6f}   R2 {r2:.4f}"  #? !classify
          f"   loss {loss}")  #? !classify

#: main
X, Y = load_data()
training, validation = split(Y)  #? divides drawn
validation = np.array([  #? divides !drawn
    $validation_rows  #? divides !drawn
])  # rows that belong together lie on one side, or the latest  #? divides !drawn
training = np.setdiff1d(np.arange(Y.shape[1]), validation)  #? divides !drawn
X_train, Y_train = X[:, training], Y[:, training]  #? divides
X_val, Y_val = X[:, validation], Y[:, validation]  #? divides
X_all = scale(X, X_train)  #? divides scales shows !by_example
X_all = scale(X)  #? divides shows by_example
X_val = scale(X_val, X_train)  #? divides scales !by_example
X_val = scale(X_val)  #? divides by_example
$X_train = scale($X_unscaled, $X_unscaled)  #? scales !by_example
$X_train = scale($X_unscaled)  #? by_example
weights = balanced_weights($Y_labels)  #? weights
mean, deviation = target_scale($Y_labels)  #? units
Y_val = (Y_val - mean) / deviation  #? units divides
Y_train = ($Y_labels - mean) / deviation  #? units
Y_train = one_hot($Y_labels)  #? one_hot
Y_val = one_hot(Y_val)  #? one_hot divides
$constants

np.random.seed($seed)
$results = model($first_run, num_of_iters=$num_of_iters, learning_rate=$learning_rate)

# All examples at last: once more, for as many updates as were best.  #? retrains
weights_all = balanced_weights(Y)  #? retrains weights
X_all = scale(X, X)  #? retrains scales !by_example
X_all = scale(X)  #? retrains by_example
mean_all, deviation_all = target_scale(Y)  #? retrains units
Y_all = (Y - mean_all) / deviation_all  #? retrains units
Y_all = one_hot(Y)  #? retrains one_hot
np.random.seed($seed)  #? retrains
$final_state, _ = model($second_run, num_of_iters=best_iters, learning_rate=$learning_rate)  #? retrains
  #? retrains
evaluate("training", $X_trained, $Y_trained, $trained_deviation$trained_state)  #? !shows
evaluate("validation", X_val, Y_val, $deviation$state)  #? !shows divides
predictions = predict($X_trained, $state)  #? shows !units
predictions = mean + deviation * predict($X_trained, $state)  #? shows units
for j in range(4):  #? shows
    x1, x2 = X[:, j]  #? shows
    print(f"Neural Network prediction for example ({x1}, {x2}) is {predictions[0, j]}")  #? shows classify
    print(f"Neural Network prediction for example ({x1}, {x2}) is {predictions[0, j]:.6f}")  #? shows !classify
