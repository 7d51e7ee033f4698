"""Losses where logarithms, roots and exponentials are at their limits, and where pieces meet."""

import math
from typing import Any

import numpy as np
import pytest

from course_lib import losses
from course_lib.functional import sigmoid_forward, softmax

both_precisions = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def points(seed: int, N: int = 6, D: int = 3) -> Any:
    return np.random.default_rng(seed).normal(size=(N, D))


@both_precisions
def test_extreme_scores_are_finite_and_pull_back(dtype: Any) -> None:
    u, t = np.array([1e30, -1e30, 1e30, -1e30, 800.0], dtype=dtype), np.array([1, 0, 0, 1, 0])
    value, du = losses.bce_with_logits(u, t)
    assert value == pytest.approx((2e30 + 800) / 5, rel=1e-6)
    np.testing.assert_allclose(du, np.array([0, 0, 1, -1, 1]) / 5, rtol=1e-6)
    u = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype=dtype)
    value, du = losses.softmax_cross_entropy(u, np.array([1, 1]))
    assert value == pytest.approx(1000.0)
    np.testing.assert_array_equal(du, np.array([[0.5, -0.5], [0.0, 0.0]]))


def test_a_probability_of_zero_is_infinite_where_it_is_asked_for_and_nothing_elsewhere() -> None:
    with np.errstate(divide="ignore"):
        log_p = np.log(np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert losses.nll_loss(log_p, np.array([0, 1]))[0] == pytest.approx(np.log(2) / 2)
    value, dlog_p = losses.nll_loss(log_p, np.array([1, 1]))
    assert value == np.inf
    np.testing.assert_array_equal(dlog_p, [[0, -0.5], [0, -0.5]])
    value, dlog_q = losses.kl_divergence(log_p, np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert value == pytest.approx(np.log(2) / 2)
    np.testing.assert_array_equal(dlog_q, [[-0.5, 0], [-0.5, 0]])
    assert losses.kl_divergence(log_p, np.array([[0.5, 0.5], [1.0, 0.0]]))[0] == np.inf


def test_scores_that_are_nan_are_left_to_the_training_loop() -> None:
    nan = np.full((2, 4), np.nan)
    assert np.isnan(losses.nll_loss(nan, np.array([0, 1]))[0])
    assert np.isnan(losses.bce_with_logits(nan, np.zeros((2, 4)))[0])


def test_at_its_least_a_loss_pulls_no_more() -> None:
    p = softmax(points(1))
    value, du = losses.softmax_cross_entropy(np.log(p), p)
    np.testing.assert_allclose(du, 0.0, atol=1e-15)
    assert losses.kl_divergence(np.log(p), p)[0] == pytest.approx(0.0, abs=1e-15)
    u = points(2)
    np.testing.assert_array_equal(losses.bce_with_logits(u, sigmoid_forward(u)[0])[1], 0.0)
    value, dy = losses.squared_error(u, u.copy())
    assert (value, np.abs(dy).max()) == (0.0, 0.0)
    value, dy = losses.mean_absolute_error(u, u.copy())
    assert value == 0.0 and np.all(np.abs(dy) <= 1 / 6)  # a subgradient


def test_beyond_the_margin_a_loss_is_silent() -> None:
    value, dscores = losses.multiclass_hinge(10.0 * np.eye(4), np.arange(4), 9.9)
    assert value == 0.0 and not dscores.any()
    a = points(0)
    value, *gradients = losses.triplet_loss(a, a + 0.01, a + 5.0, 1.0)
    assert value == 0.0 and not np.any(gradients)
    f, t = np.array([0.5, 1.5]), np.array([1, 1])
    np.testing.assert_array_equal(losses.binary_hinge(f, t)[1], [-0.5, 0])
    np.testing.assert_array_equal(losses.perceptron_loss(f, t)[1], [0, 0])


def test_a_perceptron_of_zero_weights_learns() -> None:
    # The first gradient is taken at the kink.
    np.testing.assert_array_equal(
        losses.perceptron_loss(np.zeros(2), np.array([1, -1]))[1], [-0.5, 0.5]
    )


@both_precisions
def test_a_distance_of_zero_gives_no_nan(dtype: Any) -> None:
    a = points(0).astype(dtype)
    for same in (0, 1):
        value, da, db = losses.contrastive_loss(a, a.copy(), np.full(6, same), 2.0)
        assert value == (0.0 if same else 2.0)
        assert not da.any() and not db.any()
    value, da, dp, dn = losses.triplet_loss(a, a.copy(), a.copy(), 0.5)
    assert value == 0.5
    assert np.all(np.isfinite([da, dp, dn]))
    # One of the two distances is zero: the other still pulls or pushes.
    _, da, dp, dn = losses.triplet_loss(a, a + 1, a.copy(), 0.5)
    np.testing.assert_allclose(da, -1 / 3**0.5 / 6 * np.ones((6, 3)), rtol=1e-5)
    np.testing.assert_allclose(dp, -da, rtol=1e-12)
    np.testing.assert_array_equal(dn, 0.0)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_squares_of_distances_that_overflow_spoil_no_gradient(size: float) -> None:
    a, b, c = (points(seed) for seed in range(3))
    same, margin = np.array([0, 1, 1, 0, 1, 0]), 2.0
    small = [(size * x).astype(np.float32) for x in (a, b, c)]
    with np.errstate(over="ignore"):  # the value itself is beyond single precision
        _, da, _ = losses.contrastive_loss(*small[:2], same, size * margin)
    expected = losses.contrastive_loss(a, b, same, margin)[1]
    np.testing.assert_allclose(da / np.float32(size), expected, atol=1e-6)
    value, *found = losses.triplet_loss(*small, size)
    wanted, *gradients = losses.triplet_loss(a, b, c, 1.0)
    assert value == pytest.approx(size * wanted, rel=1e-5)
    np.testing.assert_allclose(found, gradients, atol=1e-6)
    value, da, _ = losses.info_nce(small[0], small[1], 0.3)
    wanted, expected, _ = losses.info_nce(a, b, 0.3)
    assert value == pytest.approx(wanted, rel=1e-5)
    np.testing.assert_allclose(da * np.float32(size), expected, atol=1e-6)


def test_info_nce_feels_no_lengths_and_a_row_of_zeros_gives_no_nan() -> None:
    a, b, lengths = points(0), points(1), np.exp(points(2)[:, :1])
    value, da, db = losses.info_nce(a, b, 0.3)
    value2, da2, db2 = losses.info_nce(a * lengths, b, 0.3)
    assert value2 == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(da2, da / lengths, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(db2, db, rtol=1e-10, atol=1e-14)
    a[2], b[4] = 0.0, 0.0
    value, da, db = losses.info_nce(a, b, 0.3)
    assert np.isfinite(value) and np.all(np.isfinite([da, db]))
    assert not da[2].any() and not db[4].any()
    assert np.all(np.abs(da[[0, 1, 3, 4, 5]]).max(axis=1) > 0)


@pytest.mark.parametrize("gamma", [1e-6, 1e6])
def test_soft_dtw_of_large_costs_and_extreme_gamma_is_finite(gamma: float) -> None:
    value, dx = losses.soft_dtw(1e3 * points(0, 20), 1e3 * points(1, 25), gamma)
    assert math.isfinite(value) and np.all(np.isfinite(dx))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_any_integers_are_labels_and_a_label_is_a_row_with_a_one(dtype: Any) -> None:
    u, labels = points(0, 6, 4), np.random.default_rng(1).integers(0, 4, 6).astype(dtype)
    expected, du = losses.softmax_cross_entropy(u, np.eye(4)[labels])
    value, found = losses.softmax_cross_entropy(u, labels)
    assert value == expected
    np.testing.assert_array_equal(found, du)
    np.testing.assert_array_equal(losses.smooth_labels(labels, 4, 0.0), np.eye(4)[labels])
    assert losses.smooth_labels(labels[:0], 4, 0.1).shape == (0, 4)


def test_where_all_labels_are_ignored_there_is_nothing_to_learn() -> None:
    value, du = losses.softmax_cross_entropy(points(0), np.full(6, -1), ignore=-1)
    assert value == 0.0 and not du.any()


@pytest.mark.parametrize("shape", [(5,), (5, 3), (2, 3, 4)])
def test_outputs_of_any_shape_are_summed_over_all_but_the_first_axis(shape: Any) -> None:
    y, t = (np.random.default_rng(seed).normal(size=shape) for seed in (0, 1))
    value, dy = losses.squared_error(y, t)
    assert value == pytest.approx(0.5 * np.sum((y - t) ** 2) / shape[0], rel=1e-12)
    np.testing.assert_allclose(dy, (y - t) / shape[0], rtol=1e-12)
    assert losses.squared_error(y, np.ones(shape, dtype=int))[1].dtype == np.float64


def test_shapes_that_would_silently_be_stretched_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1,\) in t of shape \(5, 1\)"):
        losses.squared_error(np.ones(5), np.ones((5, 1)))
