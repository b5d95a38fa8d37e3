# What Gradus is judged beside on tables: each is imported when it is asked for, so that one that is missing stops no other.
# All learn on one thread, with their defaults but for the seed. Trees get text as categories and missing numbers as they
# are; the others one-hot text and standardised numbers, a missing one the mean. Text with too many values to tell
# anything (more than 50 and a tenth of the rows) is left out, as Gradus does; CatBoost, which is made for it, gets it.
import functools
import importlib.metadata
import logging
import warnings

import numpy as np
import pandas

warnings.filterwarnings("ignore")  # the MLP's 200 epochs often do not converge: that is part of the default

MISSING = {"", "?", "-", ".", "na", "n/a", "nan", "none", "null"}  # in any case; Gradus's list
DISTRIBUTIONS = {"linear": "scikit-learn", "MLP": "scikit-learn", "HistGB": "scikit-learn", "XGBoost": "xgboost-cpu",
                 "LightGBM": "lightgbm", "CatBoost": "catboost", "XGBoost tuned": "xgboost-cpu", "RealMLP": "pytabkit"}
OTHER_NAMES = {"xgboost-cpu": "xgboost"}
TRIALS, FOLDS, MOST_TREES, PATIENCE = 20, 3, 1000, 30  # of XGBoost tuned


def version(method):
    """The version of the package that brings the method, or None."""
    name = DISTRIBUTIONS[method]
    for distribution in (name, OTHER_NAMES.get(name, name)):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            pass
    return None


def without_missing(table):
    return table.apply(lambda column: column.where(~column.str.strip().str.lower().isin(MISSING)))


class Features:
    """The columns of a table of strings, by what the training part says of them."""

    def __init__(self, train):
        table = without_missing(train)
        filled = [name for name in table if table[name].notna().any()]
        self.numbers = [name for name in filled if pandas.to_numeric(table[name].dropna(), errors="coerce").notna().all()]
        self.text = [name for name in filled if name not in self.numbers]
        self.categories = {name: list(table[name].value_counts().index[:254]) for name in self.text
                           if table[name].nunique() <= max(50, len(train) / 10)}
        self.means = self._parts(train)[0].mean()

    def _parts(self, table):
        """The numbers, missing ones as NaN, and the text."""
        table = without_missing(table[self.numbers + self.text])
        numbers = table[self.numbers].apply(pandas.to_numeric, errors="coerce").astype(float)
        return numbers.replace([np.inf, -np.inf], np.nan), table[self.text].astype(object)

    def for_trees(self, table):
        numbers, text = self._parts(table)
        for name, values in self.categories.items():
            numbers[name] = pandas.Categorical(text[name], categories=pandas.Index(values, dtype=object))
        return numbers.set_axis([f"f{i}" for i in range(numbers.shape[1])], axis=1)

    def for_catboost(self, table):
        numbers, text = self._parts(table)
        whole = pandas.concat([numbers, text.where(text.notna(), "missing").astype(object)], axis=1)
        return whole.set_axis([f"f{i}" for i in range(whole.shape[1])], axis=1)

    def for_networks(self, table):
        """Numbers as they are, a missing one the mean of the training part; text one-hot."""
        numbers, text = self._parts(table)
        columns = [numbers.fillna(self.means).to_numpy(float)]
        for name, values in self.categories.items():
            column = text[name].where(text[name].notna(), "missing")
            columns.append(np.stack([(column == value).to_numpy(float) for value in [*values, "missing"]], axis=1))
        return np.concatenate(columns, axis=1)


def linear(data, classes, seed):
    from sklearn.linear_model import LinearRegression, LogisticRegression
    return _scaled(LogisticRegression() if classes else LinearRegression(), data)


def mlp(data, classes, seed):
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler
    # without the scaled target MLPRegressor fails altogether, which nobody would leave so
    model = MLPClassifier(random_state=seed) if classes else TransformedTargetRegressor(
        MLPRegressor(random_state=seed), transformer=StandardScaler())
    return _scaled(model, data)


def _scaled(model, data):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    features, X, y = data
    return make_pipeline(StandardScaler(), model).fit(features.for_networks(X), y).predict, features.for_networks


def hist_gb(data, classes, seed):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    features, X, y = data
    X = features.for_trees(X)
    categorical = [i for i, name in enumerate(X) if isinstance(X[name].dtype, pandas.CategoricalDtype)]

    def coded(table):
        table = features.for_trees(table)
        for i in categorical:
            codes = table.iloc[:, i].cat.codes
            table[table.columns[i]] = codes.where(codes >= 0).astype(float)
        return table.to_numpy(float)
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(random_state=seed, categorical_features=categorical or None).fit(coded(data[1]), y).predict, coded


def xgboost_default(data, classes, seed):
    import xgboost
    features, X, y = data
    kind = xgboost.XGBClassifier if classes else xgboost.XGBRegressor
    model = kind(n_jobs=1, random_state=seed, enable_categorical=True)
    return model.fit(features.for_trees(X), y).predict, features.for_trees


def trial(random):
    def log_uniform(low, high):
        return float(np.exp(random.uniform(np.log(low), np.log(high))))
    return {"max_depth": int(random.randint(2, 11)), "learning_rate": log_uniform(0.02, 0.3),
            "min_child_weight": log_uniform(1, 30), "subsample": random.uniform(0.5, 1),
            "colsample_bytree": random.uniform(0.5, 1), "reg_lambda": log_uniform(0.1, 10),
            "reg_alpha": log_uniform(1e-4, 1), "gamma": log_uniform(1e-4, 1)}


def xgboost_tuned(data, classes, seed):
    """The trial and number of trees with the lowest loss of a cross-validation on the training part; then all of it."""
    import xgboost
    from sklearn.model_selection import KFold, StratifiedKFold
    features, X, y = data
    rows = xgboost.DMatrix(features.for_trees(X), label=y, enable_categorical=True, nthread=1)
    task = {"objective": "reg:squarederror", "eval_metric": "rmse"}
    if classes == 2:
        task = {"objective": "binary:logistic", "eval_metric": "logloss"}
    elif classes:
        task = {"objective": "multi:softprob", "eval_metric": "mlogloss", "num_class": classes}
    folds = (StratifiedKFold if classes else KFold)(FOLDS, shuffle=True, random_state=seed)
    folds = list(folds.split(np.zeros(len(y)), y))
    random, best = np.random.RandomState(seed), None
    for _ in range(TRIALS):
        settings = {**task, **trial(random), "nthread": 1, "seed": seed}
        found = xgboost.cv(settings, rows, num_boost_round=MOST_TREES, folds=folds, early_stopping_rounds=PATIENCE)
        loss = found[f"test-{task['eval_metric']}-mean"].iloc[-1]
        if best is None or loss < best[0]:
            best = loss, settings, len(found)
    model = xgboost.train(best[1], rows, num_boost_round=best[2])

    def predict(table):
        answers = model.predict(xgboost.DMatrix(table, enable_categorical=True, nthread=1))
        return (answers > 0.5) * 1 if classes == 2 else answers.argmax(axis=1) if classes else answers
    return predict, features.for_trees


def lightgbm(data, classes, seed):
    import lightgbm as package
    features, X, y = data
    kind = package.LGBMClassifier if classes else package.LGBMRegressor
    model = kind(n_jobs=1, random_state=seed, verbose=-1)
    return model.fit(features.for_trees(X), y).predict, features.for_trees


def catboost(data, classes, seed):
    import catboost as package
    features, X, y = data
    X = features.for_catboost(X)
    kind = package.CatBoostClassifier if classes else package.CatBoostRegressor
    model = kind(thread_count=1, random_seed=seed, verbose=0, allow_writing_files=False,
                 cat_features=[name for name in X if X[name].dtype == object])
    model.fit(X, y)
    return lambda table: np.ravel(model.predict(table)), features.for_catboost


def real_mlp(data, classes, seed):
    import torch
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor
    torch.set_num_threads(1)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    features, X, y = data

    def filled(table):  # it refuses a missing number
        table = features.for_trees(table)
        return table.fillna(dict(zip(table, features.means)))  # the numbers stand first
    kind = RealMLP_TD_Classifier if classes else RealMLP_TD_Regressor
    model = kind(device="cpu", random_state=seed, n_threads=1, verbosity=0)
    model.fit(filled(X), y)
    return lambda table: np.ravel(model.predict(table)), filled


FITS = {"linear": linear, "MLP": mlp, "HistGB": hist_gb, "XGBoost": xgboost_default, "LightGBM": lightgbm,
        "CatBoost": catboost, "XGBoost tuned": xgboost_tuned, "RealMLP": real_mlp}


@functools.cache
def warm_up(method):
    """Once for each method: what it imports is no time to learn."""
    if method not in ("XGBoost tuned", "RealMLP"):  # slow even on nothing
        table = pandas.DataFrame({"x": [str(i) for i in range(40)]})
        FITS[method]((Features(table), table, np.arange(40.0)), 0, 0)
    elif method == "RealMLP":
        import pytabkit  # noqa: F401
