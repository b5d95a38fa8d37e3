# The dense rows in scikit-learn: partial_fit goes once through the rows in batches.
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

from measure import report

BATCHES = 50
random = np.random.RandomState(1)


def classifier(row, hidden, batch, solver="sgd"):
    X = random.random_sample((BATCHES * batch, 784)).astype(np.float32)
    Y = random.randint(10, size=BATCHES * batch)
    net = MLPClassifier(hidden, solver=solver, batch_size=batch, learning_rate_init=0.001, momentum=0, alpha=0,
                        shuffle=False)
    report(f"scikit-learn {sklearn.__version__}", row, lambda: net.partial_fit(X, Y, range(10)), BATCHES)


classifier("784-32-10, batch 32", (32,), 32)
classifier("784-128-10, batch 64", (128,), 64)
classifier("784-512-512-10, batch 64", (512, 512), 64)
classifier("784-512-512-10, batch 64, Adam", (512, 512), 64, "adam")
