"""What holds for all layers, and what each adds to its pair of functions."""

import copy
from typing import Any

import numpy as np
import pytest

from course_lib import Op
from course_lib import functional as F
from course_lib import layers as L
from course_lib.gradient_check import check_gradient
from course_lib.initializers import glorot_normal, glorot_uniform
from course_lib.layers import Layer
from course_lib.models import Sequential, mlp, small_cnn
from tests.catalogue.layers import IMAGES, LAYERS, MAKES_AND_SHAPES, ROWS, Make, Row, rng

WITH_PAIRS = [row for row in LAYERS.values() if row.pair]
WITH_OPS = [row for row in LAYERS.values() if row.pair or row.also]
every_layer = pytest.mark.parametrize(("make", "shape"), MAKES_AND_SHAPES, ids=LAYERS)


def randomised(make: Make, seed: int = 3) -> Layer:
    """A layer with random values in all parameters: ones and zeros hide mistakes."""
    layer = make()
    draw = rng(seed)
    for p in layer.parameters():
        p.data = draw.normal(size=p.data.shape)
    return layer


@pytest.mark.parametrize(("times", "training"), [(1, False), (3, True)])
@every_layer
def test_gradients_add_up_over_all_uses_of_a_layer(
    make: Make, shape: tuple[int, ...], times: int, training: bool
) -> None:
    layer = randomised(make)
    fresh = copy.deepcopy(layer)  # same masks, same running statistics in every evaluation
    x = rng(1).normal(size=shape)

    def through(layer: Layer, x: Any) -> Any:
        backwards = []
        for _ in range(times):
            x, back = layer.forward(x, training=training)
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
def test_calling_a_layer_changes_nothing_in_it(make: Make, shape: tuple[int, ...]) -> None:
    layer = randomised(make)
    x = rng(1).normal(size=shape)
    y = layer(x)
    np.testing.assert_array_equal(layer(x), y)
    np.testing.assert_array_equal(layer.forward(x, training=False)[0], y)
    # Without the other rows each row gives the same: nothing is a statistic of the batch.
    np.testing.assert_allclose(layer(x[:1]), y[:1], rtol=1e-12)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("row", WITH_PAIRS, ids=lambda row: row.name)
def test_is_its_pair_with_its_settings(row: Row, training: bool) -> None:
    layer = randomised(row.make)
    settings = dict(row.settings)
    if "drop_prob" in settings:
        settings |= {"rng": copy.deepcopy(vars(layer)["rng"]), "training": training}
    if "momentum" in settings:
        layer.forward(rng(4).normal(size=row.shape), training=True)
        state = {key: vars(layer)[f"running_{key}"].copy() for key in ("mean", "var")}
        settings |= {"state": state, "training": training}
    x, parameters = rng(1).normal(size=row.shape), layer.parameters()
    y, backward = layer.forward(x, training=training)
    expected, cache, *state = getattr(F, f"{row.pair}_forward")(
        x, *(p.data for p in parameters), **settings
    )
    # The same operations; `fast` may do them in another order.
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-13)
    dy = rng(2).normal(size=y.shape)
    found = [backward(dy), *(p.grad for p in parameters)]
    gradients = getattr(F, f"{row.pair}_backward")(dy, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for a, b in zip(found, gradients, strict=False):  # a layer may have no bias
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12)
    for new in state:
        np.testing.assert_allclose(vars(layer)["running_mean"], new["mean"], rtol=1e-12)
        np.testing.assert_allclose(vars(layer)["running_var"], new["var"], rtol=1e-12)


@pytest.mark.parametrize("row", WITH_OPS, ids=lambda row: row.name)
def test_your_own_pair_is_used(row: Row) -> None:
    for name in filter(None, (row.pair.removeprefix("spatial_"), row.also)):
        used = []

        def yours(function: Any, used: list[str] = used) -> Any:
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                used.append(function.__name__)
                return function(*args, **kwargs)

            return wrapped

        pair = [getattr(F, f"{name}_{way}") for way in ("forward", "backward")]
        layer = row.make(op=Op(*map(yours, pair)))
        y, backward = layer.forward(rng(1).normal(size=row.shape), training=True)
        backward(y)
        assert used == [f"{name}_forward", f"{name}_backward"]


def test_layers_are_single_precision_unless_asked() -> None:
    every = Sequential(
        L.Conv2d(4, 4, 3, rng=rng()),
        L.GroupNorm(2, 4),
        L.BatchNorm(4),
        L.Flatten(),
        L.Linear(48, 4, rng=rng()),
        L.LayerNorm(4),
        L.RMSNorm(4),
        L.DropConnect(4, 3, 0.2, rng=rng()),
    )
    networks = (small_cnn((4, 5, 6), 3, rng=rng()), IMAGES), (mlp([4, 6, 3], rng=rng()), ROWS)
    for layer, shape in ((every, IMAGES), *networks):
        x = rng(1).normal(size=shape).astype(np.float32)
        y, backward = layer.forward(x, training=True)
        assert y.dtype == backward(np.ones_like(y)).dtype == np.float32
        assert {p.data.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
        assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("kind", "sizes", "init", "shape", "message"),
    [
        (L.Linear, (3, 5), glorot_uniform, (3, 5), r"init returned weights of shape \(5, 3\)"),
        (
            L.Conv2d,
            (3, 5, 2),
            glorot_normal,
            (5, 3, 2, 2),
            r"Conv2d: init .*expected \(C_out, C_in, kh, kw\) = \(5,",
        ),
    ],
)
def test_weights_start_as_told_and_biases_at_zero(
    kind: Any, sizes: Any, init: Any, shape: Any, message: str
) -> None:
    layer = kind(*sizes, rng=rng(), init=init, dtype="float64")
    np.testing.assert_array_equal(layer.W.data, init(shape, rng()))
    np.testing.assert_array_equal(layer.b.data, np.zeros(5))
    with pytest.raises(ValueError, match=message):
        kind(*sizes, rng=rng(), init=lambda shape, rng: rng.normal(size=shape[::-1]))


def test_batchnorm_shares_no_array_between_parameters_and_statistics() -> None:
    layer = L.BatchNorm(3)
    arrays = [layer.gamma.data, layer.beta.data, layer.running_mean, layer.running_var]
    for i, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


def test_linear_is_applied_to_the_last_axis() -> None:
    rng = np.random.default_rng(0)
    layer = L.Linear(3, 2, rng=rng, dtype="float64")
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


def test_conv2d_keeps_the_variance_of_images_by_default() -> None:
    # He's weights: the outputs' mean square is twice the inputs', half of which ReLU takes away.
    # 64 random filters on unit noise: their squared norms spread by sqrt(2 / 27), so the mean of
    # 64 by 0.034 relative, the noise by less; 0.25 is more than 6 of these.
    x = rng(1).normal(size=(8, 3, 12, 12))
    u = L.Conv2d(3, 64, 3, rng=rng(), dtype="float64")(x)
    assert np.mean(u**2) == pytest.approx(2.0, rel=0.25)


def test_groups_must_divide_the_channels() -> None:
    for groups in (0, -1, 3):
        with pytest.raises(ValueError, match=rf"num_groups is {groups}, expected a divisor.* 4"):
            L.GroupNorm(groups, 4)


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        (L.LeakyReLU(0.2), "LeakyReLU(0.2)"),
        (L.ELU(), "ELU(1.0)"),
        (L.Sigmoid(), "Sigmoid()"),
        (L.LayerNorm(3), "LayerNorm(3)"),
        (L.RMSNorm(3), "RMSNorm(3)"),
        (L.Residual(L.Sigmoid()), "Residual(Sigmoid())"),
        (L.GroupNorm(2, 4), "GroupNorm(2, 4)"),
        (L.DropConnect(4, 3, 0.5, rng=rng()), "DropConnect(4, 3, 0.5)"),
        (L.Conv2d(1, 8, 3, rng=rng()), "Conv2d(1, 8, 3)"),
        (L.Conv2d(1, 8, 3, rng=rng(), padding=1, stride=2), "Conv2d(1, 8, 3, stride=2, padding=1)"),
        (L.MaxPool2d(2), "MaxPool2d(2)"),
        (L.AvgPool2d(3, stride=2), "AvgPool2d(3, stride=2)"),
        (L.AvgPool2d((1, 2)), "AvgPool2d((1, 2))"),
        (L.Linear(2, 3, bias=False, rng=rng()), "Linear(2, 3, bias=False)"),
        (L.DropConnect(2, 3, 0.5, bias=False, rng=rng()), "DropConnect(2, 3, 0.5, bias=False)"),
        (L.Conv2d(1, 8, (3, 1), bias=False, rng=rng()), "Conv2d(1, 8, (3, 1), bias=False)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_layers_print_as_they_are_written(layer: Any, printed: str) -> None:
    assert repr(layer) == printed
