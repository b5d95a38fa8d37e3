"""A layer of your own, in Python."""
from __future__ import annotations

from typing import Any


class Layer:
    """A layer of your own: a function, and its derivative in two halves.

    Each half receives a `p` with NumPy arrays in the memory of the step, examples in rows; it writes results to them
    (`p.Y[:] = ...`) and keeps none of them. Letters as in the tutorial: `p.X` enters, `p.Y` leaves, `p.dY` is the derivative of
    each example's own loss, `p.W` a parameter called W and `p.dW` its gradient, the mean over the examples;
    `p.training` is False when it predicts. What enters of a series is examples x channels x length.

    Examples
    --------
    >>> import numpy as np, gradus
    >>> class Sine(gradus.Layer):
    ...     "Y = a sin(X), with one learned amplitude a for each feature"
    ...     def plan(self, inputs):
    ...         return inputs, {"a": (1, inputs, 1.0)}
    ...     def forward(self, p):
    ...         p.Y[:] = p.a * np.sin(p.X)
    ...     def backward_input(self, p):
    ...         p.dX[:] = p.dY * p.a * np.cos(p.X)
    ...     def backward_parameters(self, p):
    ...         p.da[:] = (p.dY * np.sin(p.X)).mean(axis=0)
    >>> gradus.check_gradients(Sine(), inputs=5)
    20 derivatives, all agree with central differences
    >>> X, Y = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), np.array([0., 1., 1., 0.])
    >>> network = gradus.Network(2, ["2", Sine(), "1 sigmoid"], seed=2, init="normal")
    >>> step = gradus.TrainingStep(network, batch=4, optimizer="gd", learning_rate=0.3)
    >>> for iteration in range(1001):
    ...     A = step.forward(X)
    ...     step.backward(Y)
    ...     step.update()
    >>> (A[:, 0] >= 0.5).tolist()
    [False, True, True, False]
    """

    def plan(self, inputs: Any) -> Any:
        """What it is for inputs of this size, of a series (channels, length).

        Returns
        -------
        outputs, or (outputs, parameters)
            How many outputs, of a series (channels, length), and {name: (rows, columns)} of matrices that are drawn at
            random, as a dense layer's W of outputs x inputs, or {name: (rows, columns, first value)}, as its b. By
            default as many outputs as inputs, and no parameters.
        """
        return inputs

    def forward(self, p: Any) -> None:
        """Writes p.Y, from p.X and the parameters."""
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def backward_input(self, p: Any) -> None:
        """Writes p.dX, from p.dY, p.X, p.Y and the parameters."""
        raise NotImplementedError(f"{type(self).__name__} has no backward_input()")

    def backward_parameters(self, p: Any) -> None:
        """Writes the gradient of each parameter, the mean over the examples; called only where there are parameters."""
        raise NotImplementedError(f"{type(self).__name__} has no backward_parameters()")
