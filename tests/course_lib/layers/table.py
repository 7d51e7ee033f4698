"""Every layer, how to make it, and the shape of an input; a new layer is one more row."""

from collections.abc import Callable

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

Make = Callable[[], Layer]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


ROWS, SEQUENCES, IMAGES = (5, 4), (5, 3, 4), (3, 4, 5, 6)

LAYERS: dict[str, tuple[Make, tuple[int, ...]]] = {  # name -> how to make it, shape of an input
    "Linear": (lambda: Linear(4, 4, rng=rng(), dtype="float64"), ROWS),
    "Linear without bias": (lambda: Linear(4, 4, bias=False, rng=rng(), dtype="float64"), ROWS),
    "Sigmoid": (Sigmoid, ROWS),
    "Tanh": (Tanh, ROWS),
    "ReLU": (ReLU, ROWS),
    "LeakyReLU": (lambda: LeakyReLU(0.2), ROWS),
    "ELU": (lambda: ELU(1.3), ROWS),
    "GELU": (GELU, ROWS),
    "Softplus": (Softplus, ROWS),
    "BatchNorm": (lambda: BatchNorm(4, eps=0.02, dtype="float64"), ROWS),
    "BatchNorm of images": (lambda: BatchNorm(4, eps=0.02, dtype="float64"), IMAGES),
    "LayerNorm": (lambda: LayerNorm(4, eps=0.02, dtype="float64"), ROWS),
    "LayerNorm of sequences": (lambda: LayerNorm(4, eps=0.02, dtype="float64"), SEQUENCES),
    "RMSNorm": (lambda: RMSNorm(4, eps=0.02, dtype="float64"), ROWS),
    "RMSNorm of sequences": (lambda: RMSNorm(4, eps=0.02, dtype="float64"), SEQUENCES),
    "Residual": (lambda: Residual(Linear(4, 4, rng=rng(), dtype="float64")), ROWS),
    "GroupNorm": (lambda: GroupNorm(2, 4, eps=0.02, dtype="float64"), IMAGES),
    "Dropout": (lambda: Dropout(0.3, rng=rng(7)), ROWS),
    "DropConnect": (lambda: DropConnect(4, 4, 0.3, rng=rng(7), dtype="float64"), ROWS),
    "DropConnect without bias": (
        lambda: DropConnect(4, 4, 0.3, bias=False, rng=rng(7), dtype="float64"),
        ROWS,
    ),
    "Conv2d": (lambda: Conv2d(4, 4, 3, padding=1, rng=rng(), dtype="float64"), IMAGES),
    "Conv2d with stride": (lambda: Conv2d(4, 4, 1, stride=2, rng=rng(), dtype="float64"), IMAGES),
    "Conv2d of rectangles, without bias": (
        lambda: Conv2d(
            4, 4, (3, 1), (1, 2), padding=(1, 0), bias=False, rng=rng(), dtype="float64"
        ),
        IMAGES,
    ),
    "MaxPool2d": (lambda: MaxPool2d(2, stride=1), IMAGES),
    "MaxPool2d of rectangles": (lambda: MaxPool2d((2, 1), (1, 1)), IMAGES),
    "AvgPool2d": (lambda: AvgPool2d(2, stride=1), IMAGES),
    "Flatten": (Flatten, IMAGES),
    "Sequential": (lambda: Sequential(Linear(4, 4, rng=rng(), dtype="float64"), Tanh()), ROWS),
    "mlp": (
        lambda: mlp(
            [4, 6, 4], rng=rng(), norm=lambda n: BatchNorm(n, dtype="float64"), dtype="float64"
        ),
        ROWS,
    ),
}
