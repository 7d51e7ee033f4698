"""What holds for all layers, and what each adds to its pair of functions."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib import Op
from course_lib import functional as F
from course_lib.backend import cast
from course_lib.gradient_check import check_gradient
from course_lib.initializers import glorot_uniform
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
from course_lib.models import mlp, small_cnn
from tests.course_lib.layers.table import IMAGES, LAYERS, ROWS, Make, rng

every_layer = pytest.mark.parametrize(("make", "shape"), LAYERS.values(), ids=LAYERS)


def randomised(make: Make, seed: int = 3) -> Layer:
    """A layer with random values in all parameters: ones and zeros hide mistakes."""
    layer = make()
    draw = rng(seed)
    for p in layer.parameters():
        p.data = draw.normal(size=p.data.shape)
    return layer


@pytest.mark.parametrize("training", [True, False])
@every_layer
def test_gradients_of_input_and_parameters(
    make: Make, shape: tuple[int, ...], training: bool
) -> None:
    layer = randomised(make)
    x = rng(1).normal(size=shape)
    dy = rng(2).normal(size=layer(x).shape)
    fresh = copy.deepcopy(layer)  # same masks, same running statistics in every evaluation

    def loss_of(x: Any) -> float:
        return float(np.sum(dy * copy.deepcopy(fresh).forward(x, training=training)[0]))

    _, backward = layer.forward(x, training=training)
    check = check_gradient(loss_of, x, backward(dy), rng())
    assert check, str(check)
    for p, q in zip(layer.parameters(), fresh.parameters(), strict=True):

        def loss_of_parameter(w: Any, q: Any = q) -> float:
            q.data, kept = w, q.data
            value = loss_of(x)
            q.data = kept
            return value

        check = check_gradient(loss_of_parameter, p.data, p.grad, rng())
        assert check, f"{p}: {check}"


@every_layer
def test_a_layer_used_three_times_in_one_pass_adds_up_its_gradients(
    make: Make, shape: tuple[int, ...]
) -> None:
    layer = randomised(make)
    fresh = copy.deepcopy(layer)
    x = rng(1).normal(size=shape)

    def through(layer: Layer, x: Any) -> Any:
        backwards = []
        for _ in range(3):
            x, back = layer.forward(x, training=True)
            backwards.append(back)
        return x, backwards

    y, backwards = through(layer, x)
    dx = dy = rng(2).normal(size=y.shape)
    for back in reversed(backwards):
        dx = back(dx)

    def loss_of(x: Any) -> float:
        return float(np.sum(dy * through(copy.deepcopy(fresh), x)[0]))

    check = check_gradient(loss_of, x, dx, rng())
    assert check, str(check)
    for p, q in zip(layer.parameters(), fresh.parameters(), strict=True):

        def loss_of_parameter(w: Any, q: Any = q) -> float:
            q.data, kept = w, q.data
            value = loss_of(x)
            q.data = kept
            return value

        check = check_gradient(loss_of_parameter, p.data, p.grad, rng())
        assert check, f"{p}: {check}"


@every_layer
def test_backward_adds_and_forward_does_not_touch_gradients(
    make: Make, shape: tuple[int, ...]
) -> None:
    layer = randomised(make)
    y, backward = layer.forward(rng(1).normal(size=shape), training=True)
    dy = rng(2).normal(size=y.shape)
    assert all(np.all(p.grad == 0) for p in layer.parameters())
    backward(dy)
    once = [p.grad.copy() for p in layer.parameters()]
    backward(dy)
    for p, grad in zip(layer.parameters(), once, strict=True):
        np.testing.assert_allclose(p.grad, 2 * grad, rtol=1e-14)


@every_layer
def test_calling_a_layer_changes_nothing_in_it(make: Make, shape: tuple[int, ...]) -> None:
    layer = randomised(make)
    x = rng(1).normal(size=shape)
    y = layer(x)
    np.testing.assert_array_equal(layer(x), y)
    np.testing.assert_array_equal(layer.forward(x, training=False)[0], y)
    # Without the other rows each row gives the same: nothing is a statistic of the batch.
    np.testing.assert_allclose(layer(x[:1]), y[:1], rtol=1e-12)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (
            lambda: mlp([4, 6, 3], rng=rng(), norm=BatchNorm, drop_prob=0.2, activation=Sigmoid),
            ROWS,
        ),
        (lambda: mlp([4, 6, 3], rng=rng(), norm=LayerNorm, activation=GELU), ROWS),
        (lambda: DropConnect(4, 3, 0.2, rng=rng()), ROWS),
        (lambda: small_cnn((4, 5, 6), 3, rng=rng(), norm=BatchNorm, activation=ELU), IMAGES),
        (
            lambda: small_cnn(
                (4, 5, 6),
                3,
                rng=rng(),
                norm=lambda C: GroupNorm(4, C),
                pooling=AvgPool2d,
                activation=LeakyReLU,
            ),
            IMAGES,
        ),
    ],
)
def test_layers_are_single_precision_unless_asked(model: Make, shape: tuple[int, ...]) -> None:
    layer = model()
    x = rng(1).normal(size=shape).astype(np.float32)
    y, backward = layer.forward(x, training=True)
    assert y.dtype == backward(np.ones_like(y)).dtype == np.float32
    assert {p.data.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


OPS: dict[str, tuple[Callable[[Op], Layer], str, tuple[int, ...]]] = {
    "Linear": (lambda op: Linear(4, 4, rng=rng(), op=op), "linear", ROWS),
    "Sigmoid": (lambda op: Sigmoid(op=op), "sigmoid", ROWS),
    "Tanh": (lambda op: Tanh(op=op), "tanh", ROWS),
    "ReLU": (lambda op: ReLU(op=op), "relu", ROWS),
    "LeakyReLU": (lambda op: LeakyReLU(op=op), "leaky_relu", ROWS),
    "ELU": (lambda op: ELU(op=op), "elu", ROWS),
    "GELU": (lambda op: GELU(op=op), "gelu", ROWS),
    "GELU, exact": (lambda op: GELU(op=op), "gelu_erf", ROWS),
    "Softplus": (lambda op: Softplus(op=op), "softplus", ROWS),
    "BatchNorm": (lambda op: BatchNorm(4, op=op), "batchnorm", ROWS),
    "BatchNorm of images": (lambda op: BatchNorm(4, op=op), "batchnorm", IMAGES),
    "LayerNorm": (lambda op: LayerNorm(4, op=op), "layernorm", ROWS),
    "RMSNorm": (lambda op: RMSNorm(4, op=op), "rmsnorm", ROWS),
    "Residual": (lambda op: Residual(ReLU(), op=op), "residual", ROWS),
    "GroupNorm": (lambda op: GroupNorm(2, 4, op=op), "groupnorm", IMAGES),
    "Dropout": (lambda op: Dropout(0.3, rng=rng(), op=op), "dropout", ROWS),
    "Dropout, vanilla": (lambda op: Dropout(0.3, rng=rng(), op=op), "vanilla_dropout", ROWS),
    "DropConnect": (lambda op: DropConnect(4, 4, 0.3, rng=rng(), op=op), "dropconnect", ROWS),
    "Conv2d": (lambda op: Conv2d(4, 2, 3, rng=rng(), op=op), "conv2d", IMAGES),
    "MaxPool2d": (lambda op: MaxPool2d(2, op=op), "max_pool2d", IMAGES),
    "AvgPool2d": (lambda op: AvgPool2d(2, op=op), "avg_pool2d", IMAGES),
    "Flatten": (lambda op: Flatten(op=op), "flatten", IMAGES),
}


@pytest.mark.parametrize(("make", "name", "shape"), OPS.values(), ids=OPS)
def test_your_own_pair_is_used(
    make: Callable[[Op], Layer], name: str, shape: tuple[int, ...]
) -> None:
    used = []

    def yours(function: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            used.append(function.__name__)
            return function(*args, **kwargs)

        return wrapped

    pair = [getattr(F, f"{name}_{way}") for way in ("forward", "backward")]
    layer = make(Op(*map(yours, pair)))
    y, backward = layer.forward(np.ones(shape, dtype=np.float32), training=True)
    backward(y)
    assert used == [f"{name}_forward", f"{name}_backward"]


def test_linear_starts_as_told() -> None:
    layer = Linear(3, 5, rng=rng(), init=glorot_uniform, dtype="float64")
    np.testing.assert_array_equal(layer.W.data, glorot_uniform((3, 5), rng()))
    np.testing.assert_array_equal(layer.b.data, np.zeros(5))
    with pytest.raises(ValueError, match=r"init returned weights of shape \(5, 3\)"):
        Linear(3, 5, rng=rng(), init=lambda shape, rng: rng.normal(size=shape[::-1]))


def test_batchnorm_moves_its_statistics_in_training_only() -> None:
    layer = BatchNorm(3, momentum=0.5)
    x = cast(2.0 + rng(1).normal(size=(50, 3)), "float32")
    layer(x)
    np.testing.assert_array_equal(layer.running_mean, 0.0)
    layer.forward(x, training=True)
    np.testing.assert_allclose(layer.running_mean, x.mean(axis=0) / 2, rtol=1e-5)
    assert layer.running_mean.dtype == np.float32


def test_batchnorm_shares_no_array_between_parameters_and_statistics() -> None:
    layer = BatchNorm(3)
    arrays = [layer.gamma.data, layer.beta.data, layer.running_mean, layer.running_var]
    for i, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


def test_to_cpu_keeps_everything() -> None:
    model = mlp([4, 6, 3], rng=rng(), norm=BatchNorm)
    x = np.ones((2, 4), dtype=np.float32)
    y = model(x)
    assert model.to("cpu") is model
    np.testing.assert_array_equal(model(x), y)


def test_linear_is_applied_to_the_last_axis() -> None:
    rng = np.random.default_rng(0)
    layer = Linear(3, 2, rng=rng, dtype="float64")
    x, du = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 5, 2))
    u, backward = layer.forward(x)
    assert np.allclose(u, x @ layer.W.data + layer.b.data)
    dx = backward(du)
    assert np.allclose(dx, du @ layer.W.data.T) and dx.shape == x.shape
    assert np.allclose(layer.W.grad, np.einsum("ntd,nte->de", x, du))
    assert np.allclose(layer.b.grad, du.sum(axis=(0, 1)))
    with pytest.raises(ValueError, match=r"du has shape \(20, 2\), expected \(4, 5, 2\)"):
        layer.forward(x)[1](du.reshape(20, 2))
    with pytest.raises(ValueError, match="linear_forward"):
        layer(rng.normal(size=(4, 3, 5)))
