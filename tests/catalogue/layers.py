"""Every layer: how to make it, an input, and the pair of functions that it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    DropConnect,
    Dropout,
    Flatten,
    GroupNorm,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    RMSNorm,
    Sigmoid,
    Softplus,
    Tanh,
)
from course_lib.models import Sequential, mlp

Make = Callable[..., Layer]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


ROWS, SEQUENCES, IMAGES = (5, 4), (5, 3, 4), (3, 4, 5, 6)


@dataclass(frozen=True)
class Row:
    """``make(**more)`` makes the layer, with an op of one's own for instance.

    Parameters
    ----------
    shape : of an input
    pair : the name in `functional`; "" for a layer made of others
    settings : what the pair is called with beside input and parameters
    also : another pair of the same signature
    """

    name: str
    make: Make
    shape: tuple[int, ...]
    pair: str = ""
    settings: dict[str, Any] | None = None
    also: str = ""


def row(
    name: str, kind: Any, *args: Any, shape: Any, pair: str, also: str = "", how: Any = None,
    **settings: Any,
) -> Row:  # fmt: skip
    """A layer with ``kind(*args, **how)``; the rest is what its pair is called with."""
    return Row(name, lambda **more: kind(*args, **(how or {}), **more), shape, pair, settings, also)


DOUBLE: dict[str, Any] = {"dtype": "float64"}
NORM = {"eps": 0.02, **DOUBLE}


def drawn(kind: Any, *args: Any, seed: int = 0, **how: Any) -> Any:
    """A layer that takes a generator, a new one for each."""
    return lambda **more: kind(*args, rng=rng(seed), **how, **more)


WITHOUT_BIAS = {"b": np.zeros(4)}
LAYERS: dict[str, Row] = {
    each.name: each
    for each in (
        row("Linear", drawn(Linear, 4, 4, **DOUBLE), shape=ROWS, pair="linear"),
        row("Linear without bias", drawn(Linear, 4, 4, bias=False, **DOUBLE), shape=ROWS,
            pair="linear", **WITHOUT_BIAS),
        row("Sigmoid", Sigmoid, shape=ROWS, pair="sigmoid"),
        row("Tanh", Tanh, shape=ROWS, pair="tanh"),
        row("ReLU", ReLU, shape=ROWS, pair="relu"),
        row("LeakyReLU", LeakyReLU, 0.2, shape=ROWS, pair="leaky_relu", slope=0.2),
        row("ELU", ELU, 1.3, shape=ROWS, pair="elu", alpha=1.3),
        row("GELU", GELU, shape=ROWS, pair="gelu", also="gelu_erf"),
        row("Softplus", Softplus, shape=ROWS, pair="softplus"),
        row("BatchNorm", BatchNorm, 4, how={"momentum": 0.3, **NORM}, shape=ROWS,
            pair="batchnorm", momentum=0.3, eps=0.02),
        row("BatchNorm of images", BatchNorm, 4, how={"momentum": 0.3, **NORM}, shape=IMAGES,
            pair="spatial_batchnorm", momentum=0.3, eps=0.02),
        row("LayerNorm", LayerNorm, 4, how=NORM, shape=ROWS, pair="layernorm", eps=0.02),
        row("LayerNorm of sequences", LayerNorm, 4, how=NORM, shape=SEQUENCES, pair="layernorm",
            eps=0.02),
        row("RMSNorm", RMSNorm, 4, how=NORM, shape=ROWS, pair="rmsnorm", eps=0.02),
        row("RMSNorm of sequences", RMSNorm, 4, how=NORM, shape=SEQUENCES, pair="rmsnorm",
            eps=0.02),
        row("GroupNorm", GroupNorm, 2, 4, how=NORM, shape=IMAGES, pair="groupnorm", groups=2,
            eps=0.02),
        row("Dropout", drawn(Dropout, 0.3, seed=7), shape=ROWS, pair="dropout",
            also="vanilla_dropout", drop_prob=0.3),
        row("DropConnect", drawn(DropConnect, 4, 4, 0.3, seed=7, **DOUBLE), shape=ROWS,
            pair="dropconnect", drop_prob=0.3),
        row("DropConnect without bias", drawn(DropConnect, 4, 4, 0.3, bias=False, seed=7, **DOUBLE),
            shape=ROWS, pair="dropconnect", drop_prob=0.3, **WITHOUT_BIAS),
        row("Conv2d", drawn(Conv2d, 4, 4, 3, padding=1, **DOUBLE), shape=IMAGES, pair="conv2d",
            padding=1),
        row("Conv2d with stride", drawn(Conv2d, 4, 4, 1, stride=2, **DOUBLE), shape=IMAGES,
            pair="conv2d", stride=2),
        row("Conv2d of rectangles, without bias",
            drawn(Conv2d, 4, 4, (3, 1), (1, 2), padding=(1, 0), bias=False, **DOUBLE),
            shape=IMAGES, pair="conv2d", stride=(1, 2), padding=(1, 0), **WITHOUT_BIAS),
        row("MaxPool2d", MaxPool2d, 2, how={"stride": 1}, shape=IMAGES, pair="max_pool2d", size=2,
            stride=1),
        row("MaxPool2d of rectangles", MaxPool2d, (2, 1), (1, 1), shape=IMAGES, pair="max_pool2d",
            size=(2, 1), stride=(1, 1)),
        row("AvgPool2d", AvgPool2d, 2, how={"stride": 1}, shape=IMAGES, pair="avg_pool2d", size=2,
            stride=1),
        row("Flatten", Flatten, shape=IMAGES, pair="flatten"),
        Row("Residual", lambda **more: Residual(Linear(4, 4, rng=rng(), **DOUBLE), **more), ROWS),
        Row("Sequential", lambda: Sequential(Linear(4, 4, rng=rng(), **DOUBLE), Tanh()), ROWS),
        Row("mlp", lambda: mlp([4, 6, 4], rng=rng(), norm=lambda n: BatchNorm(n, **DOUBLE),
                               **DOUBLE), ROWS),
    )
}  # fmt: skip
WITH_PAIRS = [each for each in LAYERS.values() if each.pair]
MAKES = [each.make for each in LAYERS.values()]
MAKES_AND_SHAPES = [(each.make, each.shape) for each in LAYERS.values()]
