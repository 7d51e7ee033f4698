"""The losses that the race's referee calls best are those of the best rates, trained here anew."""

import pytest

from grader.exercises.ps12.race_report import BEST, METHODS, referee

# Of the rates 2^(k/2), the one with the lowest mean loss.
BEST_K = {"SGD": -2, "momentum": -7, "Adagrad": -7, "RMSProp": -13, "Adam": -11}


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_the_best_loss_is_that_of_the_best_rate(method: str) -> None:
    k = BEST_K[method]
    below, at, above = (referee(method, 2 ** (n / 2)).mean() for n in (k - 1, k, k + 1))
    assert at == min(below, at, above)
    assert at == pytest.approx(BEST[method], abs=0.002)
