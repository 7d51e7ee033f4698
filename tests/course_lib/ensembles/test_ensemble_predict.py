from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.ensembles import ensemble_predict
from course_lib.functional import softmax


def members(M: int = 4, N: int = 5, C: int = 3, seed: int = 0) -> np.ndarray:
    """Probabilities of M models that do not agree at all."""
    u = 3.0 * np.random.default_rng(seed).normal(size=(M * N, C))
    return np.asarray(softmax(u)).reshape(M, N, C)


def cross_entropy(p: Any, labels: Any) -> float:
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


@given(M=st.integers(1, 6), N=st.integers(1, 5), C=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_its_cross_entropy_is_no_worse_than_the_mean_of_its_members(
    M: int, N: int, C: int, seed: int
) -> None:
    probabilities = members(M, N, C, seed)
    labels = np.random.default_rng(seed + 1).integers(0, C, N)
    alone = [cross_entropy(p, labels) for p in probabilities]
    together = cross_entropy(ensemble_predict(probabilities), labels)
    assert together <= np.mean(alone) + 1e-12  # rounding
    if M > 1 and C > 1:
        assert together < np.mean(alone)  # they disagree, and -log is strictly convex


def test_is_the_mean_over_models_and_again_probabilities() -> None:
    probabilities = members()
    p = ensemble_predict(probabilities)
    assert p.shape == (5, 3)
    for n in range(5):
        for c in range(3):
            expected = sum(probabilities[m, n, c] for m in range(4)) / 4
            assert p[n, c] == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-14)


def test_the_order_of_the_members_and_copies_of_all_change_nothing() -> None:
    probabilities = members()
    p = ensemble_predict(probabilities)
    np.testing.assert_allclose(ensemble_predict(probabilities[::-1]), p, rtol=1e-14)
    np.testing.assert_allclose(ensemble_predict(np.repeat(probabilities, 3, 0)), p, rtol=1e-14)


def test_precision_and_purity() -> None:
    probabilities = members()
    before = probabilities.copy()
    ensemble_predict(probabilities)
    np.testing.assert_array_equal(probabilities, before)
    assert ensemble_predict(probabilities.astype(np.float32)).dtype == np.float32
    alone = ensemble_predict(probabilities[:1])
    np.testing.assert_array_equal(alone, probabilities[0])
    assert not np.shares_memory(alone, probabilities)


@pytest.mark.parametrize(
    ("probabilities", "error", "message"),
    [
        (members()[0], ValueError, r"expected \(M, N, C\)"),
        (members()[:0], ValueError, "no model"),
        (4.0 * members(), ValueError, "apply softmax"),
        (members() - 0.5, ValueError, "apply softmax"),
        (np.full((2, 2, 2), np.nan), ValueError, "nan"),
        (np.ones((2, 2, 2), dtype=int), TypeError, "labels cannot be averaged"),
    ],
)
def test_other_numbers_than_probabilities_are_refused(
    probabilities: Any, error: Any, message: str
) -> None:
    with pytest.raises(error, match=message):
        ensemble_predict(probabilities)
