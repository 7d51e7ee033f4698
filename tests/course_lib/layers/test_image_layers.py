"""What convolutions, norms and DropConnect add to their pairs as layers."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.initializers import glorot_normal
from course_lib.layers import (
    ELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    DropConnect,
    Flatten,
    GroupNorm,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Residual,
    RMSNorm,
    Sigmoid,
)
from course_lib.models import Sequential


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_conv2d_starts_as_told() -> None:
    layer = Conv2d(3, 5, 2, rng=rng(), init=glorot_normal, dtype="float64")
    np.testing.assert_array_equal(layer.W.data, glorot_normal((5, 3, 2, 2), rng()))
    np.testing.assert_array_equal(layer.b.data, np.zeros(5))
    with pytest.raises(ValueError, match=r"Conv2d: init .*expected \(C_out, C_in, kh, kw\) = \(5,"):
        Conv2d(3, 5, 2, rng=rng(), init=lambda shape, rng: rng.normal(size=shape[::-1]))


def test_conv2d_keeps_the_variance_of_images_by_default() -> None:
    # He's weights: the outputs' mean square is twice the inputs', half of which ReLU takes away.
    # 64 random filters on unit noise: their squared norms spread by sqrt(2 / 27), so the mean of
    # 64 by 0.034 relative, the noise by less; 0.25 is more than 6 of these.
    x = rng(1).normal(size=(8, 3, 12, 12))
    u = Conv2d(3, 64, 3, rng=rng(), dtype="float64")(x)
    assert np.mean(u**2) == pytest.approx(2.0, rel=0.25)


def test_batchnorm_layer_of_images_is_spatial_batch_norm() -> None:
    layer = BatchNorm(3, momentum=0.4, eps=0.02, dtype="float64")
    layer.gamma.data, layer.beta.data = rng(3).normal(size=3), rng(4).normal(size=3)
    state = {"mean": np.zeros(3), "var": np.ones(3)}
    for training in (True, True, False):
        x, dy = 2.0 + rng(1).normal(size=(4, 3, 5, 2)), rng(2).normal(size=(4, 3, 5, 2))
        y, backward = layer.forward(x, training=training)
        expected, cache, state = F.spatial_batchnorm_forward(
            x, layer.gamma.data, layer.beta.data, state, training=training, momentum=0.4, eps=0.02
        )
        np.testing.assert_array_equal(y, expected)
        dx, dgamma, _ = F.spatial_batchnorm_backward(dy, cache)
        layer.gamma.zero_grad()
        np.testing.assert_array_equal(backward(dy), dx)
        np.testing.assert_array_equal(layer.gamma.grad, dgamma)
        np.testing.assert_array_equal(layer.running_mean, state["mean"])
        np.testing.assert_array_equal(layer.running_var, state["var"])


SETTINGS: dict[str, tuple[Any, Any]] = {  # name -> a layer with settings, what it should compute
    "LeakyReLU": (LeakyReLU(0.3), lambda x: F.leaky_relu_forward(x, 0.3)),
    "ELU": (ELU(1.7), lambda x: F.elu_forward(x, 1.7)),
    "LayerNorm": (
        Sequential(Flatten(), LayerNorm(120, eps=0.5, dtype="float64")),
        lambda x: F.layernorm_forward(x.reshape(2, -1), np.ones(120), np.zeros(120), eps=0.5),
    ),
    "RMSNorm": (
        Sequential(Flatten(), RMSNorm(120, eps=0.5, dtype="float64")),
        lambda x: F.rmsnorm_forward(x.reshape(2, -1), np.ones(120), eps=0.5),
    ),
    "GroupNorm": (
        GroupNorm(2, 4, eps=0.5, dtype="float64"),
        lambda x: F.groupnorm_forward(x, np.ones(4), np.zeros(4), groups=2, eps=0.5),
    ),
    "Conv2d": (
        Conv2d(4, 2, 3, stride=2, padding=1, rng=rng(), init=glorot_normal, dtype="float64"),
        lambda x: F.conv2d_forward(
            x, glorot_normal((2, 4, 3, 3), rng()), np.zeros(2), stride=2, padding=1
        ),
    ),
    "MaxPool2d": (MaxPool2d(3, stride=2), lambda x: F.max_pool2d_forward(x, size=3, stride=2)),
    "MaxPool2d without stride": (MaxPool2d(2), lambda x: F.max_pool2d_forward(x, size=2)),
    "AvgPool2d": (AvgPool2d(3, stride=1), lambda x: F.avg_pool2d_forward(x, size=3, stride=1)),
}


@pytest.mark.parametrize(("layer", "forward"), SETTINGS.values(), ids=SETTINGS)
def test_settings_reach_the_pair(layer: Any, forward: Any) -> None:
    x = rng(1).normal(size=(2, 4, 5, 6))
    np.testing.assert_array_equal(layer(x), forward(x)[0])


def test_dropconnect_is_linear_when_training_is_over() -> None:
    layer = DropConnect(4, 3, 0.5, rng=rng(), dtype="float64")
    linear = Linear(4, 3, rng=rng(), dtype="float64")
    x = rng(1).normal(size=(5, 4))
    np.testing.assert_array_equal(layer(x), linear(x))
    first, second = (layer.forward(x, training=True)[0] for _ in range(2))
    assert not np.array_equal(first, second)


def test_a_layer_in_several_places_is_the_chain_of_one_weight() -> None:
    """S3's chain: the gradients of all uses of W add up."""
    shared = Linear(3, 3, rng=rng(), dtype="float64")
    model = Sequential(shared, Sigmoid(), shared, Sigmoid(), shared, Sigmoid())
    x, dy = rng(1).normal(size=(5, 3)), rng(2).normal(size=(5, 3))
    y, backward = model.forward(x, training=True)
    expected, cache = F.shared_chain_forward(x, shared.W.data, 3)
    dx, dW = F.shared_chain_backward(dy, cache)
    # The same operations in another order: rounding only.
    np.testing.assert_allclose(y, expected, rtol=1e-13)
    np.testing.assert_allclose(backward(dy), dx, rtol=1e-12)
    np.testing.assert_allclose(shared.W.grad, dW, rtol=1e-12)


def test_groups_must_divide_the_channels() -> None:
    for groups in (0, -1, 3):
        with pytest.raises(ValueError, match=rf"num_groups is {groups}, expected a divisor.* 4"):
            GroupNorm(groups, 4)


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        (LeakyReLU(0.2), "LeakyReLU(0.2)"),
        (ELU(), "ELU(1.0)"),
        (Sigmoid(), "Sigmoid()"),
        (LayerNorm(3), "LayerNorm(3)"),
        (RMSNorm(3), "RMSNorm(3)"),
        (Residual(Sigmoid()), "Residual(Sigmoid())"),
        (GroupNorm(2, 4), "GroupNorm(2, 4)"),
        (DropConnect(4, 3, 0.5, rng=rng()), "DropConnect(4, 3, 0.5)"),
        (Conv2d(1, 8, 3, rng=rng()), "Conv2d(1, 8, 3)"),
        (Conv2d(1, 8, 3, rng=rng(), padding=1, stride=2), "Conv2d(1, 8, 3, stride=2, padding=1)"),
        (MaxPool2d(2), "MaxPool2d(2)"),
        (AvgPool2d(3, stride=2), "AvgPool2d(3, stride=2)"),
        (AvgPool2d((1, 2)), "AvgPool2d((1, 2))"),
        (Linear(2, 3, bias=False, rng=rng()), "Linear(2, 3, bias=False)"),
        (DropConnect(2, 3, 0.5, bias=False, rng=rng()), "DropConnect(2, 3, 0.5, bias=False)"),
        (Conv2d(1, 8, (3, 1), bias=False, rng=rng()), "Conv2d(1, 8, (3, 1), bias=False)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_layers_print_as_they_are_written(layer: Any, printed: str) -> None:
    assert repr(layer) == printed
