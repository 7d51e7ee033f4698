"""Solutions of ``poisson_loss(u, t) -> (value, du)`` for counts with the mean exp(u)."""

import math

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
def entry_by_entry(u, t):
    total, grad = [], np.zeros_like(u)
    for i, v in np.ndenumerate(u):
        total.append(math.exp(v) - float(t[i]) * float(v))
        grad[i] = (math.exp(v) - t[i]) / u.shape[0]
    return math.fsum(total) / u.shape[0], grad


@right
def scalar_product(u, t):
    mean = np.exp(u).astype(u.dtype)
    return (float(mean.sum()) - float(np.vdot(t, u))) / len(t), np.subtract(mean, t) / len(t)


@right
def deviance(u, t):
    # The value of the best mean, m = t, and what is lost by another one.
    t = t.astype(np.float64)
    best = t - t * np.log(np.where(t > 0, t, 1))
    lost = t * (np.log(np.where(t > 0, t, 1)) - u) - t + np.exp(u)
    return (best + lost).sum() / len(u), (np.expm1(u) + (1 - t)) / len(u)


@right
def logarithm_of_the_probabilities(u, t):
    mean, value = np.exp(u.astype(np.float64)), 0.0
    for m, count in zip(mean.ravel(), t.ravel(), strict=True):
        factorial = math.factorial(int(count))
        value -= math.log(m ** float(count) * math.exp(-m) / factorial) + math.log(factorial)
    return value / len(u), ((mean - t) / len(u)).astype(u.dtype)


made_of(programs, textbook)
