"""Max pooling of images with the channels last in memory agrees with the definition."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.fast.conditions import PoolCache, side_by_side
from course_lib.fast.formulas import pooling
from course_lib.layers import MaxPool2d


def last(*shape: int, dtype: str = "float32", seed: int = 0) -> Any:
    """Few different numbers, so that windows have several largest ones, with the channels last."""
    N, C, H, W = shape
    numbers = np.random.default_rng(seed).integers(-2, 3, size=(N, H, W, C))
    return numbers.astype(dtype).transpose(0, 3, 1, 2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [2, 3, (1, 2), (3, 1), 1], ids=str)
@pytest.mark.parametrize("shape", [(3, 5, 6, 12), (1, 2, 6, 6), (2, 8, 12, 6)], ids=str)
def test_it_agrees_with_the_definition(shape: Any, size: Any, dtype: str) -> None:
    x = last(*shape, dtype=dtype)
    x[0, 0, 0, 0] = np.nan
    assert side_by_side(x, size=size)
    expected, expected_cache = F.max_pool2d_forward(x, size=size)
    before = x.copy()
    y, cache = pooling.max_pool2d_forward(x, size=size)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y, expected)
    dy = np.random.default_rng(1).normal(size=y.shape).astype(dtype)
    wanted = F.max_pool2d_backward(dy, expected_cache)
    y += 1.0  # what comes out is the caller's, and so is x
    x += 1.0
    for gradient in (dy, np.asfortranarray(dy), dy[::-1].copy()[::-1]):
        found = pooling.max_pool2d_backward(gradient, cache)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(x, before + 1.0)


def test_a_layer_takes_it_where_it_suits() -> None:
    x = last(2, 4, 6, 6)
    _, backward = MaxPool2d(2).forward(x)
    with pytest.raises(ValueError, match=r"max_pool2d_backward: H. is 3 in y"):
        backward(x)
    assert side_by_side(x, size=(2, 3), stride=(2, 3))
    assert not side_by_side(x, size=2, stride=1)
    assert not side_by_side(x, size=4)
    assert not side_by_side(x, size=0)
    assert not side_by_side(x.copy(order="C"), size=2)
    assert not side_by_side(x.astype(int), size=2)
    assert not side_by_side(x[0], size=2)
    assert not side_by_side(x[:, :1], size=2)
    assert isinstance(pooling.max_pool2d_forward(x, size=2)[1], PoolCache)


@pytest.mark.parametrize("dtype", ["float16", "float64", ">f4"])
def test_a_gradient_of_another_type_keeps_it(dtype: str) -> None:
    x = last(2, 4, 6, 6)
    y, cache = pooling.max_pool2d_forward(x, size=2)
    dy = np.random.default_rng(1).normal(size=y.shape).astype(dtype)
    wanted = F.max_pool2d_backward(dy, F.max_pool2d_forward(x, size=2)[1])
    found = pooling.max_pool2d_backward(dy, cache)
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found, wanted)
