"""Solutions of ``gain_of(f) -> float``: 1 / √E f(u)² for u ~ N(0, 1)."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f):
    u = np.linspace(-8, 8, 1601)
    density = np.exp(-(u**2) / 2)
    return 1 / np.sqrt(np.sum(density * f(u) ** 2) / np.sum(density))


@right
def gauss_and_hermite(f):
    points, weights = np.polynomial.hermite_e.hermegauss(180)
    return np.sqrt(weights.sum() / (weights @ f(points) ** 2))


@right
def in_loops(f):
    above = below = 0.0
    for k in range(-600, 601):
        weight = math.exp(-((k / 100) ** 2) / 2)
        above += weight * f(k / 100) ** 2
        below += weight
    return math.sqrt(below / above)


@right
def two_million_draws(f):
    u = np.random.default_rng(0).normal(size=2_000_000)
    return np.float64(1 / np.sqrt(np.mean(f(u) ** 2)))


@right
def trapezoids_on_a_short_grid(f):
    u = np.linspace(-4.5, 4.5, 91)
    weights = np.exp(-(u**2) / 2)
    weights[[0, -1]] /= 2
    return 1 / np.sqrt(np.average(f(u) ** 2, weights=weights))


@wrong
def integral_of_the_first_call(f, kept=[]):  # noqa: B006
    kept.append(textbook(f))
    return kept[0]


@wrong
def one_side_doubled(f):
    u = np.linspace(0, 8, 801)
    density = np.exp(-(u**2) / 2)
    return np.sqrt(2 * np.sum(density) / np.sum(density * (f(u) ** 2 + f(u) ** 2)))


@wrong
def points_half_apart(f):
    u = np.linspace(-8, 8, 33)
    return 1 / np.sqrt(np.average(f(u) ** 2, weights=np.exp(-(u**2) / 2)))


@wrong
def two_decimals(f):
    return round(textbook(f), 2)


programs.beside_the_point = [
    "return 1.0",
    "return np.sqrt(2)",
    "return np.sqrt(mean_square)",
]

programs.equivalent = changes("""
u = np.linspace(-8, 8, 1601)
    the density is negligible there, or the step is as fine
""")
