"""Two methods compared on the same splits, seeds or samples."""

import numpy as np
import pytest

from course_lib.comparison import paired_error


def test_the_error_is_how_much_mean_differences_vary() -> None:
    rng = np.random.default_rng(0)
    hard = rng.normal(size=(4000, 8))  # 4,000 comparisons on 8 splits, which are easy or hard
    a, b = (hard + rng.normal(lead, 0.5, size=hard.shape) for lead in (0.3, 0.1))
    found = np.array([paired_error(*pair) for pair in zip(a, b, strict=True)])
    assert found[:, 0].mean() == pytest.approx(0.2, abs=0.02)
    assert np.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(found[:, 0].std(), rel=0.05)


def test_equal_leads_have_no_error_and_the_sign_is_that_of_a_minus_b() -> None:
    b = np.array([0.5, 0.7, 0.9])
    assert paired_error(b - 0.25, b) == pytest.approx((-0.25, 0.0))


def test_what_is_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="1 pairs have no standard deviation"):
        paired_error(np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="paired_error"):
        paired_error(np.ones(3), np.ones(2))
    with pytest.raises(TypeError):
        paired_error(np.arange(3), np.arange(3))
