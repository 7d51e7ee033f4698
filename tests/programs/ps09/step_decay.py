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
