"""Look inside a model: what every layer puts out, and the gradient that comes back to it."""

import copy

from course_lib.backend import Array
from course_lib.layers.layer import Layer
from course_lib.training.divergence import flattened
from course_lib.training.evaluation import Loss


def layer_outputs(model: Layer, x: Array, *, training: bool = False) -> dict[str, Array]:
    """Output of every layer, models inside models opened.

    Parameters
    ----------
    model : any layer; it stays as it is
    x : (N, …)
    training : whether dropout drops and batch norm uses the batch

    Returns
    -------
    outputs : ``"1 Linear"``, ``"2 ReLU"``, … -> (N, …), from first to last
    """
    outputs = {}
    for i, layer in enumerate(flattened(copy.deepcopy(model)), start=1):
        x, _ = layer.forward(x, training=training)
        outputs[f"{i} {type(layer).__name__}"] = x
    return outputs


def layer_gradients(model: Layer, x: Array, t: Array, *, loss: Loss) -> dict[str, Array]:
    """Gradient of the loss with respect to the output of every layer, in training.

    Parameters
    ----------
    model : any layer; its parameters and their gradients stay as they are
    x : (N, …)
    t : (N, …)
    loss : ``value, gradient = loss(y, t)``

    Returns
    -------
    gradients : ``"1 Linear"``, ``"2 ReLU"``, … -> (N, …), as `layer_outputs`
    """
    names, ways_back = [], []
    for i, layer in enumerate(flattened(copy.deepcopy(model)), start=1):
        x, backward = layer.forward(x, training=True)
        names.append(f"{i} {type(layer).__name__}")
        ways_back.append(backward)
    _, dy = loss(x, t)
    gradients = []
    for backward in reversed(ways_back):
        gradients.append(dy)
        dy = backward(dy)
    return dict(zip(names, reversed(gradients), strict=True))
