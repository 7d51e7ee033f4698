from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.functional import conv2d_backward, conv2d_forward, linear_backward, linear_forward


def data(
    N: int = 2, C_in: int = 3, H: int = 6, W: int = 5, C_out: int = 4, kh: int = 3, kw: int = 2
) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, C_in, H, W))
    return x, rng.normal(size=(C_out, C_in, kh, kw)), rng.normal(size=C_out)


def by_loops(x: Any, W: Any, b: Any, stride: tuple[int, int], padding: tuple[int, int]) -> Any:
    """The definition: every output is a sum over one window."""
    rows, columns = padding
    down, right = stride
    x = np.pad(x, ((0, 0), (0, 0), (rows, rows), (columns, columns)))
    N, _, height, width = x.shape
    C_out, _, kh, kw = W.shape
    u = np.empty((N, C_out, (height - kh) // down + 1, (width - kw) // right + 1))
    for n, o, r, s in np.ndindex(*u.shape):
        window = x[n, :, r * down : r * down + kh, s * right : s * right + kw]
        u[n, o, r, s] = np.sum(window * W[o]) + b[o]
    return u


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    sizes=st.tuples(*[st.integers(1, 3)] * 3),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    more=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
def test_agrees_with_loops_and_its_adjoint_for_all_sizes(
    sizes: Any, kernel: Any, more: Any, stride: Any, padding: Any
) -> None:
    N, C_in, C_out = sizes
    (kh, kw), (H, W) = kernel, (kernel[0] + more[0], kernel[1] + more[1])
    x, weights, b = data(N, C_in, H, W, C_out, kh, kw)
    u, cache = conv2d_forward(x, weights, b, stride=stride, padding=padding)
    np.testing.assert_allclose(u, by_loops(x, weights, b, stride, padding), atol=1e-12)
    du = np.random.default_rng(1).normal(size=u.shape)
    dx, dW, db = conv2d_backward(du, cache)
    assert (dx.shape, dW.shape, db.shape) == (x.shape, weights.shape, b.shape)
    # Without its bias the map is linear in x and in W: <du, u> is <dx, x> and <dW, W>.
    product = np.sum(du * (u - b[:, None, None]))
    np.testing.assert_allclose([np.sum(dx * x), np.sum(dW * weights)], product, atol=1e-10)
    np.testing.assert_allclose(db, du.sum(axis=(0, 2, 3)), atol=1e-12)


def test_one_number_stands_for_both_directions() -> None:
    x, W, b = data()
    np.testing.assert_array_equal(
        conv2d_forward(x, W, b, stride=2, padding=1)[0],
        conv2d_forward(x, W, b, stride=(2, 2), padding=(1, 1))[0],
    )


def test_filters_of_one_pixel_are_a_linear_layer_at_every_position() -> None:
    x, W, b = data(kh=1, kw=1)
    rows = x.transpose(0, 2, 3, 1).reshape(-1, 3)
    u, cache = conv2d_forward(x, W, b)
    expected, linear_cache = linear_forward(rows, W[:, :, 0, 0].T, b)
    np.testing.assert_allclose(u.transpose(0, 2, 3, 1).reshape(-1, 4), expected, rtol=1e-12)
    du = np.random.default_rng(1).normal(size=u.shape)
    _, dW, _ = conv2d_backward(du, cache)
    _, dW2, _ = linear_backward(du.transpose(0, 2, 3, 1).reshape(-1, 4), linear_cache)
    np.testing.assert_allclose(dW[:, :, 0, 0].T, dW2, rtol=1e-11)


def test_filters_as_large_as_the_images_are_a_linear_layer() -> None:
    x, W, b = data(kh=6, kw=5)
    u, _ = conv2d_forward(x, W, b)
    expected, _ = linear_forward(x.reshape(2, -1), W.reshape(4, -1).T, b)
    np.testing.assert_allclose(u[:, :, 0, 0], expected, rtol=1e-12)


def test_moving_the_image_moves_the_output() -> None:
    x, W, b = data(H=9, W=9)
    shifted = np.roll(x, (1, 2), axis=(2, 3))
    u, moved = conv2d_forward(x, W, b)[0], conv2d_forward(shifted, W, b)[0]
    np.testing.assert_allclose(moved[:, :, 1:, 2:], u[:, :, :-1, :-2], rtol=1e-12)


def test_the_filter_is_not_turned_around() -> None:
    x = np.zeros((1, 1, 1, 5))
    x[0, 0, 0, 2] = 1.0
    u, _ = conv2d_forward(x, np.array([[[[1.0, 2.0]]]]), np.zeros(1))
    np.testing.assert_array_equal(u[0, 0, 0], [0.0, 2.0, 1.0, 0.0])


def test_a_stride_takes_every_second_output_and_what_is_left_over_gets_no_gradient() -> None:
    x, W, b = data(H=6, W=5)
    whole, _ = conv2d_forward(x, W, b)
    u, cache = conv2d_forward(x, W, b, stride=2)
    np.testing.assert_allclose(u, whole[:, :, ::2, ::2], rtol=1e-12)
    dx, _, _ = conv2d_backward(np.ones_like(u), cache)
    assert np.all(dx[:, :, 5, :] == 0)  # windows of 3 begin in rows 0 and 2
    assert np.all(dx[:, :, :5, :4] != 0)
    assert np.all(dx[:, :, :, 4] == 0)  # windows of 2 begin in columns 0 and 2


def test_half_the_size_as_padding_keeps_the_size() -> None:
    for size in (1, 3, 5):
        x, W, b = data(kh=size, kw=size)
        assert conv2d_forward(x, W, b, padding=size // 2)[0].shape == (2, 4, 6, 5)


def test_the_cache_is_its_own() -> None:
    x, W, b = data()
    u, cache = conv2d_forward(x, W, b)
    dW = conv2d_backward(u, cache)[1]
    x += 1.0  # what a user does with his images afterwards
    np.testing.assert_array_equal(conv2d_backward(u, cache)[1], dW)


def test_no_images_give_no_gradient() -> None:
    x, W, b = data(N=0)
    u, cache = conv2d_forward(x, W, b)
    assert u.shape == (0, 4, 4, 4)
    dx, dW, db = conv2d_backward(u, cache)
    assert dx.shape == x.shape
    assert np.all(dW == 0)
    assert np.all(db == 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stride": 0}, "stride is 0 x 0 and the window 3 x 2, expected 1 or more"),
        ({"padding": -1}, "padding is -1 x -1, expected 0 or more"),
        ({"W": np.ones((4, 3, 7, 2))}, "the window is 7 x 2, but the images.* only 6 x 5"),
        ({"W": np.ones((4, 3, 0, 2))}, "the window 0 x 2, expected 1 or more"),
        ({"W": np.ones((4, 2, 3, 2))}, "C_in is 3 in x"),
        ({"W": np.ones((5, 3, 3, 2))}, "C_out is 5 in W"),
        ({"x": np.ones((6, 5))}, r"x has shape \(6, 5\), expected \(N, C, H, W\)"),
    ],
)
def test_impossible_arguments_are_refused(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = dict(zip(("x", "W", "b"), data(), strict=True))
    with pytest.raises(ValueError, match=message):
        conv2d_forward(**{**arguments, **changes})


def test_integer_images_are_refused_with_what_to_do() -> None:
    x, W, b = data()
    for dtype in (np.uint8, np.int64, bool):
        with pytest.raises(TypeError, match=r"make images floating point .* / 255"):
            conv2d_forward(x.astype(dtype), W, b)
