import numpy as np
import pytest

from course_lib.functional import log_softmax, sigmoid_forward, softmax
from course_lib.losses import bce_with_logits, kl_divergence, nll_loss, softmax_cross_entropy


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def rows(seed: int, N: int = 6, K: int = 4) -> np.ndarray:
    return softmax(2 * rng(seed).normal(size=(N, K)))


def test_nll_of_log_softmax_is_softmax_cross_entropy() -> None:
    u, labels = 3 * rng(1).normal(size=(6, 4)), rng(2).integers(0, 4, 6)
    value, dlog_p = nll_loss(log_softmax(u), labels)
    expected, du = softmax_cross_entropy(u, labels)
    assert value == pytest.approx(expected, rel=1e-12)
    # Back through log_softmax: du = dlog_p - softmax(u) * sum_k dlog_p.
    through = dlog_p - softmax(u) * dlog_p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(through, du, rtol=1e-12, atol=1e-15)


def test_nll_of_a_probability_of_zero_is_infinite_for_the_label_and_nothing_elsewhere() -> None:
    with np.errstate(divide="ignore"):
        log_p = np.log(np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert nll_loss(log_p, np.array([0, 1]))[0] == pytest.approx(np.log(2) / 2)
    assert nll_loss(log_p, np.array([1, 1]))[0] == np.inf
    np.testing.assert_array_equal(nll_loss(log_p, np.array([1, 1]))[1], [[0, -0.5], [0, -0.5]])


def test_bce_is_the_logarithms_written_out() -> None:
    u, t = 2 * rng(1).normal(size=(5, 3)), rng(2).random((5, 3))
    y = 1 / (1 + np.exp(-u))
    written_out = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / 5
    assert bce_with_logits(u, t)[0] == pytest.approx(written_out, rel=1e-12)


def test_bce_is_softmax_cross_entropy_of_two_classes_one_with_the_score_zero() -> None:
    u, t = 3 * rng(1).normal(size=8), rng(2).integers(0, 2, 8)
    value, du = bce_with_logits(u, t)
    expected, dscores = softmax_cross_entropy(np.stack([np.zeros(8), u], axis=1), t)
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(du, dscores[:, 1], rtol=1e-12)


def test_bce_does_not_care_which_answer_is_called_yes() -> None:
    u, t = 3 * rng(1).normal(size=(5, 2)), rng(2).random((5, 2))
    value, du = bce_with_logits(u, t)
    value2, du2 = bce_with_logits(-u, 1 - t)
    assert value2 == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(du2, -du, rtol=1e-12, atol=1e-15)


def test_bce_is_least_where_the_probability_is_the_target() -> None:
    u = 2 * rng(1).normal(size=(5, 2))
    _, du = bce_with_logits(u, sigmoid_forward(u)[0])
    np.testing.assert_array_equal(du, 0.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bce_of_extreme_scores_is_finite_and_pulls_back(dtype: type) -> None:
    u, t = np.array([1e30, -1e30, 1e30, -1e30, 800.0], dtype=dtype), np.array([1, 0, 0, 1, 0])
    value, du = bce_with_logits(u, t)
    assert value == pytest.approx((2e30 + 800) / 5, rel=1e-6)
    np.testing.assert_allclose(du, np.array([0, 0, 1, -1, 1]) / 5, rtol=1e-6)


def test_kl_divergence_is_zero_for_equal_rows_and_positive_otherwise() -> None:
    p = rows(1)
    assert kl_divergence(np.log(p), p)[0] == pytest.approx(0.0, abs=1e-15)
    for seed in range(2, 12):
        assert kl_divergence(np.log(rows(seed)), p)[0] > 0.01


def test_kl_divergence_is_cross_entropy_less_entropy() -> None:
    u, p = 2 * rng(1).normal(size=(6, 4)), rows(2)
    entropy = -np.sum(p * np.log(p)) / 6
    expected = softmax_cross_entropy(u, p)[0] - entropy
    assert kl_divergence(log_softmax(u), p)[0] == pytest.approx(expected, rel=1e-12)


def test_kl_divergence_of_a_label_is_its_nll() -> None:
    log_q, labels = log_softmax(rng(1).normal(size=(6, 4))), rng(2).integers(0, 4, 6)
    value, dlog_q = kl_divergence(log_q, np.eye(4)[labels])
    expected, dlog_p = nll_loss(log_q, labels)
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(dlog_q, dlog_p)


def test_kl_divergence_where_probabilities_are_zero() -> None:
    with np.errstate(divide="ignore"):
        log_q = np.log(np.array([[0.5, 0.5, 0.0]]))
    value, dlog_q = kl_divergence(log_q, np.array([[1.0, 0.0, 0.0]]))
    assert value == pytest.approx(np.log(2))
    np.testing.assert_array_equal(dlog_q, [[-1, 0, 0]])
    assert kl_divergence(log_q, np.array([[0.5, 0.0, 0.5]]))[0] == np.inf


LOG_P = np.log(np.full((2, 4), 0.25))


@pytest.mark.parametrize(
    ("log_p", "labels", "error", "message"),
    [
        (LOG_P, [0, 4], ValueError, "labels run from 0 to 4, but log_p has 4 columns"),
        (LOG_P, [-1, 2], ValueError, "labels run from -1 to 2"),
        (LOG_P, [0.0, 1.0], TypeError, "labels must be integers"),
        (LOG_P, [True, False], TypeError, "labels must be integers"),
        (LOG_P, [[0, 1], [0, 1]], ValueError, r"expected \(N,\)"),
        (np.exp(LOG_P), [0, 1], ValueError, r"up to 0.25, but logarithms.*log_softmax\(u\)"),
    ],
)
def test_impossible_arguments_of_nll_are_refused(
    log_p: np.ndarray, labels: list[object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        nll_loss(log_p, np.array(labels))


@pytest.mark.parametrize(
    ("p", "message"),
    [
        (np.full((2, 4), 0.2), "the sum of a row of p differs from 1 by 0.2"),
        (np.array([[1.5, -0.5, 0, 0], [1, 0, 0, 0]]), "p has values from -0.5 to 1.5"),
        (np.full((2, 4), np.nan), "from nan to nan"),
    ],
)
def test_impossible_targets_of_kl_are_refused(p: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kl_divergence(LOG_P, p)
    with pytest.raises(ValueError, match="log_q has values up to"):
        kl_divergence(-LOG_P, np.exp(LOG_P))


def test_targets_of_hinge_losses_are_refused() -> None:
    with pytest.raises(ValueError, match="t has values from -1 to 1; probabilities"):
        bce_with_logits(np.zeros(2), np.array([-1.0, 1.0]))


def test_scores_that_are_nan_are_left_to_the_training_loop() -> None:
    log_p = np.full((2, 4), np.nan)
    assert np.isnan(nll_loss(log_p, np.array([0, 1]))[0])
    assert np.isnan(bce_with_logits(log_p, np.zeros((2, 4)))[0])
