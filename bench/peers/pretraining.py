# What is pre-training worth? Digits of which few have a label: with machines first and without, and beside scikit-learn's
# BernoulliRBM with a logistic regression on its hidden units.
#   GRADUS_DATA=FOLDER python3 bench/peers/pretraining.py GRADUS [--seeds N] [--only few,all,dreams,peer,speed] [--jobs N]
# Seed s divides the 10,000 digits by numpy.random.RandomState(s).permutation: the first 2,000 are held out, of the others
# the first 300, 1,000 or all have a label; the machines see the 8,000 only. Settings were chosen on seeds 100 and 101.
# Score: accuracy on the 2,000 in percent, mean and standard error over the seeds. One thread each, --jobs side by side.
import argparse
import concurrent.futures
import gzip
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

TEST = 2000
FEW = "500 sigmoid, dropout 0.5"
DEEP = "500 sigmoid, 500 sigmoid"
WHOLE = ["--validation", 0, "--epochs", 200]  # labels are too few to leave some out


def digits():
    folder = pathlib.Path(os.environ["GRADUS_DATA"]) / "mnist10k"
    with gzip.open(folder / "t10k-images-idx3-ubyte.gz") as images, gzip.open(folder / "t10k-labels-idx1-ubyte.gz") as labels:
        return (np.frombuffer(images.read(), np.uint8, offset=16).reshape(-1, 28, 28),
                np.frombuffer(labels.read(), np.uint8, offset=8))


class Division:
    def __init__(self, program, X, y, seed, folder):
        order = np.random.RandomState(seed).permutation(len(X))
        self.program, self.seed, self.folder = program, seed, folder
        self.test, self.train = order[:TEST], order[TEST:]
        self.X, self.y = X, y
        self.save("test", self.test)

    def save(self, name, rows):
        np.save(self.folder / f"{name}_x.npy", self.X[rows])
        np.save(self.folder / f"{name}_y.npy", self.y[rows])

    def run(self, *arguments):
        command = [self.program, *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=self.folder).stdout

    def trained(self, labels, net, *options):
        """The accuracy on the held-out digits of a model that saw so many labels."""
        self.save("train", self.train[:labels])
        if "--pretrain" in options and labels < len(self.train):
            np.save(self.folder / "rest.npy", self.X[self.train[labels:]])
            options = [*options, "--unlabelled", "rest.npy"]
        self.run("train", "train_x.npy", "--labels", "train_y.npy", "--net", net, "--seed", self.seed, "--threads", 1,
                 "--quiet", "-o", "model.onnx", *options)
        found = self.run("evaluate", "model.onnx", "test_x.npy", "--labels", "test_y.npy", "--json")
        return 100 * json.loads(found)["accuracy"]

    def peer(self):
        """Of scikit-learn: machine and logistic regression, with 300 and with 1,000 labels."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.neural_network import BernoulliRBM
        pixels = self.X.reshape(len(self.X), -1) / 255.0
        machine = BernoulliRBM(500, learning_rate=0.06, n_iter=10, random_state=self.seed).fit(pixels[self.train])
        hidden = machine.transform(pixels)
        return [100 * LogisticRegression(max_iter=3000, C=10).fit(hidden[self.train[:n]], self.y[self.train[:n]])
                .score(hidden[self.test], self.y[self.test]) for n in (300, 1000)]

    def dreams(self, each=100, how=()):
        """Of samples of each class: the share taken for their class by a network that knows real digits; their mean
        distance to each other over that of real digits; and the median distance to the nearest training digit over
        that of the held-out digits."""
        self.save("train", self.train)
        common = ["train_x.npy", "--labels", "train_y.npy", "--seed", self.seed, "--threads", 1, "--quiet"]
        self.run("train", *common, "--net", "500 relu, dropout 0.5", "-o", "judge.onnx")
        self.run("train", *common, "--net", DEEP, "--pretrain", "dbn", "--epochs", 0, "--validation", 0, *how,
                 "-o", "dreamer.onnx")
        training = self.X[self.train].reshape(-1, 784) / 255.0
        rows = []
        for digit in range(10):
            self.run("sample", "dreamer.onnx", "-n", each, "--class", digit, "--seed", self.seed, "-o", "dreams.csv")
            dreams = np.loadtxt(self.folder / "dreams.csv", delimiter=",", skiprows=1)
            np.save(self.folder / "dreams.npy", np.rint(dreams).astype(np.uint8).reshape(-1, 28, 28))
            said = self.run("predict", "judge.onnx", "dreams.npy").split()[1:]
            real = self.X[self.test[self.y[self.test] == digit]].reshape(-1, 784) / 255.0
            dreams = dreams / 255.0
            rows.append([100 * np.mean([word == str(digit) for word in said]), apart(dreams) / apart(real),
                         nearest(dreams, training) / nearest(real, training)])
        return np.mean(rows, axis=0)


def epoch_of_a_machine(program, X, folder):
    """Processor seconds of an epoch of 784x256 with batches of 64 on 20,000 digits, and the pseudo-likelihood after ten,
    of the first 100; beside scikit-learn's."""
    from sklearn.neural_network import BernoulliRBM
    twice = np.concatenate([X, X])
    np.save(folder / "twice.npy", twice)
    np.save(folder / "any.npy", np.arange(len(twice)) % 2)
    common = [program, "train", "twice.npy", "--labels", "any.npy", "--net", "256 sigmoid", "--pretrain", "rbm", "--epochs", "0",
              "--validation", "0", "--sparsity", "0", "--json", "--quiet", "--threads", "1", "-o", "model.onnx"]
    spent = lambda: resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    seconds = []
    for epochs in (1, 11):
        began = spent()
        out = subprocess.run([*common, "--pretrain-epochs", str(epochs)], check=True, capture_output=True, text=True, cwd=folder)
        seconds.append(spent() - began)
    events = [json.loads(line) for line in out.stdout.splitlines() if '"pretrain"' in line]
    row("Gradus: seconds of an epoch", [(seconds[1] - seconds[0]) / 10])
    row("Gradus: pseudo-likelihood after 10 epochs", [events[9]["pseudo_likelihood"]])
    pixels = twice.reshape(len(twice), -1) / 255.0
    machine = BernoulliRBM(256, batch_size=64, n_iter=10, learning_rate=0.05, random_state=0)
    began = time.process_time()
    machine.fit(pixels)
    row("scikit-learn: seconds of an epoch", [(time.process_time() - began) / 10])
    row("scikit-learn: pseudo-likelihood after 10 epochs", [np.mean([machine.score_samples(pixels[:100]) for _ in range(100)])])


def distances(A, B):
    squares = (A**2).sum(1)[:, None] + (B**2).sum(1)[None] - 2 * A @ B.T
    return np.sqrt(np.maximum(squares, 0))


def apart(A):
    return distances(A, A)[np.triu_indices(len(A), 1)].mean()


def nearest(A, training):
    return np.median(distances(A, training).min(1))


def row(name, scores):
    scores = np.asarray(scores)
    error = f" ± {scores.std(ddof=1) / math.sqrt(len(scores)):.2f}" if len(scores) > 1 else ""
    print(f"| {name:<58} | {scores.mean():6.2f}{error} | {' '.join(f'{s:.2f}' for s in scores)} |", flush=True)


def rows_of(wanted):
    """Of each row its names, and what gives the numbers of a division; the longest first."""
    rows = []
    if "dreams" in wanted:
        rows.append((["dreams taken for their class", "their distance to each other over real digits'",
                      "their distance to training digits over real digits'"], lambda d: d.dreams()))
    if "all" in wanted:
        rows.append(([f"8000 labels, {DEEP}, --pretrain rbm"], lambda d: [d.trained(8000, DEEP, "--pretrain", "rbm")]))
        for net in (DEEP, DEEP.replace("sigmoid", "relu")):
            rows.append(([f"8000 labels, {net}"], lambda d, net=net: [d.trained(8000, net)]))
    if "peer" in wanted:
        rows.append(([f"{labels} labels, scikit-learn's BernoulliRBM(500), logistic" for labels in (300, 1000)],
                     lambda d: d.peer()))
    if "few" in wanted:
        like_after = ["--optimizer", "momentum", "--learning-rate", 0.1, *WHOLE]
        for labels in (1000, 300):
            for name, options in ((", --pretrain rbm", ["--pretrain", "rbm", *WHOLE]), ("", []),
                                  (", as after --pretrain", like_after)):
                rows.append(([f"{labels} labels, {FEW}{name}"],
                             lambda d, labels=labels, options=options: [d.trained(labels, FEW, *options)]))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="few,all,dreams,peer,speed")
    parser.add_argument("--from-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    X, y = digits()
    program, wanted = arguments.program.resolve(), arguments.only.split(",")
    seeds = range(arguments.from_seed, arguments.from_seed + arguments.seeds)

    def numbers(name, function, seed):
        began = time.time()
        with tempfile.TemporaryDirectory() as folder:
            found = function(Division(program, X, y, seed, pathlib.Path(folder)))
        print(f"{name}, seed {seed}: {found}, {time.time() - began:.0f} s", file=sys.stderr, flush=True)
        return found

    print("| what | accuracy in percent | each seed |\n|---|---|---|", flush=True)
    if "speed" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            epoch_of_a_machine(program, X, pathlib.Path(folder))
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        rows = [(names, [pool.submit(numbers, names[0], function, seed) for seed in seeds])
                for names, function in rows_of(wanted)]
        for names, of_seeds in rows:
            for name, scores in zip(names, zip(*(one.result() for one in of_seeds))):
                row(name, scores)


if __name__ == "__main__":
    main()
