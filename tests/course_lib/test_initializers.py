from typing import Any

import numpy as np
import pytest

from course_lib import initializers

VARIANCES = [  # name, variance as a function of fan_in and fan_out
    ("lecun_normal", lambda fan_in, fan_out: 1 / fan_in),
    ("glorot_uniform", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("glorot_normal", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("he_uniform", lambda fan_in, fan_out: 2 / fan_in),
    ("he_normal", lambda fan_in, fan_out: 2 / fan_in),
]


@pytest.mark.parametrize(("name", "variance"), VARIANCES)
@pytest.mark.parametrize(
    ("shape", "fan_in", "fan_out"),
    [((300, 100), 300, 100), ((100, 300), 100, 300), ((64, 16, 5, 3), 240, 960)],
)
def test_mean_and_variance(
    name: str, variance: Any, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> None:
    W = getattr(initializers, name)(shape, np.random.default_rng(0))
    assert W.shape == shape
    expected = variance(fan_in, fan_out)
    # Of n normal values the mean spreads by sd / sqrt(n), the variance by var * sqrt(2 / n); six of
    # these, with n >= 15,360. A standard deviation taken for a variance is off by a factor of 10.
    assert abs(W.mean()) < 6 * (expected / W.size) ** 0.5
    assert W.var() == pytest.approx(expected, rel=6 * (2 / W.size) ** 0.5)
    assert np.unique(W).size > 0.99 * W.size


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_ones_have_a_limit_and_fill_the_space_below_it(name: str) -> None:
    W = getattr(initializers, name)((200, 200), np.random.default_rng(0))
    limit = np.sqrt(3) * W.std()
    assert np.abs(W).max() == pytest.approx(limit, rel=0.02)
    upper_quarter = W > limit / 2
    assert upper_quarter.mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("name", ["lecun_normal", "glorot_normal", "he_normal"])
def test_normal_ones_have_the_tails_of_a_normal_distribution(name: str) -> None:
    W = getattr(initializers, name)((200, 200), np.random.default_rng(0))
    assert (np.abs(W) > 2 * W.std()).mean() == pytest.approx(0.0455, abs=0.006)


def test_the_generator_decides() -> None:
    first, second = (initializers.he_normal((3, 4), np.random.default_rng(seed)) for seed in (0, 0))
    np.testing.assert_array_equal(first, second)
    rng = np.random.default_rng(0)
    assert not np.array_equal(
        initializers.he_normal((3, 4), rng), initializers.he_normal((3, 4), rng)
    )


def test_a_bias_is_no_matrix() -> None:
    with pytest.raises(ValueError, match="Biases start at zero"):
        initializers.he_normal((4,), np.random.default_rng(0))
