"""What a user writes has types: mypy reads this, nobody runs it."""
from __future__ import annotations

import numpy as np

import gradus


def use(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    model: gradus.Classifier = gradus.Classifier(net="8 tanh", learning_rate=0.1, optimizer="adamw", batch="full").fit(X, y)
    gradus.Classifier(optimizer="addam")  # type: ignore[arg-type]
    gradus.Classifier(rate=1)  # type: ignore[call-arg]
    accuracy: float = model.score(X, y)
    model.save(f"{accuracy}.onnx")
    costs: np.ndarray = model.history_["cost"]
    network = gradus.Network(2, "2 tanh, 1 sigmoid")
    for event in gradus.Run(network, X, y, iterations=10):
        cost: float = event.cost
        print(cost)
    return costs
