"""Temperature scaling against a fine grid, and its ends."""

import numpy as np
import pytest

from course_lib.diagnostics import fit_temperature
from course_lib.losses import softmax_cross_entropy


def scores_and_labels(seed: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from the softmax of scores, and the scores multiplied by ``scale``."""
    rng = np.random.default_rng(seed)
    honest = rng.normal(size=(4000, 3))
    return scale * honest, np.argmax(honest + rng.gumbel(size=honest.shape), axis=1)


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0])
def test_finds_the_factor_by_which_the_scores_are_too_large(scale: float) -> None:
    u, labels = scores_and_labels(0, scale)
    assert fit_temperature(u, labels) == pytest.approx(scale, rel=0.06)  # labels are random


@pytest.mark.parametrize("seed", range(3))
def test_no_temperature_of_a_fine_grid_has_a_lower_loss(seed: int) -> None:
    u, labels = scores_and_labels(seed, 2.5)
    T = fit_temperature(u, labels)
    # Steps of 0.2 % near it, and of 6 % elsewhere.
    grid = np.concatenate([np.geomspace(0.05, 20, 100), np.geomspace(T / 1.5, 1.5 * T, 400)])
    losses = [softmax_cross_entropy(u / other, labels)[0] for other in grid]
    assert grid[np.argmin(losses)] == pytest.approx(T, rel=3e-3)
    assert softmax_cross_entropy(u / T, labels)[0] <= min(losses) + 1e-12


def test_without_a_minimum_inside_it_is_an_end_of_the_range() -> None:
    labels = np.arange(6) % 3
    assert fit_temperature(np.eye(3)[labels], labels) == pytest.approx(0.05)
    assert fit_temperature(-np.eye(3)[labels], labels) == pytest.approx(20.0)


def test_it_is_the_smallest_where_the_loss_is_rounded_to_0() -> None:
    labels = np.arange(6) % 3
    for height in (3.0, 30.0, 3000.0):
        assert fit_temperature(height * np.eye(3)[labels], labels) == pytest.approx(0.05)


def test_a_constant_for_each_row_and_large_scores_change_nothing() -> None:
    u, labels = scores_and_labels(1, 9.0)
    moved = u + 1e4 * np.random.default_rng(2).normal(size=(len(u), 1))
    assert fit_temperature(moved, labels) == pytest.approx(fit_temperature(u, labels), rel=1e-6)


@pytest.mark.parametrize(
    ("u", "labels", "error", "message"),
    [
        (np.zeros((0, 2)), np.zeros(0, int), ValueError, "fit_temperature"),
        (np.zeros((2, 2)), np.array([0, 2]), ValueError, "2 columns"),
        (np.zeros((2, 2), int), np.array([0, 1]), TypeError, "fit_temperature"),
        (np.zeros((2, 2)), np.array([0.0, 1.0]), TypeError, "fit_temperature"),
    ],
)
def test_refuses(u: np.ndarray, labels: np.ndarray, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        fit_temperature(u, labels)
