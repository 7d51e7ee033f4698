"""Solutions of ``step_decay(t, *, lr, factor, every) -> float``: lr factor^floor(t / every)."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, lr, factor, every):
    return lr * factor ** (t // every)


@right
def quotient_and_rest(t, *, lr=0.1, factor=0.5, every=10):
    drops, _ = divmod(t, every)
    return np.float64(lr) * np.power(float(factor), drops)


@right
def rest_taken_away(t, *, every, **options):
    return np.asarray(options["lr"] * options["factor"] ** ((t - t % every) / every))


@right
def rate_in_single_precision(t, *, lr, factor, every):
    return np.float32(lr) * np.power(np.float64(factor), np.floor(np.asarray(t) / every))


@right
def by_logarithm(t, *, lr, factor, every):
    return np.array(np.exp(np.log(lr) + int(t / every) * np.log(factor)))


enter_what_fits_all(programs, textbook)


# --- wrong ------------------------------------------------------------------------------------

for name, formula in {
    "at_multiples_only": "lr * factor if t % every == 0 else lr",
    "subtracted": "lr - factor * (t // every)",
    "rate_in_the_power": "(lr * factor) ** (t // every)",
    "factor_of_its_own": "lr * 0.5 ** (t // every)",
    "quotient_upside_down": "lr * factor ** (every // (t + 1))",
    "constant": "float(lr)",
    "two_drops_at_most": "lr * factor ** min(t // every, 2)",
    "inverse_of_the_number": "lr / (1 + factor * (t // every))",
    "linear_down": "lr * max(0.0, 1 - (1 - factor) * t / every)",
    "linear_in_the_drops": "lr * (1 - (1 - factor) * (t // every))",
}.items():
    wrong.edit(name, textbook, "lr * factor ** (t // every)", formula)

wrong.edit(
    "interval_of_its_own",
    textbook,
    "t // every",
    "t // 10",
    chance="with every = 7 or 8, the rates just before the drops are right",
)
