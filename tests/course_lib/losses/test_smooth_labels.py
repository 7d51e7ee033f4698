from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.functional import softmax
from course_lib.losses import smooth_labels, softmax_cross_entropy
from course_lib.preprocessing import one_hot


def labels(N: int = 20, K: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, K, N)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(N=st.integers(0, 6), K=st.integers(1, 6), amount=st.floats(0, 1), seed=st.integers(0, 10**6))
def test_is_its_definition_entry_by_entry(N: int, K: int, amount: float, seed: int) -> None:
    given_labels = np.random.default_rng(seed).integers(0, K, N)
    t = smooth_labels(given_labels, K, amount)
    assert t.shape == (N, K)
    assert t.dtype == np.float64
    for n in range(N):
        for k in range(K):
            right = 1.0 if k == given_labels[n] else 0.0
            expected = (1 - amount) * right + amount / K
            assert t[n, k] == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(t.sum(axis=1), 1.0, rtol=1e-14)


def test_without_smoothing_rows_are_one_hot_and_with_all_of_it_uniform() -> None:
    np.testing.assert_array_equal(smooth_labels(labels(), 5, 0.0), one_hot(labels(), 5))
    np.testing.assert_array_equal(smooth_labels(labels(), 5, 1.0), np.full((20, 5), 0.2))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_any_integers_are_labels_and_stay_as_they_are(dtype: Any) -> None:
    given_labels = labels().astype(dtype)
    t = smooth_labels(given_labels, 5, 0.1)
    np.testing.assert_array_equal(t, smooth_labels(labels(), 5, 0.1))
    np.testing.assert_array_equal(given_labels, labels())


@pytest.mark.parametrize("amount", [0.05, 0.1, 0.5])
def test_the_loss_is_smallest_at_finite_scores(amount: float) -> None:
    # The minimum is where softmax gives the targets: its scores differ by
    # log((1 - amount + amount / K) / (amount / K)) between the right class and the others.
    K = 4
    difference = np.log((1 - amount + amount / K) / (amount / K))
    t = smooth_labels(np.arange(K), K, amount)
    u = difference * np.eye(K)
    np.testing.assert_allclose(softmax(u), t, rtol=1e-12)
    value, du = softmax_cross_entropy(u, t)
    np.testing.assert_allclose(du, 0.0, atol=1e-15)
    for factor in (0.9, 1.1, 3.0):
        assert softmax_cross_entropy(factor * u, t)[0] > value
        # One-hot targets always ask for larger scores.
        larger, _ = softmax_cross_entropy((factor + 0.1) * u, np.eye(K))
        assert larger < softmax_cross_entropy(factor * u, np.eye(K))[0]


@pytest.mark.parametrize(
    ("given_labels", "n_classes", "amount", "error", "message"),
    [
        ([0, 3], 3, 0.1, ValueError, "labels run from 0 to 3, but n_classes is 3"),
        ([-1, 0], 3, 0.1, ValueError, "labels run from -1 to 0"),
        ([0.0, 1.0], 3, 0.1, TypeError, "labels must be integers"),
        ([[0], [1]], 3, 0.1, ValueError, r"expected \(N,\)"),
        ([0], 0, 0.1, ValueError, "n_classes is 0"),
        ([0], 3, -0.1, ValueError, "amount is -0.1"),
        ([0], 3, 1.1, ValueError, "amount is 1.1"),
        ([0], 3, float("nan"), ValueError, "amount is nan"),
    ],
)
def test_impossible_arguments_are_refused(
    given_labels: Any, n_classes: int, amount: float, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^smooth_labels: .*{message}"):
        smooth_labels(np.array(given_labels), n_classes, amount)
