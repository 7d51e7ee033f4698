"""Solutions of ``best_momentum(curvatures) -> (lr, mu)``: where both borders cross."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(curvatures):
    a, b = np.sqrt(curvatures.max()), np.sqrt(curvatures.min())
    return (2 / (a + b)) ** 2, ((a - b) / (a + b)) ** 2


@right
def momentum_from_the_rate(curvatures):
    low, *_, high = sorted([*np.sqrt(curvatures), *np.sqrt(curvatures)])
    lr = 4 / (low + high) ** 2
    return float(lr), float((1 - np.sqrt(lr) * low) ** 2)


@right
def as_arrays(curvatures):
    s = np.sort(np.sqrt(curvatures))
    return np.array(4 / (s[0] + s[-1]) ** 2), np.array((s[-1] - s[0]) ** 2 / (s[0] + s[-1]) ** 2)


@wrong
def never_without_momentum(curvatures):
    lr, mu = textbook(curvatures)
    return lr, max(mu, 0.5)
