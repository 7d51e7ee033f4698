"""Solutions of ``best_rates(n, start, curvature, noise)``: the minimum of a parabola."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n, start, curvature, noise):
    rates, q = np.empty(n), start**2
    for k in range(n):
        rates[k] = curvature * q / (curvature**2 * q + noise)
        q = q * (1 - rates[k] * curvature)
    return rates


@right
def in_closed_form(n, start, curvature, noise):
    return 1 / (curvature * (1 + np.arange(n)) + noise / (curvature * start**2))


@right
def by_the_parabola_through_three_points(n, start, curvature, noise):
    rates, q = [], start**2
    for _ in range(n):
        at = np.array([0.0, 0.5, 1.0]) / curvature
        a, b, _c = np.polyfit(at, (1 - at * curvature) ** 2 * q + at**2 * noise, 2)
        rates.append(-b / (2 * a))
        q = (1 - rates[-1] * curvature) ** 2 * q + rates[-1] ** 2 * noise
    return np.array(rates)


@wrong
def goes_on_from_the_last_call(n, start, curvature, noise, kept=[]):  # noqa: B006
    rates = textbook(n, kept[-1] if kept else start, curvature, noise)
    kept.append(start * np.prod(1 - rates * curvature) ** 0.5)
    return rates


@wrong
def rates_of_a_grid(n, start, curvature, noise):
    q, grid, rates = start**2, np.linspace(0, 1 / curvature, 100_001), []
    for _ in range(n):
        squares = (1 - grid * curvature) ** 2 * q + grid**2 * noise
        rates.append(grid[squares.argmin()])
        q = squares.min()
    return np.array(rates)


programs.beside_the_point = [
    "return np.full(n, 1 / curvature)",
    "return 1 / (curvature * np.arange(1, n + 1))",
]

programs.equivalent = changes("""
new = (1 - rate * curvature) ** 2 * square + rate ** 2 * noise -> new = (rate * curvature - 1) ** 2 * square + rate ** 2 * noise
    a square has no sign
""")
