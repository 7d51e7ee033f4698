"""Every forward/backward pair of the library with inputs to try it on.

The tests of what all pairs have in common run over this table; a new operation is one more row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import Op
from course_lib import functional as F

Draw = Callable[..., Any]  # draw(n, m, …) -> standard normal numbers of that shape


@dataclass(frozen=True)
class Pair:
    """A pair whose forward takes arrays only, and its inputs for N rows and D columns."""

    name: str
    op: Op
    inputs: Callable[[Draw, int, int], Sequence[Any]]
    smallest_batch: int = 1

    def __str__(self) -> str:
        return self.name


def elementwise(name: str) -> Pair:
    op = Op(getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward"))
    return Pair(name, op, lambda draw, N, D: [3.0 * draw(N, D)])


def mlp_op() -> Op:
    """Two hidden layers, their parameters as six separate arrays."""

    def forward(x: Any, *flat: Any) -> Any:
        return F.mlp_forward(x, list(zip(flat[::2], flat[1::2], strict=True)))

    def backward(dy: Any, cache: Any) -> Any:
        dx, dparams = F.mlp_backward(dy, cache)
        return (dx, *(gradient for pair in dparams for gradient in pair))

    return Op(forward, backward)


def mlp_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    return [draw(N, D), draw(D, 4), draw(4), draw(4, 3), draw(3), draw(3, 2), draw(2)]


def batchnorm_op(*, training: bool) -> Op:
    """Batch norm with running statistics unlike the batch's, and an eps that is felt."""

    def forward(x: Any, gamma: Any, beta: Any) -> Any:
        state = {"mean": 0.3 + 0.0 * gamma, "var": 1.7 + 0.0 * gamma}
        y, cache, _ = F.batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=0.3, eps=0.02
        )
        return y, cache

    return Op(forward, F.batchnorm_backward)


def batchnorm_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    return [1.0 + 2.0 * draw(N, D), 1.0 + draw(D), draw(D)]


def dropout_op(*, training: bool) -> Op:
    """Dropout that drops the same elements in every call."""

    def forward(x: Any) -> Any:
        return F.dropout_forward(x, 0.3, np.random.default_rng(5), training=training)

    return Op(forward, F.dropout_backward)


PAIRS = [
    Pair(
        "linear",
        Op(F.linear_forward, F.linear_backward),
        lambda draw, N, D: [draw(N, D), draw(D, 3), draw(3)],
    ),
    elementwise("sigmoid"),
    elementwise("tanh"),
    elementwise("relu"),
    Pair("mlp", mlp_op(), mlp_inputs),
    Pair("batchnorm in training", batchnorm_op(training=True), batchnorm_inputs, 2),
    Pair("batchnorm in evaluation", batchnorm_op(training=False), batchnorm_inputs),
    Pair("dropout in training", dropout_op(training=True), lambda draw, N, D: [draw(N, D)]),
    Pair("dropout in evaluation", dropout_op(training=False), lambda draw, N, D: [draw(N, D)]),
]


def gradients(pair: Pair, dy: Any, cache: Any) -> tuple[Any, ...]:
    """What backward returns, always as a tuple."""
    result = pair.op.backward(dy, cache)
    return tuple(result) if isinstance(result, tuple | list) else (result,)
