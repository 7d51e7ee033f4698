"""Schedules: plain functions from the number of a step to its learning rate."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers import Linear
from course_lib.losses import squared_error
from course_lib.optimizers import SGD
from course_lib.schedules import (
    capped_inverse,
    exponential_decay,
    inverse_time_decay,
    piecewise_constant,
    step_decay,
    warmup_cosine,
)
from course_lib.training import fit

Schedule = Callable[[int], float]

PIECES: dict[str, Any] = {"boundaries": [3, 10], "values": [0.3, 0.2, 0.1]}

SCHEDULES: list[Any] = [
    pytest.param(lambda t: step_decay(t, lr=1, factor=0.5, every=4), id="step_decay"),
    pytest.param(lambda t: exponential_decay(t, lr=1, k=0.1), id="exponential_decay"),
    pytest.param(lambda t: inverse_time_decay(t, lr=1, k=1), id="inverse_time_decay"),
    pytest.param(lambda t: capped_inverse(t + 1, cap=1, numerator=5), id="capped_inverse"),
    pytest.param(
        lambda t: piecewise_constant(t, boundaries=[3, 10], values=[3, 2, 1]),
        id="piecewise_constant",
    ),
    pytest.param(lambda t: warmup_cosine(t, lr=1, warmup=0, total=15), id="warmup_cosine"),
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_returns_a_float_and_never_rises(schedule: Schedule) -> None:
    rates = [schedule(t) for t in range(30)]
    assert {type(rate) for rate in rates} == {float}
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.5 * rates[0]
    assert type(schedule(np.int64(7))) is float  # type: ignore[arg-type]  # as from numpy.arange


@given(t=st.integers(0, 10_000), every=st.integers(1, 500))
def test_step_decay_falls_exactly_at_multiples(t: int, every: int) -> None:
    expected = 0.8
    for step in range(1, t + 1):
        expected = expected * 0.97 if step % every == 0 else expected
    # Up to 10,000 roundings of the loop.
    assert step_decay(t, lr=0.8, factor=0.97, every=every) == pytest.approx(expected, rel=1e-11)


def test_exponential_decay_loses_the_same_share_in_every_step() -> None:
    rates = np.array([exponential_decay(t, lr=0.3, k=0.05) for t in range(50)])
    np.testing.assert_allclose(rates[1:] / rates[:-1], math.exp(-0.05), rtol=1e-12)
    assert rates[0] == 0.3


def test_one_over_the_inverse_time_rate_grows_by_the_same_amount_in_every_step() -> None:
    inverse = np.array([1 / inverse_time_decay(t, lr=0.3, k=0.05) for t in range(50)])
    np.testing.assert_allclose(np.diff(inverse), 0.05 / 0.3, rtol=1e-9)
    assert 1 / inverse[0] == pytest.approx(0.3)


def test_capped_inverse_is_the_smaller_one_and_counts_from_one() -> None:
    # S4's numbers: the two meet at t = 1000.
    settings = {"cap": 0.1, "numerator": 100.0}
    assert {capped_inverse(t, **settings) for t in (1, 2, 500, 1000)} == {0.1}
    for t in (1001, 5000, 10**9):
        assert capped_inverse(t, **settings) == pytest.approx(100 / t)
    with pytest.raises(ValueError, match="counted from 1"):
        capped_inverse(0, **settings)


def blocks(schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    """Sums of rates and of squared rates over t in (2**k, 2**(k + 1)], for k = 8 … 15."""
    rates = np.array([schedule(t) for t in range(1, 2**16 + 1)])
    cuts = [slice(2**k, 2 ** (k + 1)) for k in range(8, 16)]
    return (
        np.array([rates[cut].sum() for cut in cuts]),
        np.array([(rates[cut] ** 2).sum() for cut in cuts]),
    )


def robbins_monro(schedule: Schedule) -> tuple[bool, bool]:
    """Whether the rates seem to add up to infinity, and their squares not to.

    A series whose blocks of doubling length do not shrink diverges; one whose blocks shrink by a
    fixed factor converges like a geometric series (Cauchy condensation).
    """
    sums, squares = blocks(schedule)
    return bool(np.all(sums[1:] > 0.99 * sums[:-1])), bool(np.all(squares[1:] < 0.6 * squares[:-1]))


def test_capped_inverse_meets_the_conditions_of_robbins_and_monro_and_others_do_not() -> None:
    assert robbins_monro(lambda t: capped_inverse(t, cap=0.1, numerator=10)) == (True, True)
    assert robbins_monro(lambda t: inverse_time_decay(t, lr=0.1, k=0.1)) == (True, True)
    # Too fast: descent comes to rest before it has arrived.
    assert robbins_monro(lambda t: exponential_decay(t, lr=0.1, k=3e-3)) == (False, True)
    # Too slow: the noise stays, as under a constant rate.
    assert robbins_monro(lambda t: 0.1) == (True, False)
    assert robbins_monro(lambda t: 0.1 / math.sqrt(t)) == (True, False)


def test_what_the_two_conditions_are_for() -> None:
    """Minimise (w - 5)**2 / 2 from gradients with noise of size 1."""
    noise = np.random.default_rng(0).normal(size=(4000, 200))

    def mean_square_error(schedule: Schedule) -> float:
        w = np.zeros(200)
        for t, e in enumerate(noise, start=1):
            w = w - schedule(t) * (w - 5.0 + e)
        return float(np.mean((w - 5.0) ** 2))

    decaying = mean_square_error(lambda t: capped_inverse(t, cap=0.1, numerator=1))
    # Constant 0.1: variance 0.1 / (2 - 0.1) = 0.053; with 1/t about 1/4000. Over 200 runs both
    # vary by 10 % (one standard deviation).
    assert decaying < 0.1 * mean_square_error(lambda t: 0.1)
    # The rates of the fast decay add up to 1: a share of 1/e of the way is left, 5/e squared.
    assert decaying < 0.1 * mean_square_error(lambda t: exponential_decay(t, lr=0.1, k=0.1))


def test_piecewise_constant_changes_at_its_boundaries() -> None:
    rates = [piecewise_constant(t, **PIECES) for t in range(13)]
    assert rates == [0.3] * 3 + [0.2] * 7 + [0.1] * 3
    assert piecewise_constant(99, boundaries=[], values=[0.7]) == 0.7


@pytest.mark.parametrize("warmup", [0, 1, 7])
def test_warmup_cosine_rises_to_lr_and_comes_down_to_zero(warmup: int) -> None:
    total = 40
    rates = np.array([warmup_cosine(t, lr=0.3, warmup=warmup, total=total) for t in range(50)])
    assert rates[warmup] == pytest.approx(0.3)
    assert rates.argmax() == warmup
    np.testing.assert_allclose(np.diff(rates[: warmup + 1]), 0.3 / max(warmup, 1), rtol=1e-12)
    fall = rates[warmup : total + 1]
    assert np.all(np.diff(fall) < 0)
    # Half a cosine looks the same turned by 180 degrees about its middle.
    np.testing.assert_allclose(fall + fall[::-1], 0.3, rtol=1e-12)
    # Steepest there, pi/2 times as steep as a straight line; a straight line would have ratio 1.
    steepest = -np.diff(fall).min() / (0.3 / (total - warmup))
    assert steepest == pytest.approx(math.pi / 2, rel=0.01)
    np.testing.assert_array_equal(rates[total:], 0.0)


def test_warmup_may_be_everything() -> None:
    assert [warmup_cosine(t, lr=0.4, warmup=2, total=2) for t in range(4)] == [0.0, 0.2, 0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: step_decay(1, lr=0.1, factor=0.5, every=0), "every is 0"),
        (lambda: exponential_decay(1, lr=0.1, k=-1.0), "k is -1"),
        (lambda: inverse_time_decay(1, lr=0.1, k=-1.0), "k is -1"),
        (lambda: piecewise_constant(1, boundaries=[3], values=[0.1]), "1 boundaries and 1 values"),
        (lambda: piecewise_constant(1, boundaries=[3, 3], values=[1, 2, 3]), "increasing"),
        (lambda: warmup_cosine(1, lr=0.1, warmup=5, total=4), "warmup is 5 and total 4"),
        (lambda: warmup_cosine(1, lr=0.1, warmup=-1, total=4), "warmup is -1"),
    ],
)
def test_impossible_settings_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_schedule_steers_fit() -> None:
    layer = Linear(1, 1, rng=np.random.default_rng(0))
    x = np.ones((6, 1), dtype=np.float32)
    history = fit(
        layer, x, x, loss=squared_error, optimizer=SGD(layer.parameters(), lr=9.0), epochs=3,
        batch_size=2, rng=np.random.default_rng(0), progress=False,
        schedule=lambda t: capped_inverse(t + 1, cap=0.1, numerator=0.3),
    )  # fmt: skip
    # Steps 3, 6 and 9 are the last of their epochs.
    assert history.lr == pytest.approx([0.1, 0.3 / 6, 0.3 / 9])
