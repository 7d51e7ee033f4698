"""Solutions of ``effective_lr(lr, mu) -> float``: lr / (1 - mu)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(lr, mu):
    return lr / (1 - mu)


@right
def zero_dimensional_array(lr, mu):
    return np.asarray(lr / (1 - mu))


for name, rate in {
    "times_the_inverse": "float(lr * (1.0 - mu) ** -1)",
    "single_precision": "np.float32(lr) / (np.float32(1) - np.float32(mu))",
    "long_sum": "lr * sum(mu**k for k in range(3000))",
    "linear_equation": "np.linalg.solve([[1.0 - mu]], [float(lr)])[0]",
}.items():
    right.edit(name, textbook, "lr / (1 - mu)", rate)


for name, rate in {
    "at_most_one": "min(1.0, lr / (1 - mu))",
    "plain_rate_for_small_mu": "lr / (1 - mu) if mu > 0.5 else lr",
}.items():
    wrong.edit(name, textbook, "lr / (1 - mu)", rate)
