"""Worlds for a planned experiment: means that are moved, and noise that is drawn again.

What the trainings of a table have in their means is moved, so that no effect and no best setting is
known. What seeds differ by is new in each world: normal numbers with the covariance of the table,
so that trainings with the same seed stay paired, times a loudness. So no training of the table
comes back, and nobody who has the table knows what is true.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

CLEARLY, HARDLY = 4.0, 0.1  # standard deviations of one training
NEAR = 2  # places around the best one, where others may be hardly worse


@dataclass(frozen=True)
class World:
    """What trials give, and what is true.

    Attributes
    ----------
    values : (number of values of each option…, seeds)
    truth : what the interval is to contain
    means : (number of values of each option…), the true mean of each setting, if there is one
    told : what the procedure is told of this world, its arguments after ``trial``
    """

    values: np.ndarray
    truth: float
    means: np.ndarray | None = None
    told: tuple[str | float, ...] = ()


MakesWorld = Callable[[np.random.Generator, np.ndarray, float, int], World]
Moves = Callable[[np.random.Generator, np.ndarray], tuple[Any, ...]]


def new_noise(moves: Moves, alike: tuple[int, ...] = (), *, lower: bool = False) -> MakesWorld:
    """``world(rng, table, loud, seeds)`` with other means, and noise that is drawn again.

    Parameters
    ----------
    moves : ``moves(rng, table)`` -> the trainings of this world, whose means count, its truth, and
        what its procedure is told
    alike : axes of the table along which all trainings are as noisy as the best one
    lower : whether a low number is a good one
    """

    def parts(table: np.ndarray) -> tuple[np.ndarray, ...]:
        means = table.mean(axis=-1, keepdims=True)
        own = table.std(axis=-1, ddof=1, keepdims=True)
        best = means == (means.min if lower else means.max)(axis=alike, keepdims=True)
        wanted = np.where(best, own, 0).max(axis=alike, keepdims=True) if alike else own
        return means, table - means, wanted, np.where(own > 0, own, np.inf)

    kept: dict[int, tuple[np.ndarray, tuple[np.ndarray, ...]]] = {}  # all worlds have one table

    def world(rng: np.random.Generator, table: np.ndarray, loud: float, seeds: int) -> World:
        if id(table) not in kept:
            kept.clear()
            kept[id(table)] = table, parts(table)
        means, rest, wanted, own = kept[id(table)][1]
        moved, truth, *told = moves(rng, means + loud * wanted / own * rest)
        means = moved.mean(axis=-1)
        drawn = rng.standard_normal((table.shape[-1], seeds)) / sqrt(table.shape[-1] - 1)
        values = means[..., None] + (moved - means[..., None]) @ drawn
        return World(values, float(truth), means, (*told,))

    return world


def shifted(values: np.ndarray, by: int | np.integer[Any], axis: int = 0) -> np.ndarray:
    """The values ``by`` places further along an axis; beyond an end, the last one again.

    So a world moves the best of an option that is in order, such as a rate.
    """
    places = np.arange(values.shape[axis]) + by
    return np.take(values, places, axis=axis, mode="clip")


def told_apart(rng: np.random.Generator, table: np.ndarray, *, lower: bool = False) -> np.ndarray:
    """The trainings of one side, where settings near the best one are hardly worse, or all clearly.

    So a search that costs little finds what matters, and a setting that was not searched is wrong
    in half of the worlds, however many seeds report.
    """
    height = (-1 if lower else 1) * table.mean(axis=-1)
    best = np.unravel_index(height.argmax(), height.shape)
    drop, own = height[best] - height, table[best]
    one = sqrt(np.square(own - own.mean()).sum() / (len(own) - 1))
    clearly = np.where(drop > 0, drop + CLEARLY * one, 0.0)
    new = clearly
    if rng.random() < 0.5:
        away = functools.reduce(
            np.maximum.outer, [abs(np.arange(n) - b) for n, b in zip(drop.shape, best, strict=True)]
        )
        hardly = np.minimum(drop, HARDLY * one * rng.random(drop.shape))
        new = np.where(away <= NEAR, hardly, clearly)
    return np.asarray(table + ((-1 if lower else 1) * (drop - new))[..., None])


def each_side(
    rng: np.random.Generator, table: np.ndarray, by: int = 1, axis: int = 0, *, lower: bool = False
) -> np.ndarray:
    """The trainings of all values of the first option, each with its best setting somewhere else.

    It moves by up to ``by`` places along an ``axis`` of the other options, see :func:`shifted` and
    :func:`told_apart`.
    """
    sides = (shifted(side, rng.integers(-by, by + 1), axis) for side in table)
    return np.array([told_apart(rng, side, lower=lower) for side in sides])


def two_sides(hidden: float, first: int) -> MakesWorld:
    """The worlds of a comparison of two sides, in a table (side, value, seed).

    The best value of each side moves by one place, or not. The side ``first`` gets a number from
    -hidden to hidden; what it has more than the other one, each at its best, is true.
    """

    def moves(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, float]:
        table = each_side(rng, table)
        table[first] += rng.uniform(-hidden, hidden)
        best = table.mean(axis=2).max(axis=1)
        return table, best[first] - best[1 - first]

    return new_noise(moves, alike=(1,))
