"""Solutions of ``gelu_forward(u) -> (z, cache)``, in the tanh form or with the error function."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


S = math.sqrt(2 / math.pi)
erf = np.vectorize(math.erf, otypes=[float])


@right
def textbook(u):
    a = np.tanh(S * (u + 0.044715 * u**3))
    return 0.5 * u * (1 + a), (u, a)


@right
def error_function(u):
    Phi = 0.5 * (1 + erf(u / math.sqrt(2)))
    return u * Phi, {"u": u, "Phi": Phi}


@right
def complementary_error_function(u):
    z = np.empty_like(u)
    for i, v in np.ndenumerate(u):
        z[i] = v * math.erfc(-v / math.sqrt(2)) / 2
    return z, u.copy()


@right
def from_a_handbook(u):
    x = np.abs(u) / np.sqrt(2)  # formula 7.1.26 of Abramowitz and Stegun, to 1.5e-7
    t = 1 / (1 + 0.3275911 * x)
    polynomial = np.polyval([1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592], t)
    return u * 0.5 * (1 + np.sign(u) * (1 - t * polynomial * np.exp(-(x**2)))), {"u": u}
