"""Both kinds of pooling."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import functional as F

both = pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])


def images(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape)


def pair(name: str) -> tuple[Any, Any]:
    return getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")


@both
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    N=st.integers(1, 3),
    C=st.integers(1, 3),
    size=st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    more=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    stride=st.none() | st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_agrees_with_loops_both_ways(
    name: str, N: int, C: int, size: Any, more: tuple[int, int], stride: Any
) -> None:
    forward, backward = pair(name)
    kh, kw = (size, size) if isinstance(size, int) else size
    x = images(N, C, kh + more[0], kw + more[1])
    y, cache = forward(x, size=size, stride=stride)
    dy = np.random.default_rng(1).normal(size=y.shape)
    step = stride or size
    down, right = (step, step) if isinstance(step, int) else step
    assert y.shape == (N, C, more[0] // down + 1, more[1] // right + 1)
    dx = np.zeros_like(x)
    for n, c, r, s in np.ndindex(*y.shape):
        here = np.s_[n, c, r * down : r * down + kh, s * right : s * right + kw]
        if name == "max_pool2d":
            assert y[n, c, r, s] == x[here].max()
            dx[here] += dy[n, c, r, s] * (x[here] == x[here].max())
        else:
            assert y[n, c, r, s] == pytest.approx(x[here].mean(), abs=1e-12)
            dx[here] += dy[n, c, r, s] / (kh * kw)
    np.testing.assert_allclose(backward(dy, cache), dx, atol=1e-12)


@both
def test_windows_of_one_pixel_do_nothing(name: str) -> None:
    x = images(2, 3, 4, 5)
    y, cache = pair(name)[0](x, size=1)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(pair(name)[1](x, cache), x)


@both
def test_the_gradient_is_shared_out_whole(name: str) -> None:
    forward, backward = pair(name)
    y, cache = forward(images(2, 3, 7, 7), size=3, stride=2)
    dy = np.random.default_rng(1).normal(size=y.shape)
    dx = backward(dy, cache)
    np.testing.assert_allclose(dx.sum(axis=(2, 3)), dy.sum(axis=(2, 3)), rtol=1e-11)


def test_of_equal_values_the_first_takes_all() -> None:
    y, cache = F.max_pool2d_forward(np.zeros((1, 1, 2, 4)), size=2)
    dx = F.max_pool2d_backward(np.array([[[[3.0, 5.0]]]]), cache)
    np.testing.assert_array_equal(y, np.zeros((1, 1, 1, 2)))
    np.testing.assert_array_equal(dx, [[[[3.0, 0.0, 5.0, 0.0], [0.0, 0.0, 0.0, 0.0]]]])


def test_the_maximum_does_not_see_small_shifts_within_a_window() -> None:
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 0, 0] = 1.0
    y, _ = F.max_pool2d_forward(x, size=2)
    moved, _ = F.max_pool2d_forward(np.roll(x, (1, 1), axis=(2, 3)), size=2)
    np.testing.assert_array_equal(moved, y)


def test_the_maximum_of_negative_values_is_negative_and_nan_is_not_hidden() -> None:
    x = -1.0 - np.abs(images(1, 1, 4, 4))
    x[0, 0, 0, 0] = np.nan
    y, _ = F.max_pool2d_forward(x, size=2)
    assert np.isnan(y[0, 0, 0, 0])
    assert np.all(y[0, 0, 1] < 0)


@both
def test_no_images_give_none(name: str) -> None:
    y, cache = pair(name)[0](images(0, 3, 4, 4), size=2)
    assert y.shape == (0, 3, 2, 2)
    assert pair(name)[1](y, cache).shape == (0, 3, 4, 4)


@both
def test_impossible_arguments_are_refused(name: str) -> None:
    forward, _ = pair(name)
    x = images(2, 3, 4, 5)
    with pytest.raises(ValueError, match=f"{name}_forward: the window is 5 x 5, but the images"):
        forward(x, size=5)
    for sizes in ({"size": 0}, {"size": 2, "stride": 0}, {"size": 2, "stride": -1}):
        with pytest.raises(ValueError, match="expected 1 or more"):
            forward(x, **sizes)
    with pytest.raises(ValueError, match=r"expected \(N, C, H, W\)"):
        forward(x[0], size=2)
    with pytest.raises(TypeError, match="make images floating point"):
        forward(x.astype(np.uint8), size=2)
