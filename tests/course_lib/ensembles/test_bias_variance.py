from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.ensembles import bias_variance, ensemble_variance


def runs(M: int = 5, N: int = 7, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(M, N)) + 0.5, rng.normal(size=N)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(M=st.integers(1, 8), N=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_their_sum_is_the_mean_squared_error(M: int, N: int, seed: int) -> None:
    predictions, t = runs(M, N, seed)
    bias_squared, variance = bias_variance(predictions, t)
    assert type(bias_squared) is type(variance) is float
    assert bias_squared + variance == pytest.approx(np.mean((predictions - t) ** 2), rel=1e-12)
    # And each is its definition, in loops.
    bias_loop = variance_loop = 0.0
    for n in range(N):
        mean = sum(predictions[m, n] for m in range(M)) / M
        bias_loop += (mean - t[n]) ** 2 / N
        variance_loop += sum((predictions[m, n] - mean) ** 2 for m in range(M)) / (M * N)
    assert bias_squared == pytest.approx(bias_loop, rel=1e-10)
    assert variance == pytest.approx(variance_loop, rel=1e-10, abs=1e-25)


def test_an_offset_moves_the_bias_and_a_spread_the_variance() -> None:
    predictions, t = runs()
    bias_squared, variance = bias_variance(predictions, t)
    mean = predictions.mean(axis=0)
    moved_bias, same_variance = bias_variance(predictions + 3.0, t)
    assert same_variance == pytest.approx(variance, rel=1e-12)
    assert moved_bias == pytest.approx(np.mean((mean + 3.0 - t) ** 2), rel=1e-12)
    same_bias, nine_times = bias_variance(mean + 3.0 * (predictions - mean), t)
    assert same_bias == pytest.approx(bias_squared, rel=1e-12)
    assert nine_times == pytest.approx(9 * variance, rel=1e-12)


def test_one_model_has_no_variance_and_an_ensemble_of_all_keeps_the_bias() -> None:
    predictions, t = runs()
    bias_squared, _ = bias_variance(predictions, t)
    alone = bias_variance(predictions.mean(axis=0)[None, :], t)
    assert alone == (pytest.approx(bias_squared, rel=1e-12), 0.0)


def test_means_of_m_independent_models_have_an_mth_of_the_variance() -> None:
    # 40,000 predictions; their sample variance has a relative standard error of
    # sqrt(2 / 40000) = 0.7 %: six of them.
    rng = np.random.default_rng(0)
    members = rng.normal(size=(4, 2000, 20))
    _, variance = bias_variance(members.mean(axis=0), np.zeros(20))
    # 1/2000 of the variance is in the means.
    expected = ensemble_variance(1.0, 0.0, 4) * (1 - 1 / 2000)
    assert variance == pytest.approx(expected, rel=6 * (2 / 40_000) ** 0.5)


def test_precision_purity_and_layout() -> None:
    predictions, t = runs()
    before = predictions.copy(), t.copy()
    found = bias_variance(predictions, t)
    np.testing.assert_array_equal(predictions, before[0])
    np.testing.assert_array_equal(t, before[1])
    order = np.random.default_rng(1).permutation(5)
    for same in (np.asfortranarray(predictions), predictions[order], predictions[::-1]):
        assert bias_variance(same, t) == pytest.approx(found, rel=1e-12)
    single = bias_variance(predictions.astype(np.float32), t)
    assert single == pytest.approx(found, rel=1e-5)
    assert bias_variance(predictions, np.arange(7)) == bias_variance(predictions, np.arange(7.0))


@pytest.mark.parametrize(
    ("predictions", "t", "error", "message"),
    [
        (runs()[0][:0], runs()[1], ValueError, r"shape \(0, 7\), expected one model"),
        (runs()[0][:, :0], runs()[1][:0], ValueError, r"shape \(5, 0\)"),
        (runs()[0][0], runs()[1], ValueError, r"expected \(M, N\)"),
        (runs()[0], runs()[1][:, None], ValueError, r"t has shape \(7, 1\), expected \(N,\)"),
        (runs()[0].T, runs()[1], ValueError, "N is 5 in predictions"),
        (np.ones((2, 3), dtype=int), np.ones(3), TypeError, "predictions has dtype int64"),
    ],
)
def test_impossible_predictions_are_refused(
    predictions: Any, t: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^bias_variance: .*{message}"):
        bias_variance(predictions, t)
