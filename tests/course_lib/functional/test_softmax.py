from typing import Any

import numpy as np
import pytest

from course_lib.functional import log_softmax, softmax


def scores(seed: int = 0) -> np.ndarray:
    return 5.0 * np.random.default_rng(seed).normal(size=(7, 4))


def test_rows_are_probabilities_in_the_order_of_the_scores() -> None:
    u = scores()
    y = softmax(u)
    np.testing.assert_allclose(y.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(np.argsort(y, axis=1), np.argsort(u, axis=1))


def test_agrees_with_the_quotient_written_out() -> None:
    u = scores()
    y = softmax(u)
    for n in range(7):
        total = sum(float(np.exp(u[n, k])) for k in range(4))
        for k in range(4):
            assert y[n, k] == pytest.approx(float(np.exp(u[n, k])) / total, rel=1e-13)


def test_a_shift_of_a_row_changes_nothing() -> None:
    u = scores()
    shift = 100.0 * np.random.default_rng(1).normal(size=(7, 1))
    # The shift itself rounds at 1e-14 * 100.
    np.testing.assert_allclose(softmax(u + shift), softmax(u), rtol=1e-11)
    np.testing.assert_allclose(log_softmax(u + shift), log_softmax(u), rtol=1e-11, atol=1e-12)


def test_log_softmax_is_the_logarithm_where_that_can_be_taken() -> None:
    np.testing.assert_allclose(log_softmax(scores()), np.log(softmax(scores())), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_scores_stay_finite(dtype: Any) -> None:
    u = np.array([[1e30, 0.0, -1e30], [-1e30, -1e30, -1e30]], dtype=dtype)
    y, log_y = softmax(u), log_softmax(u)
    assert y.dtype == log_y.dtype == dtype
    np.testing.assert_allclose(y, np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]]), rtol=1e-6)
    assert np.all(np.isfinite(log_y))


def test_one_class_is_certain() -> None:
    np.testing.assert_array_equal(softmax(scores()[:, :1]), np.ones((7, 1)))
    np.testing.assert_array_equal(log_softmax(scores()[:, :1]), np.zeros((7, 1)))


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_pure(function: object) -> None:
    assert callable(function)
    u = scores()
    before = u.copy()
    function(u)
    np.testing.assert_array_equal(u, before)
    with pytest.raises(ValueError, match=r"expected \(N, K\)"):
        function(u[0])
