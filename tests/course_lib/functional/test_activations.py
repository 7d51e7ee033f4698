"""Activations far out, where exponentials overflow and small values are lost; and softmax there."""

from typing import Any

import numpy as np
import pytest

from course_lib.functional import log_softmax, softmax
from tests.catalogue.activations import ACTIVATIONS, Activation

each = pytest.mark.parametrize("row", ACTIVATIONS, ids=str)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_inputs_neither_overflow_nor_lose_small_values(row: Activation, dtype: Any) -> None:
    u, z, slope = np.array(row.far).T
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, cache = row.call(u.astype(dtype), **row.given()[1])
        du = row.gradients(np.ones_like(found), cache)[0]
    rtol = 1e-13 if dtype is np.float64 else 1e-5  # exp(-80) in single precision
    np.testing.assert_allclose(found, z, rtol=rtol)
    np.testing.assert_allclose(du, slope, rtol=rtol)


@each
def test_nan_is_not_hidden(row: Activation) -> None:
    assert np.isnan(row.call(np.array([np.nan]), **row.given()[1])[0][0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_extreme_scores_stays_finite(dtype: Any) -> None:
    u = np.array([[1e30, 0.0, -1e30], [-1e30, -1e30, -1e30]], dtype=dtype)
    np.testing.assert_allclose(softmax(u), [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
    assert np.all(np.isfinite(log_softmax(u)))


def test_softmax_does_not_see_a_shift_of_a_row_nor_lose_small_logarithms() -> None:
    u = 5.0 * np.random.default_rng(0).normal(size=(7, 4))
    shift = 100.0 * np.arange(7.0)[:, None]
    # The shift itself rounds at 1e-14 * 100.
    np.testing.assert_allclose(softmax(u + shift), softmax(u), rtol=1e-10)
    np.testing.assert_allclose(log_softmax(u + shift), log_softmax(u), rtol=1e-10, atol=1e-11)
    assert log_softmax(np.array([[0.0, -900.0]]))[0, 1] == -900.0
