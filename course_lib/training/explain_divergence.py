"""Why a loss is not finite: the first layer whose output has nan or inf, and the likely cause."""

from course_lib.backend import array_namespace
from course_lib.layers.layer import Layer
from course_lib.models.sequential import Sequential
from course_lib.training.deep_copy import deep_copy
from course_lib.training.samples import Data, arrays_of, fitted_to, rows


def explain_divergence(model: Layer, x: Data, t: Data, lr: float) -> str:
    """One or two sentences on the first value that is not finite and its likely cause.

    Parameters
    ----------
    model : the model as it was when the loss was computed; a copy of it is run once more
    x, t : the minibatch, or the data set if the minibatch is not known
    lr : learning rate in use
    """
    try:
        return _explanation(model, x, t, lr)
    except Exception as problem:  # it must not take the place of the error that it explains
        return (
            "Where it began is not known: running a copy of the model once more failed with "
            f"{type(problem).__name__}: {problem}"
        )


def _explanation(model: Layer, x: Data, t: Data, lr: float) -> str:
    if not is_finite(x):
        return "The inputs contain nan or inf; clean or standardise the data."
    if not is_finite(t):
        return "The targets contain nan or inf; clean the data."
    x = fitted_to(model.parameters())(rows(x, 0, 1000))  # enough to see where it begins
    slower = (
        f"Likely cause: the learning rate {lr:g} is too high; try {lr / 10:g}. If no rate helps, a "
        "gradient may have the wrong sign, so that every step increases the loss: check it with "
        "course_lib.gradient_check."
    )
    layers = layers_of(deep_copy(model))  # a forward pass changes running statistics
    for i, layer in enumerate(layers, start=1):
        place = f"layer {i} of {len(layers)}, {layer!r}"
        if not all(is_finite(p.data) for p in layer.parameters()):
            return (
                f"The first output that is not finite is that of {place}, because its parameters "
                f"are not finite since the last update. {slower}"
            )
        z = x
        x, _ = layer.forward(z, training=True)
        if not is_finite(x):
            return (
                f"The first output that is not finite is that of {place}, although its inputs "
                f"(at most {largest(z):.1e} in size) and its parameters are finite. {slower} "
                "If it happens in the first steps, the inputs or the initial weights are too large."
            )
    return (
        f"All outputs are finite (at most {largest(x):.1e} in size), the loss is not: it overflows "
        f"or takes the logarithm of 0. {slower} For classification use a loss that takes scores "
        "(logits), such as softmax_cross_entropy."
    )


def layers_of(model: Layer) -> list[Layer]:
    """The layers of a model in order; a model inside a model is replaced by its layers."""
    if isinstance(model, Sequential):
        return [inner for layer in model.layers for inner in layers_of(layer)]
    return [model]


def is_finite(x: Data) -> bool:
    """Whether arrays hold no nan and no inf."""
    for a in arrays_of(x):
        xp = array_namespace(a)
        if xp.isdtype(a.dtype, "real floating") and not bool(xp.all(xp.isfinite(a))):
            return False
    return True


def largest(x: Data) -> float:
    """Largest absolute value."""
    return max(float(array_namespace(a).max(array_namespace(a).abs(a))) for a in arrays_of(x))
