"""One training step: forward pass, loss, backward pass, update."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from course_lib.backend import Array, in_precision_of
from course_lib.layers.layer import Layer, buffers_restored_after_failure, output_and_backward
from course_lib.optimizers.clip_by_norm import clip_by_norm
from course_lib.optimizers.group import is_weight
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter
from course_lib.training.evaluate import Loss, given
from course_lib.training.samples import Data, arrays_of, fitted_to
from course_lib.transfers import Number, number

Penalty: TypeAlias = Callable[[list[Array]], tuple[Number, list[Array]]]
"""``value, gradients = penalty(weights)``."""


def train_step(
    model: Layer,
    x: Data,
    t: Data,
    *,
    loss: Loss,
    optimizer: Optimizer,
    penalty: Penalty | None = None,
    clip_norm: float | None = None,
    sample_weight: Array | None = None,
) -> tuple[Number, Data]:
    """Update the parameters once, from one minibatch.

    On a GPU nothing is transferred but a minibatch that is not there yet, so the program need not
    wait for the GPU.

    Parameters
    ----------
    model : any layer
    x, t : (N, …) inputs and targets of the minibatch, one array or a tuple of several
    loss, optimizer, penalty, clip_norm : as for `fit`
    sample_weight : (N,) weights of the samples, for the loss

    Returns
    -------
    value : float, the loss before the update, without the penalty. If it is not finite, nothing has
        changed, neither parameters nor running statistics. On a GPU it is an array without axes;
        whether it is finite is not known then, and the update is done in any case.
    y : (N, …) outputs before the update
    """
    params = getattr(optimizer, "params", ())
    x, t, weight = map(fitted_to(params), (x, t, sample_weight))
    with buffers_restored_after_failure() as restore:
        y, backward = output_and_backward(model, model.forward(x, training=True))
        loss_value, dy = _value_and_gradient(loss(y, t, **given(weight)), y)
        value = number(loss_value)
        if isinstance(value, float) and not math.isfinite(value):
            restore()
            return value, y
        optimizer.zero_grad()
        backward.without_dx(dy)
        del backward  # it holds the parameters' arrays, whose memory may be used for the new ones
        if penalty is not None:
            _add_gradients(penalty, [p for p in params if is_weight(p)])
        if clip_norm is not None:
            _clip_gradients(params, clip_norm)
    optimizer.step()
    return value, y


def _value_and_gradient(result: Any, y: Data) -> tuple[Number, Data]:
    """What a loss returned, checked; the gradient in the precision of the outputs."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise TypeError(
            f"train_step: loss returned a {type(result).__name__}, expected two values, the loss "
            "and its gradient: value, dy = loss(y, t)"
        )
    value, dy = result
    # Floats, which have no shape, are refused, too. A loss of your own may return double.
    found, expected = ([getattr(a, "shape", ()) for a in arrays_of(one)] for one in (dy, y))
    if found != expected:
        raise ValueError(
            f"train_step: loss returned a gradient of shape {', '.join(map(str, found))}, expected "
            f"that of the outputs, {', '.join(map(str, expected))}"
        )
    several = isinstance(y, tuple)
    return value, tuple(map(in_precision_of, y, dy)) if several else in_precision_of(y, dy)


def _add_gradients(penalty: Penalty, weights: Sequence[Parameter]) -> None:
    _, gradients = penalty([p.data for p in weights])
    if len(gradients) != len(weights):
        raise ValueError(
            f"train_step: penalty returned {len(gradients)} gradients for {len(weights)} weight "
            "arrays"
        )
    for p, gradient in zip(weights, gradients, strict=True):
        p.add_grad(gradient)


def _clip_gradients(params: Sequence[Parameter], max_norm: float) -> None:
    gradients, _ = clip_by_norm([p.grad for p in params], max_norm)
    for p, gradient in zip(params, gradients, strict=True):
        p.grad = gradient
