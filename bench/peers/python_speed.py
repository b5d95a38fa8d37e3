# What does Python cost? The module beside the same calls in C++ (gradus_call), and beside scikit-learn's MLP.
#   GRADUS_DATA=FOLDER build/venv/bin/python bench/peers/python_speed.py GRADUS_CALL [--samples N] [--only TABLE,...]
# Processor time, the shortest of N samples of three calls each, on one thread. fit: of a DataFrame, in turn with the C++ call
# on the same rows as a Table, a CSV file that was read before; with the default settings, and with those of scikit-learn's
# pipeline (numbers standardised, text one-hot), where all make as many updates of a "100 relu" by Adam: 200 epochs of batches
# of 200, no early stopping. row: the shortest answer to one row, a network alone beside a Predictor, and from the row to the
# class beside what computes it in C++; the goal is 5 us more at most.
import argparse
import os
import pathlib
import subprocess
import tempfile
import time
import timeit

import gradus
import numpy as np
import pandas

TARGETS = {"iris": "species", "wine": "cultivar", "digits": "digit", "diabetes": "progression", "mpg": "mpg",
           "penguins": "species", "titanic": "survived"}
IGNORED = {"titanic": ["alive"]}  # the label in words
REGRESSIONS = {"diabetes", "mpg"}
SAME = dict(net="100 relu", optimizer="adam", learning_rate=0.001, weight_decay=0, epochs=200, patience=10**6, validation=0,
            ensemble=1, encode="none", precision="float")


def call(program, *words):
    done = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)
    return [float(number) for number in done.stdout.split()]


def seconds_of(f):
    began = time.process_time()
    f()
    return time.process_time() - began


def rows_of(name, folder):
    """Three quarters of a table, as a DataFrame and as the CSV file of the same."""
    table = pandas.read_csv(pathlib.Path(os.environ["GRADUS_DATA"]) / "tables" / f"{name}.csv", dtype={"deck": str})
    table = table.sample(frac=0.75, random_state=0)
    table.to_csv(folder / "train.csv", index=False)
    return table, folder / "train.csv"


def features(X):
    """As Gradus makes them: numbers standardised, missing ones the mean; text one-hot, too many categories left out."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    text = [c for c in X if X[c].dtype.kind not in "fiu" and X[c].nunique() <= max(50, len(X) / 10)]
    numbers = [c for c in X if X[c].dtype.kind in "fiu"]
    one_hot = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"),
                            OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    return make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers), (one_hot, text))


def peer(name, X, y):
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline

    X = X.copy()
    for column in X.select_dtypes("bool"):
        X[column] = X[column].astype(str)
    kind = MLPRegressor if name in REGRESSIONS else MLPClassifier
    network = kind(hidden_layer_sizes=(100,), batch_size=min(200, len(X)), alpha=0, max_iter=200, n_iter_no_change=10**6, tol=0)
    return lambda: make_pipeline(features(X), network).fit(X, y)


def fits(program, name, folder, samples):
    """The shortest times: by default and with the same settings, in C++ and in Python, and scikit-learn's."""
    train, file = rows_of(name, folder)
    target, ignored = TARGETS[name], IGNORED.get(name, [])
    X, y = train.drop(columns=[target, *ignored]), train[target]
    kind = gradus.Regressor if name in REGRESSIONS else gradus.Classifier
    everybody = []
    for said in ({}, dict(SAME, batch=min(200, len(X)))):
        words = [f"{key}={value}" for key, value in said.items()]
        everybody.append(lambda words=words: call(program, "fit", file, target, ",".join(ignored), *words)[0])
        everybody.append(lambda said=said: min(seconds_of(lambda: kind(n_jobs=1, **said).fit(X, y)) for _ in range(3)))
    everybody.append(lambda: seconds_of(peer(name, X, y)))
    found = [[measure() for measure in everybody] for _ in range(samples)]
    return [min(seconds) for seconds in zip(*found)]


def rows(program, folder):
    random = np.random.RandomState(0)
    for inputs, net in ((2, "2 tanh"), (30, "32 relu"), (100, "100 relu, 100 relu")):
        X = random.randn(60, inputs)
        for precision in ("double", "float"):
            model = gradus.Classifier(net=net, iterations=10, ensemble=1, encode="none", precision=precision, n_jobs=1)
            model.fit(X, X[:, 0] > 0)
            file = folder / "model.onnx"
            model.save(file)
            network = gradus.read_onnx(file)
            row = np.ones((1, inputs))
            own = row.astype(network.parameters.dtype)
            yield (f"{inputs} inputs, {net}, {precision}", call(program, "row", file),
                   [1e6 * min(timeit.repeat(ask, number=2000, repeat=20, timer=time.process_time)) / 2000
                    for ask in (lambda: network(own), lambda: model.predict(row))])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--only")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        print("| one row | Predictor us | Network us | more | outputs us | predict us | more |\n|---|---|---|---|---|---|---|")
        for what, (predictor, outputs), (network, predict) in rows(said.program, folder):
            print(f"| {what} | {predictor:.2f} | {network:.2f} | {network - predictor:.2f} | {outputs:.2f} | {predict:.2f} | "
                  f"{predict - outputs:.2f} |", flush=True)
        print("\n| fit | C++, default s | Python s | of C++ | C++, same s | Python s | of C++ | MLP s | of Python |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name in said.only.split(",") if said.only else TARGETS:
            usual, ours, same, ours_too, mlp = fits(said.program, name, folder, said.samples)
            print(f"| {name} | {usual:.3f} | {ours:.3f} | {ours / usual:.3f}x | {same:.4f} | {ours_too:.4f} | "
                  f"{ours_too / same:.3f}x | {mlp:.3f} | {mlp / ours_too:.1f}x |", flush=True)


if __name__ == "__main__":
    main()
