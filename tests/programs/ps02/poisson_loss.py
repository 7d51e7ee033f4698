"""Solutions of ``poisson_loss(u, t) -> (value, du)`` for counts with the mean exp(u)."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, t):
    mean = np.exp(u)
    return (mean - t * u).sum(axis=1).mean(), (mean - t) / len(u)


@right
def scalar_product(u, t):
    mean = np.exp(u).astype(u.dtype)
    return (float(mean.sum()) - float(np.vdot(t, u))) / len(t), np.subtract(mean, t) / len(t)


made_of(programs, textbook)

wrong.edit("a_floor_of_the_logarithm", textbook, "t * u", "t * np.log(mean + 1e-8)")

programs.beside_the_point = [
    "return np.mean((u - t) ** 2), (u - t) / len(u)",
    "return np.sum(np.exp(u)) / len(u), np.exp(u) / len(u)",
]
