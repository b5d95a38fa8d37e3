#!/usr/bin/python3
"""scikit-learn's BernoulliRBM as judge: the hidden units, free energies and pseudo-likelihoods of a stack of two machines."""

import numpy as np
from sklearn.neural_network import BernoulliRBM

from golden import GoldenFile


def machine(W, b, c):
    """A BernoulliRBM that has learned these: it has rows for examples, we columns."""
    rbm = BernoulliRBM(n_components=len(b))
    rbm.components_, rbm.intercept_hidden_, rbm.intercept_visible_ = W, b[:, 0], c[:, 0]
    rbm.n_features_in_ = W.shape[1]
    return rbm


def log_pseudo_likelihood(rbm, rows):
    """score_samples flips one bit by chance and counts it for all; its mean is that over all bits."""
    total = 0
    for i in range(rows.shape[1]):
        flipped = rows.copy()
        flipped[:, i] = 1 - flipped[:, i]
        total += -np.logaddexp(0, -(rbm._free_energy(flipped) - rbm._free_energy(rows)))
    return np.mean(total)


def main():
    golden = GoldenFile(__file__)
    random = np.random.RandomState(4)
    rows = (random.random_sample((7, 12)) < 0.4).astype(float)
    golden.write("X", rows.T)
    seen = rows
    for number, (hidden, visible) in enumerate([(9, 12), (5, 9)], start=1):
        W, b, c = (np.round(random.randn(*shape), 2) for shape in [(hidden, visible), (hidden, 1), (visible, 1)])
        rbm = machine(W, b, c)
        golden.comment(f"Machine {number}: W, b, c; of each example the hidden units (transform), the free energy.")
        for name, value in (("W", W), ("b", b), ("c", c)):
            golden.write(f"{name}{number}", value)
        golden.write(f"energy{number}", rbm._free_energy(seen))
        if number == 1:
            golden.write("pseudo_likelihood", [log_pseudo_likelihood(rbm, seen)])
        seen = rbm.transform(seen)
        golden.write(f"hidden{number}", seen.T)
    golden.save()


if __name__ == "__main__":
    main()
