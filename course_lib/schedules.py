"""Schedules: the learning rate of a step, as plain functions ``(t, *, …) -> float``.

`fit` takes any function of the step's number: ``fit(…, schedule=lambda t: step_decay(t, lr=0.1,
factor=0.5, every=100))``.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from course_lib.settings import require_not_negative


def capped_inverse(t: int, *, cap: float, numerator: float) -> float:
    """Rate ``min(cap, numerator / t)``, in S4 with cap 0.1 and numerator 100.

    It meets the conditions of Robbins and Monro: the rates add up to infinity, so that every point
    can be reached, and their squares have a finite sum, so that the noise of the gradients averages
    out (S4; Robbins and Monro 1951).

    Parameters
    ----------
    t : number of the step, counted from 1, unlike in the other schedules; `fit` counts from 0:
        ``fit(…, schedule=lambda t: capped_inverse(t + 1, cap=0.1, numerator=100))``
    cap : rate of the first steps
    numerator : rate times t in later steps

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If t is less than 1.
    """
    if t < 1:
        raise ValueError(
            f"capped_inverse: t is {t}; its steps are counted from 1, in fit pass t + 1"
        )
    return float(min(cap, numerator / t))


def exponential_decay(t: int, *, lr: float, k: float) -> float:
    """Rate ``lr * exp(-k * t)`` (S2).

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first step
    k : speed of the decay per step, not negative

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If k is negative: the rate would grow.
    """
    require_not_negative("exponential_decay", k=k)
    return float(lr * math.exp(-k * t))


def inverse_time_decay(t: int, *, lr: float, k: float) -> float:
    """Rate ``lr / (1 + k * t)`` (S2).

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first step
    k : speed of the decay per step, not negative; after 1/k steps the rate has halved

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If k is negative: the denominator would reach zero.
    """
    require_not_negative("inverse_time_decay", k=k)
    return float(lr / (1.0 + k * t))


def piecewise_constant(t: int, *, boundaries: Sequence[int], values: Sequence[float]) -> float:
    """Rate ``values[number of boundaries <= t]`` (S4).

    Parameters
    ----------
    t : number of the step, counted from 0
    boundaries : steps at which the next value begins, increasing
    values : the rates, one more than boundaries

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If the boundaries do not increase, or there is not one value more than boundaries.
    """
    if len(values) != len(boundaries) + 1:
        raise ValueError(
            f"piecewise_constant: there are {len(boundaries)} boundaries and {len(values)} values, "
            "expected one value more than boundaries"
        )
    if any(first >= second for first, second in pairwise(boundaries)):
        raise ValueError(
            f"piecewise_constant: boundaries are {list(boundaries)}, expected increasing ones"
        )
    return float(values[bisect_right(boundaries, t)])


def step_decay(t: int, *, lr: float, factor: float, every: int) -> float:
    """Rate ``lr * factor**floor(t / every)`` (S2).

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first steps
    factor : the rate is multiplied with it, usually in (0, 1)
    every : after how many steps, 1 or more

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If every is less than 1.
    """
    if every < 1:
        raise ValueError(f"step_decay: every is {every}, expected 1 or more steps")
    return float(lr * factor ** math.floor(t / every))


def warmup_cosine(t: int, *, lr: float, warmup: int, total: int) -> float:
    """Rate ``lr * t / warmup`` at first, then ``lr * (1 + cos(pi * s)) / 2``, then 0.

    In the middle part s runs from 0 to 1: ``s = (t - warmup) / (total - warmup)`` (Loshchilov and
    Hutter 2017).

    Parameters
    ----------
    t : number of the step, counted from 0; with a warm-up the rate of step 0 is 0
    lr : highest rate, that of step ``warmup``
    warmup : number of warm-up steps, 0 or more
    total : step at which, and after which, the rate is 0; not less than warmup

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If not 0 <= warmup <= total.
    """
    if not 0 <= warmup <= total:
        raise ValueError(
            f"warmup_cosine: warmup is {warmup} and total {total}, expected 0 <= warmup <= total"
        )
    if t < warmup:
        return float(lr * t / warmup)
    if t >= total:
        return 0.0
    return float(0.5 * lr * (1.0 + math.cos(math.pi * (t - warmup) / (total - warmup))))
