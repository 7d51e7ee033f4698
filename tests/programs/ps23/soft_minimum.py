"""Solutions of ``soft_minimum(costs, gamma) -> (value, weights)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def weights_from_the_value(costs, gamma):
    low = np.min(costs)
    value = low - gamma * np.log(np.exp((low - costs) / gamma).sum())
    return value, np.exp((value - costs) / gamma)


@right
def with_logaddexp(costs, gamma):
    log_sum = np.logaddexp.reduce(costs / -gamma)
    return -gamma * log_sum, np.exp(costs / -gamma - log_sum)


@right
def number_by_number(costs, gamma):
    low = min(costs.tolist())
    e = [math.exp((low - c) / gamma) for c in costs.tolist()]
    return low - gamma * math.log(sum(e)), np.array([part / sum(e) for part in e])


@wrong
def gamma_of_the_first_call(costs, gamma, kept=[]):  # noqa: B006
    kept.append(gamma)
    return with_logaddexp(costs, kept[0])


wrong.edit(
    "no_exponent_below_a_limit",
    weights_from_the_value,
    "np.exp((value - costs) / gamma)",
    "np.exp(np.maximum((value - costs) / gamma, -30))",
)

wrong.edit(
    "a_whole_number_subtracted",
    weights_from_the_value,
    "low = np.min(costs)",
    "low = np.trunc(np.min(costs))",
)

wrong.edit(
    "a_large_number_for_infinity",
    weights_from_the_value,
    "low = np.min(costs)",
    "costs = np.minimum(costs, 1e10); low = np.min(costs)",
)

programs.beside_the_point = [
    "return costs.min(), np.full(len(costs), 1 / len(costs))",
    "return costs.min(), (costs == costs.min()) / 1",
]
