"""The step functions of Adagrad, RMSProp, Adadelta and AdamW."""

from typing import Any

import numpy as np
import pytest

from course_lib.optimizers import (
    adadelta_step,
    adagrad_step,
    adam_step,
    adamw_step,
    rmsprop_step,
)

GRADIENTS = np.random.default_rng(0).normal(size=(8, 3))
ADAM: dict[str, Any] = {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "eps": 0.02}


def test_adagrad_divides_by_the_root_of_all_squares_so_far() -> None:
    w, cache = np.ones(3), np.zeros(3)
    for t, dw in enumerate(GRADIENTS, start=1):
        w_before = w
        w, cache = adagrad_step(w, dw, cache, lr=0.3, eps=0.02)
        root = np.sqrt((GRADIENTS[:t] ** 2).sum(axis=0))
        np.testing.assert_allclose(w - w_before, -0.3 * dw / (root + 0.02), rtol=1e-10)


def test_adagrad_under_a_constant_gradient_slows_down_like_one_over_the_root_of_t() -> None:
    w, cache, lengths = np.zeros(1), np.zeros(1), []
    for _ in range(100):
        w_before = w
        w, cache = adagrad_step(w, np.full(1, 7.0), cache, lr=0.1, eps=1e-12)
        lengths.append((w_before - w).item())
    np.testing.assert_allclose(lengths, 0.1 / np.sqrt(np.arange(1, 101)), rtol=1e-9)


def test_rmsprop_divides_by_the_root_of_a_mean_that_forgets() -> None:
    w, cache = np.ones(3), np.zeros(3)
    for t, dw in enumerate(GRADIENTS, start=1):
        w_before = w
        w, cache = rmsprop_step(w, dw, cache, lr=0.3, decay=0.7, eps=0.02)
        memory = 0.3 * 0.7 ** np.arange(t)[::-1]
        root = np.sqrt(memory @ GRADIENTS[:t] ** 2)
        np.testing.assert_allclose(w - w_before, -0.3 * dw / (root + 0.02), rtol=1e-10)


def test_rmsprop_does_not_slow_down_and_starts_too_fast() -> None:
    w, cache, lengths = np.zeros(1), np.zeros(1), []
    for _ in range(2000):
        w_before = w
        w, cache = rmsprop_step(w, np.full(1, 7.0), cache, lr=0.1, decay=0.99, eps=1e-12)
        lengths.append((w_before - w).item())
    assert lengths[0] == pytest.approx(0.1 / np.sqrt(0.01))
    assert lengths[-1] == pytest.approx(0.1, rel=1e-6)  # 0.99**2000 is 2e-9


def test_adadelta_is_its_definition_over_several_steps() -> None:
    rho, eps, lr = 0.8, 0.02, 0.6
    w, cache, delta = np.ones(3), np.zeros(3), np.zeros(3)
    steps: list[np.ndarray] = []
    for t, dw in enumerate(GRADIENTS, start=1):
        w_before = w
        w, cache, delta = adadelta_step(w, dw, cache, delta, lr=lr, rho=rho, eps=eps)
        memory = (1 - rho) * rho ** np.arange(t)[::-1]
        mean_gradient = memory @ GRADIENTS[:t] ** 2
        # Of the earlier steps, without lr: the newest of them is not forgotten yet.
        mean_step = memory[1:] @ np.array(steps) ** 2 if steps else np.zeros(3)
        dx = -np.sqrt(mean_step + eps) / np.sqrt(mean_gradient + eps) * dw
        np.testing.assert_allclose(w - w_before, lr * dx, rtol=1e-10)
        steps.append(dx)


@pytest.mark.parametrize("scale", [1e-2, 1e2])
def test_adadelta_moves_in_units_of_w_whatever_the_unit_of_the_loss(scale: float) -> None:
    paths = []
    for factor in (1.0, scale):
        w, cache, delta = np.ones(3), np.zeros(3), np.zeros(3)
        for dw in GRADIENTS:
            w, cache, delta = adadelta_step(
                w, factor * dw, cache, delta, lr=1.0, rho=0.9, eps=1e-16
            )
        paths.append(w)
    # eps is the only thing with a unit; beside squares of 1e-5 and more it does not show.
    np.testing.assert_allclose(paths[0] - 1, paths[1] - 1, rtol=1e-6)


def test_adamw_without_decay_is_adam() -> None:
    w, dw, m, v = np.abs(np.random.default_rng(1).normal(size=(4, 5)))
    for ours, adam in zip(
        adamw_step(w, dw, m, v, 3, **ADAM, weight_decay=0.0),
        adam_step(w, dw, m, v, 3, **ADAM),
        strict=True,
    ):
        np.testing.assert_allclose(ours, adam, rtol=1e-14)


def test_adamw_takes_the_same_share_of_every_weight_whatever_its_gradient() -> None:
    w = np.array([1.0, -2.0, 3.0])
    rng = np.random.default_rng(1)
    for dw in (np.zeros(3), np.array([1e-3, 1.0, 1e3])):
        m, v = rng.normal(size=3), rng.random(3)
        with_decay, m1, v1 = adamw_step(w, dw, m, v, 5, **ADAM, weight_decay=0.4)
        without, m2, v2 = adam_step(w, dw, m, v, 5, **ADAM)
        np.testing.assert_allclose(without - with_decay, 0.05 * 0.4 * w, rtol=1e-9)
        np.testing.assert_array_equal(m1, m2)  # the means know of the loss alone
        np.testing.assert_array_equal(v1, v2)


@pytest.mark.parametrize(
    ("step", "states", "settings"),
    [
        (adagrad_step, 1, {"lr": 0.1, "eps": 1e-8}),
        (rmsprop_step, 1, {"lr": 0.1, "decay": 0.9, "eps": 1e-8}),
        (adadelta_step, 2, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_zero_gradient_does_not_divide_by_zero(
    step: Any, states: int, settings: Any, dtype: Any
) -> None:
    zeros = np.zeros(3, dtype=dtype)
    for result in step(zeros, zeros, *([zeros] * states), **settings):
        np.testing.assert_array_equal(result, 0.0)
