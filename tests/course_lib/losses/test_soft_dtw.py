import math
from collections.abc import Iterator

import numpy as np
import pytest

from course_lib.losses import soft_dtw


def sequence(seed: int, T: int, D: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(T, D))


def alignments(n: int, m: int) -> Iterator[list[tuple[int, int]]]:
    """Every path of cells from (0, 0) to (n-1, m-1), one after the other."""

    def further(path: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        i, j = path[-1]
        if (i, j) == (n - 1, m - 1):
            yield path
        for cell in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
            if cell[0] < n and cell[1] < m:
                yield from further([*path, cell])

    return further([(0, 0)])


def by_brute_force(x: np.ndarray, y: np.ndarray, gamma: float) -> tuple[float, np.ndarray, float]:
    """Value and gradient summed over all alignments, and the cost of the best one."""
    paths = list(alignments(len(x), len(y)))
    costs = np.array([sum(float(np.sum((x[i] - y[j]) ** 2)) for i, j in path) for path in paths])
    weights = np.exp(-(costs - costs.min()) / gamma)
    value = costs.min() - gamma * math.log(weights.sum())
    dx = np.zeros_like(x)
    for path, weight in zip(paths, weights / weights.sum(), strict=True):
        for i, j in path:
            dx[i] += weight * 2 * (x[i] - y[j])
    return value, dx, costs.min()


def test_brute_force_finds_every_alignment() -> None:
    # Delannoy's numbers: D(n, m) = D(n-1, m) + D(n, m-1) + D(n-1, m-1).
    assert [len(list(alignments(n, n))) for n in (1, 2, 3, 4)] == [1, 3, 13, 63]


@pytest.mark.parametrize("gamma", [0.05, 1.0, 30.0])
@pytest.mark.parametrize(("T_x", "T_y"), [(1, 1), (1, 4), (4, 1), (2, 3), (4, 4), (5, 3)])
def test_agrees_with_the_sum_over_all_alignments(T_x: int, T_y: int, gamma: float) -> None:
    x, y = sequence(T_x, T_x), sequence(10 + T_y, T_y)
    value, dx = soft_dtw(x, y, gamma)
    expected, dx_expected, best = by_brute_force(x, y, gamma)
    assert value == pytest.approx(expected, rel=1e-10, abs=1e-12)
    np.testing.assert_allclose(dx, dx_expected, rtol=1e-9, atol=1e-12)
    assert value <= best + 1e-12


def test_with_small_gamma_it_is_the_cost_of_the_best_alignment() -> None:
    x, y = sequence(0, 4), sequence(1, 5)
    best = by_brute_force(x, y, 1.0)[2]
    gaps = [best - soft_dtw(x, y, gamma)[0] for gamma in (1.0, 0.1, 0.01, 1e-4)]
    assert gaps == sorted(gaps, reverse=True)
    assert 0 <= gaps[-1] < 1e-3 * best


def test_a_sequence_that_only_lingers_costs_next_to_nothing() -> None:
    x = sequence(0, 6)
    lingering = np.repeat(x, [1, 3, 1, 2, 1, 4], axis=0)
    other = sequence(1, 12)
    assert abs(soft_dtw(x, lingering, 1e-3)[0]) < 0.01
    assert soft_dtw(x, other, 1e-3)[0] > 1.0


def test_the_value_is_symmetric_and_the_same_backwards_in_time() -> None:
    x, y = sequence(0, 5), sequence(1, 7)
    value, dx = soft_dtw(x, y, 0.7)
    assert soft_dtw(y, x, 0.7)[0] == pytest.approx(value, rel=1e-12)
    value2, dx2 = soft_dtw(x[::-1], y[::-1], 0.7)
    assert value2 == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(dx2[::-1], dx, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("gamma", [1e-6, 1e6])
def test_no_overflow_for_large_costs_and_extreme_gamma(gamma: float) -> None:
    value, dx = soft_dtw(1e3 * sequence(0, 20), 1e3 * sequence(1, 25), gamma)
    assert math.isfinite(value)
    assert np.all(np.isfinite(dx))


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="gamma is 0"):
        soft_dtw(sequence(0, 3), sequence(1, 3), 0.0)
    with pytest.raises(ValueError, match="x has 3 rows and y 0"):
        soft_dtw(sequence(0, 3), sequence(1, 0), 1.0)
    with pytest.raises(ValueError, match="D is 2 in x"):
        soft_dtw(sequence(0, 3), sequence(1, 3, 1), 1.0)
    with pytest.raises(TypeError, match="y has dtype int64"):
        soft_dtw(sequence(0, 3), np.ones((3, 2), dtype=np.int64), 1.0)
