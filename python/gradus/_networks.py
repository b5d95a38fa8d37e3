"""Networks, steps and runs on arrays: the library's verbs, for a loop of your own."""
from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

from . import _core
from ._layers import Layer


def Network(
    inputs: int,
    layers: str | Layer | Sequence[str | Layer],
    *,
    seed: int = 0,
    init: str = "auto",
    length: int = 1,
    dtype: Literal["float64", "float32"] = "float64",
) -> _core.Network64 | _core.Network32:
    """A network with its first weights.

    Parameters
    ----------
    inputs : int
        Numbers of each example; of series, channels.
    layers : str, or a list of texts and of layers of your own
        As in "64 relu, dropout 0.2, 1 sigmoid"; with a gradus.Layer, ["64", mine, "1 sigmoid"].
    seed : int
        Of NumPy's RandomState, which draws the weights.
    init : "auto", "normal", "uniform", "glorot", "he", "lecun" or "zeros"
        Their distribution.
    length : int
        Positions of a series; 1: no series.
    dtype : "float64" or "float32"
        Of all numbers.

    Examples
    --------
    >>> import numpy as np, gradus
    >>> network = gradus.Network(2, "2 tanh, 1 sigmoid", seed=2, init="normal")
    >>> network["W1"].shape
    (2, 2)
    """
    kinds: dict[str, Any] = {"float64": _core.Network64, "float32": _core.Network32}
    if dtype not in kinds:
        raise ValueError(f"dtype: {dtype!r}, expected 'float64' or 'float32'")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed: {seed}, expected a whole number from 0 to {2**32 - 1}")
    network: _core.Network64 | _core.Network32 = kinds[dtype](inputs, layers, seed=seed, init=init, length=length)
    return network


def TrainingStep(
    network: _core.Network64 | _core.Network32, batch: int, **settings: Any
) -> _core.TrainingStep64 | _core.TrainingStep32:
    """One iteration of training, verb by verb: forward, cost, backward, update.

    Parameters
    ----------
    network : Network
        It is trained in place.
    batch : int
        Examples of a batch, at most.
    **settings
        loss, optimizer, learning_rate, momentum, weight_decay, beta1, beta2, epsilon, clip_norm, mask_seed, threads.
        The loss follows from the last layer, the optimizer is adam with the rate 0.001.

    Examples
    --------
    >>> import numpy as np, gradus
    >>> X, Y = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), np.array([0., 1., 1., 0.])
    >>> network = gradus.Network(2, "2 tanh, 1 sigmoid", seed=2, init="normal")
    >>> step = gradus.TrainingStep(network, batch=4, optimizer="gd", learning_rate=0.3)
    >>> for iteration in range(1001):
    ...     A = step.forward(X)
    ...     if iteration % 500 == 0:
    ...         print(f"Cost after iteration# {iteration}: {step.cost(Y):.6f}")
    ...     step.backward(Y)
    ...     step.update()
    Cost after iteration# 0: 0.856267
    Cost after iteration# 500: 0.027002
    Cost after iteration# 1000: 0.011831
    """
    if isinstance(network, _core.Network32):
        return _core.TrainingStep32(network, batch, **settings)
    return _core.TrainingStep64(network, batch, **settings)


def Run(network: _core.Network64 | _core.Network32, X: Any, Y: Any, **settings: Any) -> _core.Run64 | _core.Run32:
    """Epochs of batches, driven by your loop: `for event in gradus.Run(network, X, Y): print(event.cost)`.

    Parameters
    ----------
    network : Network
        It is trained in place.
    X, Y : arrays, examples in rows
        Of the network's dtype they are not copied.
    **settings
        weights, validation_X, validation_Y, loss, optimizer, learning_rate, momentum, weight_decay, beta1, beta2, epsilon,
        clip_norm, schedule, batch (0: all examples), epochs, iterations, patience, seed, threads.

    Examples
    --------
    >>> import numpy as np, gradus
    >>> X, Y = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), np.array([0., 1., 1., 0.])
    >>> network = gradus.Network(2, "2 tanh, 1 sigmoid", seed=2, init="normal")
    >>> run = gradus.Run(network, X, Y, optimizer="gd", learning_rate=0.3, batch=0, iterations=1001)
    >>> [f"{event.cost:.6f}" for event in run][1000]
    '0.011831'
    """
    if isinstance(network, _core.Network32):
        return _core.Run32(network, X, Y, **settings)
    return _core.Run64(network, X, Y, **settings)


def read_onnx(
    path: str | os.PathLike[str], allow_external: bool = False, *, member: int | None = None
) -> _core.Network64 | _core.Network32:
    """The network alone of an ONNX file, gradus' or another program's: for a loop of your own. `gradus.load` gives the
    estimator, with what becomes of raw columns before the network. Where the file ends in LogSoftmax, the network gives the
    probabilities themselves.

    Parameters
    ----------
    path : path of an ONNX file
    allow_external : may another program's model keep weights in a second file? Read is only an ordinary file of a plain
        name in the model's own folder.
    member : of an ensemble, whose network, counted from 1
    """
    return _core.read_onnx(os.fspath(path), allow_external, member)
