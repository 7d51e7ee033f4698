from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import mean_gradient
from course_lib.gradient_check import check_gradient
from course_lib.losses import squared_error


def data(N: int = 6, D: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=D), rng.normal(size=(N, D)), rng.normal(size=N)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(N=st.integers(1, 8), D=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_is_the_mean_of_the_samples_gradients(N: int, D: int, seed: int) -> None:
    w, x, t = data(N, D, seed)
    dw = mean_gradient(w, x, t)
    assert dw.shape == (D,)
    loop = np.zeros(D)
    for n in range(N):
        residual = sum(x[n, d] * w[d] for d in range(D)) - t[n]
        loop += residual * x[n] / N
    np.testing.assert_allclose(dw, loop, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("N", "D"), [(6, 3), (3, 3), (1, 4), (6, 1)])
def test_agrees_with_differences_of_the_squared_error(N: int, D: int) -> None:
    w, x, t = data(N, D)

    def loss(v: Any) -> float:
        return squared_error(x @ v, t)[0]

    check = check_gradient(loss, w, mean_gradient(w, x, t), np.random.default_rng(1))
    assert check, str(check)


def test_is_zero_at_the_solution_of_least_squares_and_the_batch_may_be_repeated() -> None:
    w, x, t = data(20)
    solution = np.linalg.lstsq(x, t, rcond=None)[0]
    np.testing.assert_allclose(mean_gradient(solution, x, t), 0.0, atol=1e-14)
    twice = mean_gradient(w, np.tile(x, (2, 1)), np.tile(t, 2))
    np.testing.assert_allclose(twice, mean_gradient(w, x, t), rtol=1e-12)


def test_precision_purity_and_layout() -> None:
    w, x, t = data()
    before = [a.copy() for a in (w, x, t)]
    dw = mean_gradient(w, x, t)
    for a, b in zip((w, x, t), before, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(mean_gradient(w, np.asfortranarray(x), t), dw, rtol=1e-12)
    single = mean_gradient(*(a.astype(np.float32) for a in (w, x, t)))
    assert single.dtype == np.float32
    whole = np.array([1, -2, 3, 0, 5, 2])
    np.testing.assert_array_equal(mean_gradient(w, x, whole), mean_gradient(w, x, whole * 1.0))


def test_impossible_batches_are_refused() -> None:
    w, x, t = data()
    with pytest.raises(ValueError, match=r"t has shape \(6, 1\), expected \(N,\)"):
        mean_gradient(w, x, t[:, None])
    with pytest.raises(ValueError, match="mean_gradient: D is 2 in w"):
        mean_gradient(w[:2], x, t)
    with pytest.raises(ValueError, match="N is 6 in x"):
        mean_gradient(w, x, t[:5])
    with pytest.raises(ValueError, match="the batch is empty"):
        mean_gradient(w, x[:0], t[:0])
    with pytest.raises(TypeError, match="x has dtype int64"):
        mean_gradient(w, x.astype(np.int64), t)
