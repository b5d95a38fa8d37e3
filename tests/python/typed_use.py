"""What a user writes has types: mypy reads this, nobody runs it."""
from __future__ import annotations

from typing import Any

import numpy as np

import gradus


class Half(gradus.Layer):
    def forward(self, p: Any) -> None:
        p.Y[:] = p.X / 2


def use(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    model: gradus.Classifier = gradus.Classifier(net="8 tanh", learning_rate=0.1, optimizer="adamw", batch="full").fit(X, y)
    gradus.Classifier(optimizer="addam")  # type: ignore[arg-type]
    gradus.Classifier(rate=1)  # type: ignore[call-arg]
    accuracy: float = model.score(X, y)
    model.save(f"{accuracy}.onnx")
    costs: np.ndarray = model.history_["cost"]
    network = gradus.Network(2, ["2 tanh", Half(), "1 sigmoid"])
    gradus.Network(2, [1])  # type: ignore[list-item]
    right: bool = gradus.check_gradients(Half(), inputs=3).passed
    print(right)
    for event in gradus.Run(network, X, y, iterations=10):
        cost: float = event.cost
        print(cost)
    return costs
