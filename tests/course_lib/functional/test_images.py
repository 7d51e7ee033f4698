"""Convolution for all sizes, ties in pooling."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import functional as F
from tests.catalogue.maps import conv2d_by_loops

small = st.integers(1, 3)
strides = st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4))
sizes = st.fixed_dictionaries({"N": small, "C": small, "more": st.tuples(*[st.integers(0, 4)] * 2)})


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    how=sizes, C_out=small, kernel=st.tuples(small, small), stride=strides,
    padding=st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2)),
)  # fmt: skip
def test_conv2d_agrees_with_loops_and_its_adjoint(
    how: Any, C_out: int, kernel: Any, stride: Any, padding: Any
) -> None:
    x = normal(how["N"], how["C"], *(k + m for k, m in zip(kernel, how["more"], strict=True)))
    W, b = normal(C_out, how["C"], *kernel, seed=1), normal(C_out, seed=2)
    u, cache = F.conv2d_forward(x, W, b, stride=stride, padding=padding)
    np.testing.assert_allclose(u, conv2d_by_loops(x, W, b, stride, padding), atol=1e-12)
    du = normal(*u.shape, seed=3)
    dx, dW, db = F.conv2d_backward(du, cache)
    assert (dx.shape, dW.shape, db.shape) == (x.shape, W.shape, b.shape)
    # Without its bias the map is linear in x and in W: <du, u> is <dx, x> and <dW, W>.
    product = np.sum(du * (u - b[:, None, None]))
    np.testing.assert_allclose([np.sum(dx * x), np.sum(dW * W)], product, atol=1e-10)
    np.testing.assert_allclose(db, du.sum(axis=(0, 2, 3)), atol=1e-12)


def test_of_equal_values_the_first_takes_all() -> None:
    _, cache = F.max_pool2d_forward(np.zeros((2, 3, 6, 6)), size=3, stride=1)
    dy = normal(2, 3, 4, 4, seed=1)
    dx = F.max_pool2d_backward(dy, cache)
    np.testing.assert_array_equal(dx[:, :, :4, :4], dy)
    assert not dx[:, :, 4:].any() and not dx[:, :, :, 4:].any()


def test_the_maximum_of_negative_values_is_negative_and_nan_is_not_hidden() -> None:
    x = -1.0 - np.abs(normal(1, 1, 4, 4))
    x[0, 0, 0, 0] = np.nan
    y, _ = F.max_pool2d_forward(x, size=2)
    assert np.isnan(y[0, 0, 0, 0])
    assert np.all(y[0, 0, 1] < 0)


def test_the_cache_of_a_convolution_is_its_own() -> None:
    x, W, b = normal(2, 3, 6, 5), normal(4, 3, 3, 2), normal(4)
    u, cache = F.conv2d_forward(x, W, b)
    dW = F.conv2d_backward(u, cache)[1]
    x += 1.0  # what a user does with his images afterwards
    np.testing.assert_array_equal(F.conv2d_backward(u, cache)[1], dW)
