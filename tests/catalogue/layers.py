"""Every layer: how to make it, an input, and the pair of functions that it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib import layers as L
from course_lib.layers import Layer
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
    also : another pair of the same signature, or that of a layer made of others
    """

    name: str
    shape: tuple[int, ...]
    make: Make
    pair: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    also: str = ""


DOUBLE: dict[str, Any] = {"dtype": "float64"}


def made(kind: Any, *args: Any, **how: Any) -> Make:
    return lambda **more: kind(*args, **how, **more)


def double(kind: Any, *args: Any, **how: Any) -> Make:
    return made(kind, *args, **DOUBLE, **how)


def drawn(kind: Any, *args: Any, **how: Any) -> Make:
    """A layer that takes a generator, a new one for each."""
    return lambda **more: kind(*args, rng=rng(7), **DOUBLE, **how, **more)


WITHOUT_BIAS = {"b": np.zeros(4)}
EPS = {"eps": 0.02}
BATCH = {"momentum": 0.3, **EPS}
SHARE = {"drop_prob": 0.3}
RECTANGLES: dict[str, Any] = {"stride": (1, 2), "padding": (1, 0)}
LAYERS: dict[str, Row] = {
    each.name: each
    for each in (
        Row("Linear", ROWS, drawn(L.Linear, 4, 4), "linear"),
        Row("Linear without bias", ROWS, drawn(L.Linear, 4, 4, bias=False), "linear", WITHOUT_BIAS),
        Row("Sigmoid", ROWS, L.Sigmoid, "sigmoid"),
        Row("Tanh", ROWS, L.Tanh, "tanh"),
        Row("ReLU", ROWS, L.ReLU, "relu"),
        Row("LeakyReLU", ROWS, made(L.LeakyReLU, 0.2), "leaky_relu", {"slope": 0.2}),
        Row("ELU", ROWS, made(L.ELU, 1.3), "elu", {"alpha": 1.3}),
        Row("GELU", ROWS, L.GELU, "gelu", also="gelu_erf"),
        Row("Softplus", ROWS, L.Softplus, "softplus"),
        Row("BatchNorm", ROWS, double(L.BatchNorm, 4, **BATCH), "batchnorm", BATCH),
        Row("BatchNorm of images", IMAGES, double(L.BatchNorm, 4, **BATCH), "spatial_batchnorm",
            BATCH),
        Row("LayerNorm", ROWS, double(L.LayerNorm, 4, **EPS), "layernorm", EPS),
        Row("LayerNorm of sequences", SEQUENCES, double(L.LayerNorm, 4, **EPS), "layernorm", EPS),
        Row("RMSNorm", ROWS, double(L.RMSNorm, 4, **EPS), "rmsnorm", EPS),
        Row("RMSNorm of sequences", SEQUENCES, double(L.RMSNorm, 4, **EPS), "rmsnorm", EPS),
        Row("GroupNorm", IMAGES, double(L.GroupNorm, 2, 4, **EPS), "groupnorm",
            {"groups": 2, **EPS}),
        Row("Dropout", ROWS, lambda **more: L.Dropout(0.3, rng=rng(7), **more), "dropout", SHARE,
            also="vanilla_dropout"),
        Row("DropConnect", ROWS, drawn(L.DropConnect, 4, 4, 0.3), "dropconnect", SHARE),
        Row("DropConnect without bias", ROWS, drawn(L.DropConnect, 4, 4, 0.3, bias=False),
            "dropconnect", {**SHARE, **WITHOUT_BIAS}),
        Row("Conv2d", IMAGES, drawn(L.Conv2d, 4, 4, 3, padding=1), "conv2d", {"padding": 1}),
        Row("Conv2d with stride", IMAGES, drawn(L.Conv2d, 4, 4, 1, stride=2), "conv2d",
            {"stride": 2}),
        Row("Conv2d of rectangles, without bias", IMAGES,
            drawn(L.Conv2d, 4, 4, (3, 1), (1, 2), (1, 0), bias=False), "conv2d",
            {**RECTANGLES, **WITHOUT_BIAS}),
        Row("MaxPool2d", IMAGES, made(L.MaxPool2d, 2, stride=1), "max_pool2d",
            {"size": 2, "stride": 1}),
        Row("MaxPool2d of rectangles", IMAGES, made(L.MaxPool2d, (2, 1), (1, 1)), "max_pool2d",
            {"size": (2, 1), "stride": (1, 1)}),
        Row("AvgPool2d", IMAGES, made(L.AvgPool2d, 2, stride=1), "avg_pool2d",
            {"size": 2, "stride": 1}),
        Row("GlobalAvgPool", IMAGES, L.GlobalAvgPool, "global_avg_pool"),
        Row("Flatten", IMAGES, L.Flatten, "flatten"),
        Row("Residual", ROWS, lambda **more: L.Residual(drawn(L.Linear, 4, 4)(), **more),
            also="residual"),
        Row("Sequential", ROWS, lambda: Sequential(drawn(L.Linear, 4, 4)(), L.Tanh())),
        Row("mlp", ROWS, lambda: mlp([4, 6, 4], rng=rng(), norm=lambda n: double(L.BatchNorm, n)(),
                                     **DOUBLE)),
    )
}  # fmt: skip
MAKES = [each.make for each in LAYERS.values()]
MAKES_AND_SHAPES = [(each.make, each.shape) for each in LAYERS.values()]
