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


def cases_of_saved_models():
    y, names = np.arange(60) % 3, np.array(["no", "yes"])[(X[:, 0] > 0) * 1]
    short = dict(epochs=2, n_jobs=1)
    frame = pandas.DataFrame({"n": X[:, 0], "m": np.where(X[:, 1] > 0, np.nan, X[:, 1]), "t": np.array(["a", "b", None])[y],
                              "b": X[:, 2] > 0, "c": pandas.Categorical(y), "d": pandas.date_range("2024-01-30", periods=60)})
    yield "default", gradus.Classifier(**short), X, names
    yield "classes", gradus.Classifier(**short, ensemble=1), X, y
    yield "labels", gradus.Classifier(**short), X, (X[:, :2] > 0) * 1
    yield "bins", gradus.Classifier(**short, encode="ple", ensemble=2), X, y
    yield "double", gradus.Classifier(**short, precision="double", net="5 tanh"), X.astype(float), y
    yield "frame", gradus.Classifier(**short), frame, names
    yield "frame, double", gradus.Regressor(**short, precision="double", net="4 relu, 3 silu"), frame, X[:, 0]
    yield "values", gradus.Regressor(**short), X, X[:, 0]
    yield "two values", gradus.Regressor(**short, net="8 gelu, 6 elu 0.5, 5 hard_sigmoid, residual(5 selu), batchnorm"), X, X[:, :2]
    yield "series", gradus.Classifier(epochs=1), X.reshape(20, 2, 6), y[:20]
    yield "images", gradus.Classifier(epochs=1), (X.reshape(10, 4, 6) % 256).astype(np.uint8), y[:10]
    yield "machine", gradus.Encoder(pretrain_epochs=2), X, None
    yield "machines", gradus.Classifier(epochs=2, net="6 sigmoid, 4 sigmoid", pretrain="dbn", pretrain_epochs=1), X, names


def fed(session, X):
    """The columns of X as the inputs of a session."""
    kinds = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(string)": object}
    inputs = {}
    for slot in session.get_inputs():
        if slot.name == "features":
            features = np.asarray(X).astype(kinds[slot.type])
            inputs[slot.name] = features if len(slot.shape) == features.ndim else features.reshape(len(X), -1)
        else:
            column = X[slot.name]
            if column.dtype.kind == "M":
                column = (column - pandas.Timestamp(0)) / pandas.Timedelta(1, "s")
            if slot.type == "tensor(string)":
                column = column.astype(str).where(column.notna(), "")
            inputs[slot.name] = column.to_numpy(kinds[slot.type])[:, None]
    return inputs


@pytest.mark.parametrize("name, estimator, X, y", list(cases_of_saved_models()), ids=[case[0] for case in cases_of_saved_models()])
def test_other_programs_accept_what_is_saved(tmp_path, name, estimator, X, y):
    estimator.fit(X, y)
    estimator.save(tmp_path / "m.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "m.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx")
    said = dict(zip((slot.name for slot in session.get_outputs()), session.run(None, fed(session, X))))
    expected = {"probabilities": "predict_proba", "prediction": "predict", "code": "transform"}
    verb = next(verb for output, verb in expected.items() if output in said)
    mine = getattr(estimator, verb)(X)
    theirs = next(said[output] for output in expected if output in said)
    assert np.abs(mine - theirs.reshape(mine.shape)).max() < 1e-5 * max(1, np.abs(mine).max())
    if "label" in said:
        assert said["label"].astype(str).tolist() == estimator.predict(X).astype(str).tolist()
    again = gradus.load(tmp_path / "m.onnx")
    assert np.array_equal(getattr(again, verb)(X), mine)


def chain(tmp_path, nodes, tensors, features=4):
    """A file of these nodes from x to y."""
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", numbers, [None, features])],
                              [helper.make_tensor_value_info("y", numbers, [None, None])],
                              [onnx.numpy_helper.from_array(np.asarray(tensor, np.float32), name) for name, tensor in tensors.items()])
    onnx.save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "theirs.onnx")
    return tmp_path / "theirs.onnx"


@pytest.mark.parametrize("bend, tensors", [
    (dict(op_type="HardSigmoid"), {}),
    (dict(op_type="HardSigmoid", alpha=1 / 6), {}),
    (dict(op_type="HardSigmoid", alpha=-1.5, beta=0.25), {}),
    (dict(op_type="Clip"), {"low": 0.0, "high": 6.0}),
    (dict(op_type="Clip"), {"low": -1.0, "high": 1.0}),
])
@pytest.mark.parametrize("first", [True, False], ids=["behind a layer", "on the columns"])
def test_lines_that_are_cut_off_are_read(tmp_path, bend, tensors, first):
    make = onnx.helper.make_node
    W1, W2 = RANDOM.randn(4, 4), RANDOM.randn(4, 2)
    nodes = [make("MatMul", ["x", "W1"], ["a"])] if first else []
    nodes += [make(inputs=["a" if first else "x", *tensors], outputs=["b"], **bend), make("MatMul", ["b", "W2"], ["y"])]
    file = chain(tmp_path, nodes, {**tensors, "W2": W2, **({"W1": W1} if first else {})})
    inputs = RANDOM.randn(200, 4).astype(np.float32) * 3
    expected = onnxruntime.InferenceSession(file).run(None, {"x": inputs})[0]
    assert np.abs(gradus.load(file).predict(inputs) - expected).max() < 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("one_file", [True, False])
def test_weights_in_a_second_file_are_read_where_that_is_allowed(tmp_path, one_file):
    W, b = RANDOM.randn(4, 300).astype(np.float32), RANDOM.randn(300).astype(np.float32)
    make = onnx.helper.make_node
    file = chain(tmp_path, [make("MatMul", ["x", "W"], ["z"]), make("Add", ["z", "b"], ["y"])], {"W": W, "b": b})
    onnx.save_model(onnx.load(file), file, save_as_external_data=True, all_tensors_to_one_file=one_file,
                    location="theirs.onnx.data" if one_file else None, size_threshold=100)
    with pytest.raises(gradus.Error, match=r'"W" lies in another file, .*\(hint: allow_external reads it'):
        gradus.load(file)
    with pytest.raises(gradus.Error, match="allow_external"):
        gradus.read_onnx(file)
    inputs = RANDOM.randn(20, 4).astype(np.float32)
    expected = onnxruntime.InferenceSession(file).run(None, {"x": inputs})[0]
    assert np.abs(gradus.load(file, allow_external=True).predict(inputs) - expected).max() < 1e-5
    assert np.array_equal(gradus.read_onnx(file, allow_external=True).parameters, np.concatenate([W.ravel(), b]))


def test_a_model_without_names_is_looked_at_as_any_other(tmp_path):
    make = onnx.helper.make_node
    nodes = [make("MatMul", ["x", "W1"], ["a"]), make("Relu", ["a"], ["b"]), make("MatMul", ["b", "W2"], ["y"])]
    model = gradus.load(chain(tmp_path, nodes, {"W1": RANDOM.randn(4, 6), "W2": RANDOM.randn(6, 3)}))
    X, Y = RANDOM.randn(30, 4), RANDOM.randn(30, 3)
    page = gradus.report(model, X, Y)
    assert "</html>" in page.html and page.to_dict() == model.evaluate(X, Y)
    assert "linear regression" in str(gradus.doctor(model, X, Y))
    assert gradus.explain(model, X, Y)["W1"].shape == (6, 4)
