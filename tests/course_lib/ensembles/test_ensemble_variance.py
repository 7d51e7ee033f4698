import numpy as np
import pytest

from course_lib.ensembles import ensemble_variance


@pytest.mark.parametrize("M", [1, 2, 5, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9, 1.0])
def test_is_the_variance_of_many_simulated_ensembles(M: int, correlation: float) -> None:
    # Members share a part of variance correlation and have one of 1 - correlation of their own.
    rng, n = np.random.default_rng(0), 50_000
    shared, own = rng.normal(size=(1, n)), rng.normal(size=(M, n))
    members = 2.0 * (correlation**0.5 * shared + (1 - correlation) ** 0.5 * own)
    # Their mean is normal: relative standard error sqrt(2 / n) = 0.63 % of the sample variance.
    # Six of them: a right formula fails with a probability of 2e-9.
    expected = ensemble_variance(4.0, correlation, M)
    assert members.mean(axis=0).var() == pytest.approx(expected, rel=6 * (2 / n) ** 0.5)


@pytest.mark.parametrize("M", [2, 3, 4, 7, 10])
def test_at_the_lowest_correlation_the_members_cancel(M: int) -> None:
    # Deviations from the mean of M independent numbers have the correlation -1/(M-1) and sum 0.
    var = ensemble_variance(1.7, -1 / (M - 1), M)
    assert 0.0 <= var < 1e-15
    with pytest.raises(ValueError, match=f"correlation is .* all pairs of {M} members"):
        ensemble_variance(1.7, -1 / (M - 1) - 1e-6, M)


@pytest.mark.parametrize("correlation", [-0.1, 0.0, 0.4, 1.0])
def test_is_the_mean_of_all_entries_of_the_covariance_matrix(correlation: float) -> None:
    for M in range(1, 8):
        covariance = np.full((M, M), 1.7 * correlation)
        np.fill_diagonal(covariance, 1.7)
        value = ensemble_variance(1.7, correlation, M)
        assert type(value) is float
        assert value == pytest.approx(covariance.mean(), rel=1e-12)


def test_more_members_help_as_far_as_they_differ() -> None:
    assert ensemble_variance(2.0, 0.0, 1000) == pytest.approx(0.002)
    assert ensemble_variance(2.0, 0.25, 10**9) == pytest.approx(0.5)
    assert ensemble_variance(2.0, 1.0, 1000) == 2.0  # copies
    assert ensemble_variance(2.0, -0.7, 1) == pytest.approx(2.0, rel=1e-15)  # no pair


@pytest.mark.parametrize(
    ("var", "correlation", "M", "message"),
    [
        (1.0, 0.5, 0, "M is 0"),
        (-1.0, 0.5, 2, "var -1.0"),
        (float("nan"), 0.5, 2, "var nan"),
        (1.0, 1.1, 2, "correlation is 1.1, expected -1 to 1"),
        (1.0, -0.6, 3, "correlation is -0.6, expected -0.5 to 1"),
        (1.0, float("nan"), 3, "correlation is nan"),
    ],
)
def test_impossible_ensembles_are_refused(
    var: float, correlation: float, M: int, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^ensemble_variance: .*{message}"):
        ensemble_variance(var, correlation, M)
