"""The output of every layer of a model, and the gradient of the loss with respect to it."""

from course_lib.backend import Array
from course_lib.layers.layer import Layer
from course_lib.training.deep_copy import deep_copy
from course_lib.training.evaluate import Loss
from course_lib.training.explain_divergence import layers_of


def layer_outputs(model: Layer, x: Array, *, training: bool = False) -> dict[str, Array]:
    """Output of every layer, also of layers of a model inside the model.

    Parameters
    ----------
    model : any layer; it stays as it is, except for generators that cannot be copied (CuPy's)
    x : (N, …)
    training : whether dropout drops and batch norm uses the batch

    Returns
    -------
    outputs : ``"1 Linear"``, ``"2 ReLU"``, … -> (N, …), from first to last
    """
    outputs = {}
    for i, layer in enumerate(layers_of(deep_copy(model)), start=1):
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
    names, backward_functions = [], []
    for i, layer in enumerate(layers_of(deep_copy(model)), start=1):
        x, backward = layer.forward(x, training=True)
        names.append(f"{i} {type(layer).__name__}")
        backward_functions.append(backward)
    _, dy = loss(x, t)
    gradients = []
    for backward in reversed(backward_functions):
        gradients.append(dy)
        dy = backward(dy)
    return dict(zip(names, reversed(gradients), strict=True))
