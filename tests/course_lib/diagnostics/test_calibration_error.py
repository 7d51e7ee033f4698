"""The expected calibration error against its definition."""

import numpy as np
import pytest

from course_lib.diagnostics import calibration_error


def test_each_bin_counts_by_its_samples() -> None:
    p = np.array([[0.6, 0.4], [0.2, 0.8], [0.9, 0.1]])
    labels = np.array([0, 1, 1])  # the first two are right
    assert calibration_error(p, labels, 2) == pytest.approx(abs(2 - 2.3) / 3)
    assert calibration_error(p, labels) == pytest.approx((0.4 + 0.2 + 0.9) / 3)


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    p = np.array([[1.0, 0.0], [0.95, 0.05]])
    assert calibration_error(p, np.array([0, 1])) == pytest.approx(0.95 / 2)


def test_of_a_calibrated_classifier_it_falls_with_the_samples() -> None:
    rng = np.random.default_rng(0)
    found = []
    for n in (100, 10_000):
        p = rng.dirichlet(np.ones(4), size=n)
        labels = np.array([rng.choice(4, p=row) for row in p])
        found.append(calibration_error(p, labels))
    assert found[0] > 0.04 and found[1] < 0.02


@pytest.mark.parametrize(
    ("p", "labels", "n_bins", "error", "message"),
    [
        (np.zeros((0, 2)), np.zeros(0, int), 10, ValueError, "calibration_error"),
        (np.full((2, 2), 0.5), np.array([0, 2]), 10, ValueError, "2 columns"),
        (np.full((2, 2), 0.5), np.array([0, 1]), 0, ValueError, "n_bins is 0"),
        (np.ones((2, 2), int), np.array([0, 1]), 10, TypeError, "calibration_error"),
    ],
)
def test_refuses(
    p: np.ndarray, labels: np.ndarray, n_bins: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        calibration_error(p, labels, n_bins)
