"""The loss of counts against the logarithm of the Poisson distribution."""

import math

import numpy as np
import pytest

from course_lib.losses import poisson_loss


def test_is_the_negative_logarithm_of_the_distribution_without_the_factorial() -> None:
    rng = np.random.default_rng(0)
    u, t = rng.normal(size=(5, 3)), rng.poisson(2.0, size=(5, 3))
    expected = 0.0
    for m, count in zip(np.exp(u).ravel(), t.ravel(), strict=True):
        p = m**count * math.exp(-m) / math.factorial(count)
        expected -= (math.log(p) + math.log(math.factorial(count))) / 5
    assert poisson_loss(u, t.astype(float))[0] == pytest.approx(expected)


def test_is_lowest_at_the_logarithm_of_the_mean_count() -> None:
    t = np.array([[0.0], [3.0], [4.0], [1.0]])
    at_mean = np.full((4, 1), np.log(t.mean()))
    assert np.sum(poisson_loss(at_mean, t)[1]) == pytest.approx(0.0)
    for other in (-0.3, 0.3):
        assert poisson_loss(at_mean + other, t)[0] > poisson_loss(at_mean, t)[0]
