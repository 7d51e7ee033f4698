"""Solutions of ``plan_rates(start, curvature, noise, stops)``: each stop needs low rates before it."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def gaps(rates, start, curvature, noise):
    q, found = np.square(start), []
    for rate in rates:
        q = (1 - rate * curvature) ** 2 * q + rate**2 * noise
        found.append(curvature @ q / 2)
    return np.array(found)


def parts(stops, shape):
    """The same shape before each of the stops; it takes places from 0 to 1."""
    return np.concatenate([shape(np.arange(n) / n) for n in np.diff([0, *stops])])


@right
def one_shape_for_all_parts(start, curvature, noise, stops):
    """Exponential falls, searched together by the product of the gaps."""
    plans = [
        parts(stops, lambda x, h=h, e=e: e ** np.maximum((x - h) / (1 - h), 0)) / max(curvature)
        for h in (0.2, 0.35, 0.5, 0.65, 0.8)
        for e in (0.02, 0.04, 0.08, 0.15, 0.3)
    ]
    at = [i - 1 for i in stops]
    return min(plans, key=lambda one: np.prod(gaps(one, start, curvature, noise)[at]))


@right
def each_rate_in_turn(start, curvature, noise, stops):
    """The sum of the gaps, each in units of a first plan, is a parabola in each rate."""
    at = np.array(stops) - 1
    rates = parts(stops, lambda x: np.where(x < 0.6, 1, 0.15)) / max(curvature)
    weights = np.zeros(len(rates))
    weights[at] = 1 / gaps(rates, start, curvature, noise)[at]
    for _ in range(6):
        cost, costs = 0, []
        for rate, weight in zip(rates[::-1], weights[::-1], strict=True):
            costs.append(cost + weight * curvature / 2)
            cost = costs[-1] * (1 - rate * curvature) ** 2
        q = start**2
        for t, cost in enumerate(costs[::-1]):
            best = cost @ (curvature * q) / (cost @ (curvature**2 * q + noise))
            rates[t] = min(best, 1 / max(curvature))
            q = (1 - rates[t] * curvature) ** 2 * q + rates[t] ** 2 * noise
    return rates


@right
def by_chance(start, curvature, noise, stops):
    """Two numbers for each part, changed at random as long as the product of the gaps falls."""
    rng, at = np.random.default_rng(0), np.array(stops) - 1

    def rates_of(numbers):
        found = []
        for n, hold, end in zip(np.diff([0, *stops]), *numbers, strict=True):
            done = np.arange(n) / n
            found.append(end ** np.maximum((done - hold) / (1 - hold), 0))
        return np.concatenate(found) / max(curvature)

    numbers = np.array([[0.5] * 3, [0.1] * 3])
    lowest = np.inf
    for _ in range(150):
        tried = numbers * np.exp(rng.normal(0, 0.25, size=(2, 3)))
        tried = np.clip(tried, 0.01, 0.9)
        product = np.prod(gaps(rates_of(tried), start, curvature, noise)[at])
        if product < lowest:
            lowest, numbers = product, tried
    return rates_of(numbers)


@right
def three_stairs(start, curvature, noise, stops):
    """Part after part: a high stair, and two low ones whose lengths are searched."""
    rates = []
    for stop in stops:
        n, plans = stop - len(rates), []
        for low in range(2, n, max(n // 12, 1)):
            for end in (0.03, 0.06, 0.1, 0.2):
                for share in (0.3, 0.5, 0.7):
                    last = int(share * low)
                    stairs = [1.0] * (n - low) + [end**0.5] * (low - last) + [end] * last
                    plans.append([*rates, *(np.array(stairs) / max(curvature))])
        rates = min(plans, key=lambda one: gaps(one, start, curvature, noise)[-1])
    return np.array(rates)


@right
def a_list_of_numbers(start, curvature, noise, stops):
    return [float(rate) for rate in one_shape_for_all_parts(start, curvature, noise, stops)]


@wrong
def of_the_first_call(start, curvature, noise, stops, kept=[]):  # noqa: B006
    kept.append(one_shape_for_all_parts(start, curvature, noise, stops))
    return np.resize(kept[0], stops[-1])


@wrong
def rates_of_one_direction(start, curvature, noise, stops):
    """Those of section 2, for the steepest direction."""
    k = int(np.argmax(curvature))
    t = np.arange(stops[-1])
    return 1 / (curvature[k] * (1 + t) + noise[k] / (curvature[k] * start[k] ** 2))


@wrong
def rates_of_the_flattest_direction(start, curvature, noise, stops):
    k = int(np.argmin(curvature))
    t = np.arange(stops[-1])
    rates = 1 / (curvature[k] * (1 + t) + noise[k] / (curvature[k] * start[k] ** 2))
    return np.minimum(rates, 1 / max(curvature))


@wrong
def low_after_the_first_stop(start, curvature, noise, stops):
    rates = np.full(stops[-1], 1 / max(curvature))
    rates[stops[0] - 5 :] /= 10
    return rates


@wrong
def one_cosine(start, curvature, noise, stops):
    x = np.arange(stops[-1]) / stops[-1]
    return (1 + np.cos(np.pi * x)) / 2 / max(curvature)


@wrong
def stairs_at_the_stops(start, curvature, noise, stops):
    t = np.arange(stops[-1])
    return 0.2 ** np.searchsorted(stops[:2], t, side="right") / max(curvature)


@wrong
def one_low_step_before_each_stop(start, curvature, noise, stops):
    rates = np.full(stops[-1], 1 / max(curvature))
    rates[np.array(stops) - 1] /= 10
    return rates


programs.beside_the_point = [
    "rates_of_one_direction",
    "rates_of_the_flattest_direction",
    "low_after_the_first_stop",
    "one_cosine",
    "stairs_at_the_stops",
    "one_low_step_before_each_stop",
    "one_decay_for_all",
    "for_the_last_stop",
    "constant",
    "lowest_next_gap",
    "return np.full(stops[-1], 1e-3)",
    "return 1 / (max(curvature) * np.arange(1, stops[-1] + 1))",
]

programs.equivalent = changes("""
fall = high / (1 + k * np.maximum(t - hold * n, 0)) -> fall = high / (1 + (k + np.maximum(t - hold * n, 0)))
    a fall like 1/t from a rate slightly below the highest is as good
for hold in (0.2, 0.4, 0.6, 0.8):
    another share at the highest rate to try is as good
for k in (0.1, 0.2, 0.5, 1, 2):
    another fall to try is as good
gap = squares[-1] @ curvature / 2 -> gap = curvature @ squares[-1] / 2
gap = squares[-1] @ curvature / 2 -> gap = squares[-1] @ curvature * 2
gap = squares[-1] @ curvature / 2 -> gap = squares[-1] @ curvature / 1
gap = squares[-1] @ curvature / 2 -> gap = squares[-1] @ curvature / 3
    every gap is multiplied by the same number
gap = squares[-1] @ curvature / 2 -> gap = squares[-2] @ curvature / 2
    one step before the stop, the same plan is the best
if gap < lowest: -> if gap <= lowest:
    no two plans have the same gap
""")
