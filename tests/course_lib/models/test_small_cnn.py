from typing import Any

import numpy as np
import pytest

from course_lib import Op
from course_lib import functional as F
from course_lib.datasets import load_digits
from course_lib.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Tanh,
)
from course_lib.losses import softmax_cross_entropy
from course_lib.models import small_cnn
from course_lib.optimizers import SGD
from course_lib.training import evaluate, fit


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_two_blocks_and_a_linear_layer() -> None:
    model = small_cnn((1, 28, 28), 10, rng=rng())
    assert [type(layer) for layer in model.layers] == [
        *[Conv2d, ReLU, MaxPool2d] * 2,
        Flatten,
        Linear,
    ]
    model = small_cnn(
        (1, 28, 28), 10, rng=rng(), norm=BatchNorm, activation=Tanh, pooling=AvgPool2d,
        drop_prob=0.1,
    )  # fmt: skip
    assert [type(layer) for layer in model.layers] == [
        *[Conv2d, BatchNorm, Tanh, AvgPool2d] * 2,
        Flatten,
        Dropout,
        Linear,
    ]


@pytest.mark.parametrize(
    ("image_shape", "channels", "size"),
    [
        ((1, 28, 28), (8, 16), 3),
        ((3, 9, 13), (4,), 5),
        ((2, 8, 8), (2, 3, 4), 1),
        ((5, 1, 1), (), 3),
    ],
)
def test_sizes_fit_for_all_images_and_channels(
    image_shape: tuple[int, int, int], channels: tuple[int, ...], size: int
) -> None:
    model = small_cnn(image_shape, 7, rng=rng(), channels=channels, kernel_size=size)
    x = rng(1).normal(size=(2, *image_shape)).astype(np.float32)
    y, backward = model.forward(x, training=True)
    assert y.shape == (2, 7)
    assert backward(y).shape == x.shape
    shapes = [layer.W.data.shape[:2] for layer in model.layers if isinstance(layer, Conv2d)]
    assert shapes == list(zip(channels, (image_shape[0], *channels), strict=False))


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="kernel_size is 2, expected an odd number"):
        small_cnn((1, 8, 8), 10, rng=rng(), kernel_size=2)
    with pytest.raises(ValueError, match="images of 3 x 8 pixels cannot be halved 2 times"):
        small_cnn((1, 3, 8), 10, rng=rng())


def images() -> tuple[Any, ...]:
    data = load_digits()
    order = rng().permutation(len(data.x))
    x = data.x.reshape(-1, 1, 8, 8)[order]
    return x[:1000], data.t[order][:1000], x[1000:1400], data.t[order][1000:1400]


def test_it_learns_to_classify_digits() -> None:
    # Over 30 seeds the share of 400 unseen digits was 0.960 (standard deviation 0.012), never below
    # 0.935. The data and the seed are fixed.
    x, t, x_test, t_test = images()
    model = small_cnn((1, 8, 8), 10, rng=rng(), norm=BatchNorm)
    fit(
        model, x, t, loss=softmax_cross_entropy,
        optimizer=SGD(model.parameters(), lr=0.05, momentum=0.9),
        epochs=5, batch_size=50, rng=rng(1), progress=False,
    )  # fmt: skip
    _, share = evaluate(model, x_test, t_test, loss=softmax_cross_entropy)
    assert share is not None
    assert share >= 0.9


def test_functions_of_your_own_are_used_in_every_block() -> None:
    used = []

    def noted(function: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            used.append(function.__name__)
            return function(*args, **kwargs)

        return wrapped

    model = small_cnn(
        (1, 8, 8),
        10,
        rng=rng(),
        conv_op=Op(noted(F.conv2d_forward), noted(F.conv2d_backward)),
        linear_op=Op(noted(F.linear_forward), noted(F.linear_backward)),
        norm=lambda C: BatchNorm(C, op=Op(noted(F.batchnorm_forward), noted(F.batchnorm_backward))),
    )
    y, backward = model.forward(np.ones((2, 1, 8, 8), dtype=np.float32), training=True)
    backward(y)
    way = ["conv2d", "batchnorm"] * 2 + ["linear"]
    assert used == [f"{name}_forward" for name in way] + [f"{name}_backward" for name in way[::-1]]
