"""Models of scikit-learn, exported on the spot, are read as ONNX Runtime runs them; ONNX accepts what is saved here."""
import numpy as np
import pandas
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

import gradus

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
skl2onnx = pytest.importorskip("skl2onnx")
from skl2onnx.common.data_types import FloatTensorType, StringTensorType  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
RANDOM = np.random.RandomState(0)
X = RANDOM.randn(60, 4).astype(np.float32) * [1, 10, 100, 0.1] + [0, 5, -300, 2]
X = X.astype(np.float32)
SMALL = dict(hidden_layer_sizes=(5,), max_iter=20, random_state=0)


def run(exported, inputs):
    session = onnxruntime.InferenceSession(exported.SerializeToString())
    return session.run(None, inputs)


@pytest.mark.parametrize("y", [X[:, 0] > 0, np.array(["a", "b", "c"])[np.arange(60) % 3]], ids=["two", "three"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
def test_classifier_of_scikit_learn(tmp_path, activation, y):
    model = make_pipeline(StandardScaler(), MLPClassifier(activation=activation, **SMALL)).fit(X, y)
    exported = skl2onnx.to_onnx(model, X[:1], options={"zipmap": False})
    (tmp_path / "m.onnx").write_bytes(exported.SerializeToString())
    label, probabilities = run(exported, {"X": X})
    read = gradus.load(tmp_path / "m.onnx")
    assert np.abs(read.predict_proba(X) - probabilities).max() < 1e-5
    assert read.predict(X).astype(str).tolist() == np.asarray(label).astype(str).tolist()


@pytest.mark.parametrize("targets", [1, 2])
def test_regressor_of_scikit_learn(tmp_path, targets):
    model = make_pipeline(MinMaxScaler(), MLPRegressor(**SMALL)).fit(X, X[:, :targets].squeeze())
    exported = skl2onnx.to_onnx(model, X[:1])
    (tmp_path / "m.onnx").write_bytes(exported.SerializeToString())
    expected = run(exported, {"X": X})[0].reshape(60, targets)
    assert np.abs(gradus.load(tmp_path / "m.onnx").predict(X).reshape(60, targets) - expected).max() < 1e-4


def test_columns_of_a_frame(tmp_path):
    frame = pandas.DataFrame({"age": X[:, 0], "fare": X[:, 1], "sex": np.array(["m", "f"])[np.arange(60) % 2]})
    frame.loc[3, "age"] = np.nan
    columns = ColumnTransformer([("n", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "fare"]),
                                 ("c", OneHotEncoder(handle_unknown="ignore"), ["sex"])])
    model = make_pipeline(columns, MLPClassifier(**SMALL)).fit(frame, np.where(X[:, 0] > 0, "yes", "no"))
    types = [("age", FloatTensorType([None, 1])), ("fare", FloatTensorType([None, 1])), ("sex", StringTensorType([None, 1]))]
    exported = skl2onnx.to_onnx(model, initial_types=types, options={"zipmap": False})
    (tmp_path / "m.onnx").write_bytes(exported.SerializeToString())
    frame.loc[5, "sex"] = "nobody knows"
    label, probabilities = run(exported, {name: frame[[name]].to_numpy(object if name == "sex" else np.float32) for name in frame})
    read = gradus.load(tmp_path / "m.onnx")
    assert np.abs(read.predict_proba(frame) - probabilities).max() < 1e-5
    assert read.predict(frame).tolist() == label.tolist()


@pytest.mark.parametrize("estimator", [gradus.Classifier(epochs=2), gradus.Regressor(epochs=2, net="8 gelu"), gradus.Encoder(pretrain_epochs=2)])
def test_onnx_accepts_what_is_saved(tmp_path, estimator):
    estimator.fit(X, (X[:, 0] > 0).astype(int))
    estimator.save(tmp_path / "m.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "m.onnx"), full_check=True)
