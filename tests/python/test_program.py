"""What Python trains, predicts and prints is what the program does, to the last bit."""
import io
import pathlib

import numpy as np
import pandas
import pytest

import gradus

SHORT = dict(net="8 tanh", epochs=5)
SHORT_WORDS = ["--net", "8 tanh", "--epochs", "5"]


def model_bytes(estimator):
    estimator.save("python.onnx")
    return pathlib.Path("python.onnx").read_bytes()


def program_bytes(program, *words):
    program("train", *words, "-o", "program.onnx")
    return pathlib.Path("program.onnx").read_bytes()


def split(frame, target):
    return frame.drop(columns=target), frame[target]


def mixed_frame():
    """Text, gaps, dates, decimal commas, units, categories and truth values."""
    random = np.random.RandomState(1)
    rows = 60
    return pandas.DataFrame({
        "when": pandas.to_datetime("2024-01-01") + pandas.to_timedelta(random.randint(0, 900, rows), unit="D"),
        "moment": pandas.to_datetime("2024-01-01") + pandas.to_timedelta(random.randint(0, 10**6, rows), unit="s"),
        "price": [f"{x:.2f}".replace(".", ",") for x in random.rand(rows) * 100],
        "load": [f"{x} kg" for x in random.randint(1, 90, rows)],
        "city": random.choice(["Zürich", "上海", "St. Gallen, CH", None], rows),
        "zone": pandas.Categorical(random.choice([3, 5, 7], rows)),
        "open": random.rand(rows) < 0.5,
        "size": np.where(random.rand(rows) < 0.1, np.nan, random.rand(rows)),
        "count": random.randint(0, 9, rows),
        "good": random.choice(["yes", "no"], rows),
    })


def test_a_frame_gives_the_model_of_its_file_and_prints_the_same_lines(program, pumps, capsys):
    words = ["pumps.csv", "--ignore", "repair_hours", "--categorical", "hall"]
    printed = program("train", *words, "-o", "program.onnx").stdout
    model = gradus.Classifier(ignore="repair_hours", categorical="hall", name="pumps.csv", verbose=True)
    model.fit(*split(pumps, "failed"))
    assert capsys.readouterr().out == printed
    assert model_bytes(model) == pathlib.Path("program.onnx").read_bytes()


def test_a_frame_of_all_kinds_of_columns_gives_the_model_of_its_file(program):
    frame = mixed_frame()
    frame.to_csv("data.csv", index=False)
    model = gradus.Classifier(**SHORT).fit(*split(frame, "good"))
    assert model_bytes(model) == program_bytes(program, "data.csv", "--categorical", "zone", *SHORT_WORDS)


def test_an_array_gives_the_model_of_its_file(program):
    random = np.random.RandomState(0)
    for X in (random.rand(50, 4), random.rand(50, 4).astype(np.float32), np.asfortranarray(random.rand(50, 4)),
              random.randint(0, 9, (50, 4)), random.rand(30, 2, 20), random.randint(0, 255, (30, 4, 5)).astype(np.uint8)):
        y = random.randint(0, 3, len(X))
        np.save("X.npy", X)
        np.save("y.npy", y)
        net = {} if X.ndim == 3 and X.dtype == float else {"net": "8 tanh"}
        words = ["--net", "8 tanh"] if net else []
        model = gradus.Classifier(epochs=5, **net).fit(X, y)
        assert model_bytes(model) == program_bytes(program, "X.npy", "--labels", "y.npy", "--epochs", "5", *words), X.shape


def test_settings_lead_to_the_same_model(program):
    frame = mixed_frame()
    frame.to_csv("data.csv", index=False)
    settings = dict(net="6 relu, dropout 0.2", optimizer="momentum", learning_rate=0.02, momentum=0.8, batch="full", epochs=4,
                    validation=0.4, patience=3, precision="double", clip_norm=0.5, schedule="cosine", scale="minmax",
                    group="city", class_weights="balanced", ignore=["when", "load"])
    words = [word for name, value in settings.items() if name != "ignore" for word in ("--" + name.replace("_", "-"), value)]
    model = gradus.Classifier(random_state=7, **settings).fit(*split(frame, "good"))
    assert model_bytes(model) == program_bytes(program, "data.csv", "--ignore", "when,load", "--categorical", "zone", "--seed",
                                               7, *words)


def test_weights_of_the_examples_are_a_column_of_weights(program):
    frame = mixed_frame()[["size", "count"]]
    weights = np.random.RandomState(3).rand(len(frame))
    frame.assign(sample_weight=weights).to_csv("data.csv", index=False)
    model = gradus.Regressor(**SHORT).fit(*split(frame, "count"), sample_weight=weights)
    assert model_bytes(model) == program_bytes(program, "data.csv", "--target", "count", "--weight", "sample_weight",
                                               *SHORT_WORDS)


def test_several_values_and_labels_are_several_targets(program):
    random = np.random.RandomState(4)
    frame = pandas.DataFrame(random.rand(40, 3), columns=["a", "b", "c"])
    for y, estimator in ((pandas.DataFrame(random.rand(40, 2), columns=["u", "v"]), gradus.Regressor),
                         (pandas.DataFrame(random.randint(0, 2, (40, 2)), columns=["u", "v"]), gradus.Classifier)):
        pandas.concat([frame, y], axis=1).to_csv("data.csv", index=False)
        model = estimator(**SHORT).fit(frame, y)
        assert model_bytes(model) == program_bytes(program, "data.csv", "--target", "u,v", *SHORT_WORDS)
        assert model.predict(frame).shape == (40, 2)


def test_an_ensemble_is_that_of_the_program_and_prints_its_lines(program, pumps, capsys):
    for settings, words in ((dict(ensemble=3), ["--ensemble", 3]), (dict(folds=3), ["--folds", 3])):
        printed = program("train", "pumps.csv", *SHORT_WORDS, *words, "-o", "program.onnx").stdout
        model = gradus.Classifier(name="pumps.csv", verbose=True, **SHORT, **settings).fit(*split(pumps, "failed"))
        assert capsys.readouterr().out == printed
        assert model_bytes(model) == pathlib.Path("program.onnx").read_bytes()
        assert model.out_of_fold_["examples"] == len(pumps)


def test_an_encoder_gives_the_hidden_units_of_the_program(program):
    X = np.random.RandomState(5).rand(40, 6)
    np.save("X.npy", X)
    model = gradus.Encoder(net="4 sigmoid", pretrain_epochs=5).fit(X)
    assert model_bytes(model) == program_bytes(program, "X.npy", "--task", "encode", "--pretrain", "rbm", "--net", "4 sigmoid",
                                               "--pretrain-epochs", 5)
    said = pandas.read_csv(io.StringIO(program("predict", "program.onnx", "X.npy").stdout))
    assert list(model.get_feature_names_out()) == list(said.columns) == ["h1", "h2", "h3", "h4"]
    assert np.array_equal(model.transform(X).astype(np.float32), said.to_numpy(np.float32))


def test_predictions_are_those_of_the_program(program, pumps):
    model = gradus.Classifier(ignore="repair_hours", **SHORT).fit(*split(pumps, "failed"))
    model.save("pumps.onnx")
    new = pandas.read_csv("new_pumps.csv")
    said = pandas.read_csv(io.StringIO(program("predict", "pumps.onnx", "new_pumps.csv", "--probabilities").stdout))
    assert list(model.predict(new)) == list(said["prediction"])
    assert np.array_equal(model.predict_proba(new).astype(np.float32), said[["no", "yes"]].to_numpy(np.float32))


def test_a_file_of_the_program_is_loaded_and_saved_as_it_is(program, pumps):
    before = program_bytes(program, "pumps.csv", "--ignore", "repair_hours", "--learning-rate", "0.01", *SHORT_WORDS)
    model = gradus.load("program.onnx")
    assert isinstance(model, gradus.Classifier)
    assert model_bytes(model) == before
    assert (model.learning_rate, model.net, model.epochs) == (0.01, "8 tanh", 5)
    assert list(model.classes_) == ["no", "yes"]
    assert model.score(*split(pumps, "failed")) == pytest.approx(model.training_["accuracy"], abs=0)


@pytest.mark.parametrize(("settings", "words"), [
    (dict(learning_rate=-1), ["--learning-rate", "-1"]),
    (dict(optimizer="addam"), ["--optimizer", "addam"]),
    (dict(net="64 relo"), ["--net", "64 relo"]),
    (dict(ignore="maaker"), ["--ignore", "maaker"]),
    (dict(momentum=0.5), ["--momentum", "0.5"]),
])
def test_an_error_is_the_sentence_of_the_program(program, pumps, settings, words):
    sentence = program("train", "pumps.csv", *words, status=2 if "ignore" not in settings else 3).stderr
    with pytest.raises(gradus.Error) as error:
        gradus.Classifier(name="pumps.csv", **settings).fit(*split(pumps, "failed"))
    assert isinstance(error.value, ValueError)
    said = sentence.removeprefix("error: ").strip()
    for name in ("learning_rate", "optimizer", "net", "momentum"):
        said = said.replace("--" + name.replace("_", "-") + " ", name + " = ").replace("--" + name.replace("_", "-"), name)
    assert str(error.value) == said
