"""Small neural networks that people can understand, trust and ship.

>>> import gradus
>>> model = gradus.Classifier().fit(X, y)              # doctest: +SKIP
>>> model.predict(X_new)                               # doctest: +SKIP
>>> model.save("model.onnx")                           # doctest: +SKIP

Everything that is computed is what the program `gradus` computes, to the last bit, and a saved model is the same
ordinary ONNX file.
"""
from ._core import Error, GradientReport, check_gradients
from ._core import version as __version__
from ._estimators import Classifier, Encoder, Regressor, load
from ._layers import Layer
from ._looks import Diagnosis, Page, Seeds, Step, doctor, explain, report, seeds
from ._networks import Network, Run, TrainingStep, read_onnx

__all__ = [
    "Classifier",
    "Diagnosis",
    "Encoder",
    "Error",
    "GradientReport",
    "Layer",
    "Network",
    "Page",
    "Regressor",
    "Run",
    "Seeds",
    "Step",
    "TrainingStep",
    "__version__",
    "check_gradients",
    "doctor",
    "explain",
    "load",
    "read_onnx",
    "report",
    "seeds",
]
