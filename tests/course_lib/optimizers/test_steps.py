"""What all pure step functions have in common, and those of SGD, momentum and Adam."""

from typing import Any

import numpy as np
import pytest

from course_lib.optimizers import (
    adadelta_step,
    adagrad_step,
    adam_step,
    adamw_step,
    effective_lr,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    sgd_step,
)

ADAM: dict[str, Any] = {"lr": 0.01, "beta1": 0.8, "beta2": 0.95, "eps": 0.02}

ADADELTA: dict[str, Any] = {"lr": 0.7, "rho": 0.8, "eps": 0.02}


def nesterov_with(w: Any, dw: Any, v: Any, **settings: Any) -> Any:
    """Nesterov's step on a loss with the same gradient everywhere."""
    return nesterov_step(w, lambda point: dw, v, **settings)


STEPS: list[Any] = [  # function, number of arrays, its other arguments
    pytest.param(sgd_step, 2, (), {"lr": 0.1}, id="sgd_step"),
    pytest.param(momentum_step, 3, (), {"lr": 0.1, "mu": 0.8}, id="momentum_step"),
    pytest.param(nesterov_with, 3, (), {"lr": 0.1, "mu": 0.8}, id="nesterov_step"),
    pytest.param(adagrad_step, 3, (), {"lr": 0.1, "eps": 0.02}, id="adagrad_step"),
    pytest.param(rmsprop_step, 3, (), {"lr": 0.1, "decay": 0.8, "eps": 0.02}, id="rmsprop_step"),
    pytest.param(adadelta_step, 4, (), ADADELTA, id="adadelta_step"),
    pytest.param(adam_step, 4, (3,), ADAM, id="adam_step"),
    pytest.param(adamw_step, 4, (3,), {**ADAM, "weight_decay": 0.3}, id="adamw_step"),
]


def arrays(n: int, shape: tuple[int, ...] = (3, 4), seed: int = 0) -> list[np.ndarray]:
    """w, dw and state; state is not negative, as a mean of squares must be."""
    drawn = np.random.default_rng(seed).normal(size=(n, *shape))
    return [*drawn[:2], *np.abs(drawn[2:])]


def outputs(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize(("step", "n", "args", "kwargs"), STEPS)
def test_pure_and_precise(step: Any, n: int, args: Any, kwargs: Any) -> None:
    given = arrays(n)
    before = [a.copy() for a in given]
    results = outputs(step(*given, *args, **kwargs))
    for a, b in zip(given, before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not any(np.shares_memory(r, a) for r in results for a in given)
    single = outputs(step(*(a.astype(np.float32) for a in given), *args, **kwargs))
    assert {r.dtype for r in single} == {np.dtype(np.float32)}


@pytest.mark.parametrize(("step", "n", "args", "kwargs"), STEPS)
def test_every_element_moves_by_itself(step: Any, n: int, args: Any, kwargs: Any) -> None:
    given = arrays(n)
    whole = outputs(step(*given, *args, **kwargs))
    for i in np.ndindex(3, 4):
        alone = outputs(step(*(np.asarray(a[i]) for a in given), *args, **kwargs))
        np.testing.assert_allclose(alone, [w[i] for w in whole], rtol=1e-13)


@pytest.mark.parametrize(("step", "n", "args", "kwargs"), STEPS)
def test_shapes_must_agree(step: Any, n: int, args: Any, kwargs: Any) -> None:
    given = arrays(n)
    given[1] = given[1][:1]  # would be stretched without a word
    with pytest.raises(ValueError, match="dw of shape"):
        step(*given, *args, **kwargs)


def test_sgd_goes_against_the_gradient() -> None:
    w, dw = arrays(2)
    np.testing.assert_allclose(sgd_step(w, dw, lr=0.5), w - 0.5 * dw, rtol=1e-15)


def test_momentum_without_memory_is_sgd() -> None:
    w, dw, v = arrays(3)
    np.testing.assert_allclose(
        momentum_step(w, dw, v, lr=0.1, mu=0.0)[0], sgd_step(w, dw, lr=0.1), rtol=1e-15
    )


def test_momentum_is_a_sum_over_all_past_gradients() -> None:
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(6, 3))
    w, v = rng.normal(size=3), np.zeros(3)
    for k, dw in enumerate(gradients):
        w_before = w
        w, v = momentum_step(w, dw, v, lr=0.1, mu=0.7)
        remembered = sum(0.7 ** (k - j) * gradients[j] for j in range(k + 1))
        np.testing.assert_allclose(w - w_before, -0.1 * remembered, rtol=1e-12)


def test_adam_means_are_unbiased_sums_over_all_past_gradients() -> None:
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(6, 3))
    w, m, v = rng.normal(size=3), np.zeros(3), np.zeros(3)
    for t, dw in enumerate(gradients, start=1):
        w_before = w
        w, m, v = adam_step(w, dw, m, v, t, **ADAM)
        # Weighted means of all gradients so far; the weights of each sum to one.
        first = np.array([0.8 ** (t - j) for j in range(1, t + 1)])
        second = np.array([0.95 ** (t - j) for j in range(1, t + 1)])
        m_hat = first @ gradients[:t] / first.sum()
        v_hat = second @ gradients[:t] ** 2 / second.sum()
        np.testing.assert_allclose(w - w_before, -0.01 * m_hat / (np.sqrt(v_hat) + 0.02), rtol=1e-9)


def test_the_first_step_of_adam_has_the_length_lr_whatever_the_scale() -> None:
    dw = np.array([1e-3, -1.0, 1e3])
    w, _, _ = adam_step(
        np.zeros(3), dw, np.zeros(3), np.zeros(3), 1, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-12
    )
    np.testing.assert_allclose(w, -0.1 * np.sign(dw), rtol=1e-6)


def test_a_zero_gradient_does_not_divide_by_zero() -> None:
    zeros = np.zeros(3)
    for result in adam_step(zeros, zeros, zeros, zeros, 1, **ADAM):
        np.testing.assert_array_equal(result, 0.0)


@pytest.mark.parametrize(("step", "extra"), [(adam_step, {}), (adamw_step, {"weight_decay": 0.1})])
def test_adam_counts_from_one(step: Any, extra: Any) -> None:
    w, dw, m, v = arrays(4)
    with pytest.raises(ValueError, match="counted from 1"):
        step(w, dw, m, v, 0, **ADAM, **extra)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.99])
def test_the_effective_rate_is_what_momentum_reaches_under_a_constant_gradient(mu: float) -> None:
    w, v = np.zeros(1), np.zeros(1)
    for _ in range(2500):  # 0.99**2500 is 1e-11
        w, v = momentum_step(w, np.ones(1), v, lr=0.1, mu=mu)
    assert effective_lr(0.1, mu) == pytest.approx(-v.item(), rel=1e-9)


@pytest.mark.parametrize("mu", [1.0, -0.1, float("nan")])
def test_without_a_limit_there_is_no_effective_rate(mu: float) -> None:
    with pytest.raises(ValueError, match="mu is"):
        effective_lr(0.1, mu)
