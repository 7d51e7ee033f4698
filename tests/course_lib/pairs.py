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


def with_constant(name: str, constant: float) -> Pair:
    """An activation that takes a number after its input."""
    forward = getattr(F, f"{name}_forward")
    op = Op(lambda u: forward(u, constant), getattr(F, f"{name}_backward"))
    return Pair(name, op, lambda draw, N, D: [3.0 * draw(N, D)])


def with_settings(name: str, **settings: Any) -> Op:
    """A pair whose forward takes settings by keyword."""
    forward = getattr(F, f"{name}_forward")
    return Op(lambda *inputs: forward(*inputs, **settings), getattr(F, f"{name}_backward"))


def spatial_batchnorm_op(*, training: bool) -> Op:
    def forward(x: Any, gamma: Any, beta: Any) -> Any:
        state = {"mean": 0.3 + 0.0 * gamma, "var": 1.7 + 0.0 * gamma}
        y, cache, _ = F.spatial_batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=0.3, eps=0.02
        )
        return y, cache

    return Op(forward, F.spatial_batchnorm_backward)


def residual_op() -> Op:
    """A shortcut around a sigmoid."""
    return Op(
        lambda x: F.residual_forward(x, F.sigmoid_forward),
        lambda dy, cache: F.residual_backward(dy, cache, F.sigmoid_backward),
    )


def vanilla_dropout_op(*, training: bool) -> Op:
    def forward(x: Any) -> Any:
        return F.vanilla_dropout_forward(x, 0.3, np.random.default_rng(5), training=training)

    return Op(forward, F.vanilla_dropout_backward)


def dropconnect_op(*, training: bool) -> Op:
    """DropConnect that drops the same weights in every call."""

    def forward(x: Any, W: Any, b: Any) -> Any:
        rng = np.random.default_rng(5)
        return F.dropconnect_forward(x, W, b, 0.3, rng, training=training)

    return Op(forward, F.dropconnect_backward)


def linear_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    return [draw(N, D), draw(D, 3), draw(3)]


def norm_inputs(*positions: int) -> Callable[[Draw, int, int], list[Any]]:
    """Input (N, 2 D, …), which two groups divide, and a gamma and beta per channel."""
    return lambda draw, N, D: [
        1.0 + 2.0 * draw(N, 2 * D, *positions),
        1.0 + draw(2 * D),
        draw(2 * D),
    ]


def sequence_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    """Sequences of three steps, and a gamma and beta for each column."""
    return [1.0 + 2.0 * draw(N, 3, D), 1.0 + draw(D), draw(D)]


def image_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    """Images whose height and width differ, and leave something over with stride 2."""
    return [draw(N, D, 6, 5)]


def conv2d_inputs(draw: Draw, N: int, D: int) -> list[Any]:
    return [draw(N, D, 6, 5), draw(2, D, 3, 2), draw(2)]


PAIRS = [
    Pair(
        "linear",
        Op(F.linear_forward, F.linear_backward),
        linear_inputs,
    ),
    elementwise("sigmoid"),
    elementwise("tanh"),
    elementwise("relu"),
    elementwise("gelu"),
    elementwise("gelu_erf"),
    elementwise("softplus"),
    with_constant("leaky_relu", 0.2),
    with_constant("elu", 1.3),
    Pair("mlp", mlp_op(), mlp_inputs),
    Pair("batchnorm in training", batchnorm_op(training=True), batchnorm_inputs, 2),
    Pair("batchnorm in evaluation", batchnorm_op(training=False), batchnorm_inputs),
    Pair("dropout in training", dropout_op(training=True), lambda draw, N, D: [draw(N, D)]),
    Pair("dropout in evaluation", dropout_op(training=False), lambda draw, N, D: [draw(N, D)]),
    Pair("layernorm", with_settings("layernorm", eps=0.02), norm_inputs()),
    Pair("layernorm of sequences", with_settings("layernorm", eps=0.02), sequence_inputs),
    Pair(
        "rmsnorm",
        with_settings("rmsnorm", eps=0.02),
        lambda draw, N, D: [1.0 + 2.0 * draw(N, D), 1.0 + draw(D)],
    ),
    Pair(
        "rmsnorm of sequences",
        with_settings("rmsnorm", eps=0.02),
        lambda draw, N, D: [1.0 + 2.0 * draw(N, 3, D), 1.0 + draw(D)],
    ),
    Pair("residual", residual_op(), lambda draw, N, D: [draw(N, D)]),
    Pair("groupnorm", with_settings("groupnorm", groups=2, eps=0.02), norm_inputs()),
    Pair("groupnorm of images", with_settings("groupnorm", groups=2, eps=0.02), norm_inputs(3, 2)),
    Pair("spatial_batchnorm in training", spatial_batchnorm_op(training=True), norm_inputs(3, 2)),
    Pair(
        "spatial_batchnorm in evaluation", spatial_batchnorm_op(training=False), norm_inputs(2, 1)
    ),
    Pair(
        "vanilla_dropout in training",
        vanilla_dropout_op(training=True),
        lambda draw, N, D: [draw(N, D)],
    ),
    Pair(
        "vanilla_dropout in evaluation",
        vanilla_dropout_op(training=False),
        lambda draw, N, D: [draw(N, D)],
    ),
    Pair("dropconnect in training", dropconnect_op(training=True), linear_inputs),
    Pair("dropconnect in evaluation", dropconnect_op(training=False), linear_inputs),
    Pair(
        "shared_chain",
        Op(lambda x, W: F.shared_chain_forward(x, W, 3), F.shared_chain_backward),
        lambda draw, N, D: [draw(N, D), draw(D, D)],
    ),
    Pair("conv2d", with_settings("conv2d"), conv2d_inputs),
    Pair("conv2d padded", with_settings("conv2d", stride=2, padding=1), conv2d_inputs),
    Pair("max_pool2d", with_settings("max_pool2d", size=2), image_inputs),
    Pair("max_pool2d overlapping", with_settings("max_pool2d", size=3, stride=2), image_inputs),
    Pair("avg_pool2d", with_settings("avg_pool2d", size=2), image_inputs),
    Pair("avg_pool2d overlapping", with_settings("avg_pool2d", size=3, stride=1), image_inputs),
    Pair("flatten", Op(F.flatten_forward, F.flatten_backward), image_inputs),
]


def gradients(pair: Pair, dy: Any, cache: Any) -> tuple[Any, ...]:
    """What backward returns, always as a tuple."""
    result = pair.op.backward(dy, cache)
    return tuple(result) if isinstance(result, tuple | list) else (result,)
