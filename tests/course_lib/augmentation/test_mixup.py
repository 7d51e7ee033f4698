"""Mixup: which samples are mixed, and how strongly.

Of n draws, a share with the probability p has the standard deviation sqrt(p (1 - p) / n). Bounds
are six of them: with a right function a comparison fails with a probability of 2e-9.
"""

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import mixup


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def batch(N: int = 5, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Images and targets, the unit vectors: a mixed row shows what it was mixed from."""
    return rng(9).normal(size=(N, *(shape or (4, 3, 2)))), np.eye(N)


def how_mixed(t: np.ndarray) -> tuple[float | None, tuple[int, ...]]:
    """lam and p of mixed unit vectors; lam is None if all rows are fixed points."""
    N = len(t)
    lam, p = None, []
    for n in range(N):
        others = [k for k in range(N) if k != n and t[n, k] > 0]
        assert len(others) <= 1
        p.append(others[0] if others else n)
        if others:
            assert lam in (None, t[n, n])
            lam = t[n, n]
            assert t[n, others[0]] == 1.0 - lam
        else:
            assert t[n, n] == pytest.approx(1.0, rel=1e-15)
    return lam, tuple(p)


@pytest.mark.parametrize("N", [1, 2, 5])
@pytest.mark.parametrize("shape", [(4, 3, 2), (6,), ()])
def test_samples_are_mixed_as_their_targets_are(N: int, shape: tuple[int, ...]) -> None:
    x, t = rng(9).normal(size=(N, *shape)), np.eye(N)
    for seed in range(10):
        mixed_x, mixed_t = mixup(x, t, rng(seed), 1.0)
        assert mixed_x.shape == x.shape
        _, p = how_mixed(mixed_t)
        assert sorted(p) == list(range(N))
        # Mixing is linear: what it does to unit vectors it does to everything.
        expected = np.tensordot(mixed_t, x, axes=1)
        np.testing.assert_allclose(mixed_x, expected, rtol=1e-12, atol=1e-14)


def test_all_permutations_are_equally_likely() -> None:
    x, t = batch(3)
    n, generator = 6000, rng()
    seen = [how_mixed(mixup(x, t, generator, 1.0)[1])[1] for _ in range(n)]
    for p in permutations(range(3)):  # the identity among them
        assert abs(seen.count(p) / n - 1 / 6) < 6 * (1 / 6 * 5 / 6 / n) ** 0.5


def arcsine(x: float) -> float:
    return float(2 / np.pi * np.arcsin(np.sqrt(x)))


@pytest.mark.parametrize(
    ("alpha", "distribution"),
    [(0.5, arcsine), (1.0, lambda x: x), (2.0, lambda x: 3 * x**2 - 2 * x**3)],
)
def test_lam_has_the_beta_distribution(alpha: float, distribution: Any) -> None:
    # One weight per call, the same for all rows. Given as a share below a, its Beta(alpha, alpha).
    x, t = batch(4)
    generator = rng()
    drawn = [how_mixed(mixup(x, t, generator, alpha)[1])[0] for _ in range(5000)]
    lam = np.array([a for a in drawn if a is not None])  # all but 1 in 24 permutations
    n = len(lam)
    assert n > 4000
    for a in (0.03, 0.1, 0.25, 0.5, 0.8, 0.97):
        p = distribution(a)
        assert abs(np.mean(lam < a) - p) < 6 * (p * (1 - p) / n) ** 0.5


def test_each_keeps_its_precision_and_empty_batches_stay_empty() -> None:
    x, t = batch()
    mixed_x, mixed_t = mixup(x.astype(np.float32), t, rng(), np.float64(0.4))
    assert (mixed_x.dtype, mixed_t.dtype) == (np.float32, np.float64)
    mixed_x, mixed_t = mixup(x, t.astype(np.float32), rng(), 0.4)
    assert (mixed_x.dtype, mixed_t.dtype) == (np.float64, np.float32)
    empty_x, empty_t = mixup(x[:0], t[:0], rng(), 1.0)
    assert (empty_x.shape, empty_t.shape) == ((0, 4, 3, 2), (0, 5))
    x, t = batch(1)
    mixed_x, mixed_t = mixup(x, t, rng(), 1.0)
    assert not np.shares_memory(mixed_x, x) and not np.shares_memory(mixed_t, t)
