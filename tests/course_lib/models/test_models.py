import weakref

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.gradient_check import check_layer
from course_lib.layers import BatchNorm, Dropout, Linear, ReLU, Tanh
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.op import Op
from course_lib.optimizers import SGD


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_mlp_is_affine_maps_with_relu_between_them() -> None:
    model = mlp([3, 5, 4, 2], rng=rng(), dtype="float64")
    x = rng(1).normal(size=(6, 3))
    z = x
    for layer in model.layers[:-1]:
        z = z @ layer.W.data + layer.b.data if isinstance(layer, Linear) else np.maximum(z, 0.0)
    last = model[-1]
    np.testing.assert_allclose(model(x), z @ last.W.data + last.b.data, rtol=1e-14)
    assert all(check_layer(model, x, rng()).values())


def test_mlp_puts_norm_activation_and_dropout_after_hidden_layers_only() -> None:
    model = mlp([3, 5, 4, 2], rng=rng(), activation=Tanh, norm=BatchNorm, drop_prob=0.1)
    hidden = [Linear, BatchNorm, Tanh, Dropout]
    assert [type(layer) for layer in model.layers] == [*hidden, *hidden, Linear]


def test_the_generator_decides_the_initial_weights() -> None:
    x = rng(1).normal(size=(2, 3))
    same, same2 = mlp([3, 4, 2], rng=rng(0))(x), mlp([3, 4, 2], rng=rng(0))(x)
    np.testing.assert_array_equal(same, same2)
    assert not np.array_equal(mlp([3, 4, 2], rng=rng(1))(x), same)


def test_an_empty_sequence_is_the_identity() -> None:
    x = np.ones((2, 3))
    y, backward = Sequential().forward(x, training=True)
    assert y is x
    assert backward(x) is x


def test_a_shared_layer_has_its_parameters_once() -> None:
    shared = Linear(3, 3, rng=rng())
    model = Sequential(shared, ReLU(), shared, Sequential(shared))
    assert model.parameters() == [shared.W, shared.b]


def test_mistakes_are_named() -> None:
    with pytest.raises(TypeError, match=r"item 1 is .*write ReLU\(\) instead of ReLU"):
        Sequential(Linear(2, 2, rng=rng()), ReLU)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sizes is \\[3\\]"):
        mlp([3], rng=rng())


def test_a_model_prints_as_its_layers() -> None:
    assert repr(mlp([3, 4, 2], rng=rng())) == "Sequential(Linear(3, 4), ReLU(), Linear(4, 2))"


def test_a_training_step_leaves_out_the_gradient_of_the_inputs() -> None:
    draw = rng()
    images, u = draw.normal(size=(3, 2, 8, 8)), draw.normal(size=(3, 4))
    cnn = small_cnn((2, 8, 8), 4, rng=draw, channels=(3, 2), dtype="float64")
    for model, x in (
        (cnn, images),
        (mlp([64, 5, 4], rng=draw, dtype="float64"), images[:, 0].reshape(3, -1)),
    ):
        gradients = []
        for whole in (True, False):
            _, backward = model.forward(x, training=True)
            for p in model.parameters():
                p.zero_grad()
            dx = (backward if whole else backward.without_dx)(u)
            assert (dx is not None) == whole
            gradients.append([p.grad for p in model.parameters()])
        for one, other in zip(*gradients, strict=True):
            assert one.any()
            np.testing.assert_array_equal(one, other)


def test_a_pair_of_your_own_needs_no_third_function() -> None:
    draw = rng()
    model = mlp([3, 2], rng=draw, op=Op(F.linear_forward, F.linear_backward))
    _, backward = model.forward(np.ones((4, 3), "float32"), training=True)
    backward.without_dx(np.ones((4, 2), "float32"))
    assert all(p.grad.any() for p in model.parameters())


def test_a_loop_of_ones_own_does_not_keep_the_weights_before_the_step() -> None:
    draw = rng()
    model = mlp([300, 301, 2], rng=draw)
    optimizer = SGD(model.parameters(), lr=0.1)
    y, backward = model.forward(draw.normal(size=(4, 300)).astype("float32"), training=True)
    backward.without_dx(np.ones_like(y))
    old = weakref.ref(model[0].W.data)
    optimizer.step()
    assert old() is None  # although `backward` still exists: it has let go of them


@pytest.mark.parametrize("again", ["with_dx", "without_dx"])
def test_what_the_forward_pass_kept_is_released_once(again: str) -> None:
    draw = rng()
    inner = mlp([3, 4, 4], rng=draw)
    for model in (inner, Sequential(inner, ReLU())):
        y, backward = model.forward(np.ones((2, 3), "float32"), training=True)
        dx = backward(y)
        np.testing.assert_array_equal(backward(y), dx)  # nothing was released so far
        backward.without_dx(y)
        with pytest.raises(RuntimeError, match=r"call model\.forward again"):
            getattr(backward, again)(y)
