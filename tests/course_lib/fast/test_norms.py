"""Norms some rows at a time agree with the definitions."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.fast.conditions import TOGETHER
from course_lib.fast.formulas import norms
from course_lib.fast.table import faster
from course_lib.layers import BatchNorm, LayerNorm

ROUNDING = {"float32": 2e-5, "float64": 1e-12}
SHAPES = [
    (2, 1),
    (3, 1),
    (1000, 300),
    (5000, 16),
    (4999, 16),
    (65, norms.BLOCK // 64),
    (3, 2 * norms.BLOCK),
]


def normal(*shape: int, dtype: str, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def assert_close(found: Any, expected: Any) -> None:
    assert found.dtype == expected.dtype and found.shape == expected.shape
    scale = max(1.0, float(np.max(np.abs(expected))))
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING[str(found.dtype)] * scale)


@pytest.mark.parametrize("dtype", ROUNDING)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_they_agree_with_the_definitions(shape: tuple[int, int], dtype: str) -> None:
    x, dy = 1.0 + normal(*shape, dtype=dtype), normal(*shape, dtype=dtype, seed=1)
    gamma, beta, mean = (normal(shape[1], dtype=dtype, seed=k) for k in (2, 3, 4))
    before = [a.copy() for a in (x, dy, gamma, beta, mean)]
    how: Any = {"training": True, "momentum": 0.3, "eps": 0.02}
    state = {"mean": mean, "var": mean**2}
    y, cache, new = norms.batchnorm_forward(x, gamma, beta, state, **how)
    expected, expected_cache, expected_new = F.batchnorm_forward(x, gamma, beta, state, **how)
    assert_close(y, expected)
    for name in new:
        assert_close(new[name], expected_new[name])
    wanted = F.batchnorm_backward(dy, expected_cache)
    for found, gradient in zip(norms.batchnorm_backward(dy, cache), wanted, strict=True):
        assert_close(found, gradient)
    _, cache = F.layernorm_forward(x, gamma, beta, eps=0.02)
    wanted = F.layernorm_backward(dy, cache)
    for found, gradient in zip(norms.layernorm_backward(dy, cache), wanted, strict=True):
        assert_close(found, gradient)
    for a, same in zip((x, dy, gamma, beta, mean), before, strict=True):
        np.testing.assert_array_equal(a, same)


@pytest.mark.parametrize("make", [BatchNorm, LayerNorm])
def test_layers_use_them_for_large_arrays_of_any_layout(make: Any) -> None:
    D = 50
    x = normal(TOGETHER // D + 1, D, dtype="float32")
    backward = getattr(F, f"{make.__name__.lower()}_backward")
    layer = make(D)
    columns, of_rows = np.ones(D, "float32"), np.ones((len(x), 1), "float32")
    extra = [columns, True] if make is BatchNorm else [of_rows]
    assert faster(backward, x, (x, columns, *extra)).__module__ == norms.__name__
    few = [columns, True] if make is BatchNorm else [of_rows[:-1]]
    assert faster(backward, x[:-1], (x[:-1], columns, *few)) is None
    results = []
    for order in "CF":
        y, backward = layer.forward(np.asarray(x, order=order), training=True)
        results.append((y, backward(np.asarray(x, order=order))))
    for found, expected in zip(*results, strict=True):
        assert_close(found, expected)


def test_large_sequences_are_normalised_by_the_definition() -> None:
    D = 50
    x = normal(2 * (TOGETHER // D), D, dtype="float32")
    sequences, layer = x.reshape(2, -1, D), LayerNorm(D)
    y, backward = layer.forward(sequences)
    expected, backward_of_rows = layer.forward(x)
    assert_close(y.reshape(x.shape), expected)
    assert_close(backward(sequences).reshape(x.shape), backward_of_rows(x))
