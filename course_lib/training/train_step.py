"""One training step: forward pass, loss, backward pass, update."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from course_lib.backend import Array, in_precision_of
from course_lib.layers.layer import Layer, output_and_backward
from course_lib.optimizers.clip_by_norm import clip_by_norm
from course_lib.optimizers.group import is_weight
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter
from course_lib.training.evaluate import Loss
from course_lib.transfers import Number, number

Penalty: TypeAlias = Callable[[list[Array]], tuple[Number, list[Array]]]
"""``value, gradients = penalty(weights)``."""


def train_step(
    model: Layer,
    x: Array,
    t: Array,
    *,
    loss: Loss,
    optimizer: Optimizer,
    penalty: Penalty | None = None,
    clip_norm: float | None = None,
) -> tuple[Number, Array]:
    """Update the parameters once, from one minibatch.

    On a GPU nothing is transferred, so the program need not wait for the GPU.

    Parameters
    ----------
    model : any layer
    x, t : (N, …) inputs and targets of the minibatch
    loss, optimizer, penalty, clip_norm : as for `fit`

    Returns
    -------
    value : float, the loss before the update, without the penalty. If it is not finite, there was
        no backward pass and no update. On a GPU it is an array without axes; whether it is finite
        is not known then, and the update is done in any case.
    y : (N, …) outputs before the update
    """
    y, backward = output_and_backward(model, model.forward(x, training=True))
    loss_value, dy = _value_and_gradient(loss(y, t), y)
    value = number(loss_value)
    if isinstance(value, float) and not math.isfinite(value):
        return value, y
    optimizer.zero_grad()
    backward.without_dx(in_precision_of(y, dy))  # your own loss may return double
    del backward  # it holds the parameters' arrays, whose memory may be used for the new ones
    if penalty is not None:
        _add_gradients(penalty, [p for p in optimizer.params if is_weight(p)])
    if clip_norm is not None:
        _clip_gradients(optimizer.params, clip_norm)
    optimizer.step()
    return value, y


def _value_and_gradient(result: Any, y: Array) -> tuple[Number, Array]:
    """What a loss returned, checked."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise TypeError(
            f"train_step: loss returned a {type(result).__name__}, expected two values, the loss "
            "and its gradient: value, dy = loss(y, t)"
        )
    value, dy = result
    if getattr(dy, "shape", None) != y.shape:
        raise ValueError(
            f"train_step: loss returned a gradient of shape {getattr(dy, 'shape', ())}, expected "
            f"that of the outputs, {tuple(y.shape)}"
        )
    return value, dy


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
