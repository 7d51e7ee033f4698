"""Solutions of ``gelu(u) -> z, df``, in the tanh form or with the error function."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

S, C = math.sqrt(2 / math.pi), 0.044715


@right
def textbook(u):
    Phi = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(u / math.sqrt(2)))
    return u * Phi, Phi + u * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)


@right
def tanh_form(u):
    a = np.tanh(S * (u + C * u**3))
    inner = S * (1 + 3 * C * u**2)
    return 0.5 * u * (1 + a), 0.5 * (1 + a + u * (1 - a**2) * inner)


@right
def entry_by_entry(u):
    z, df = np.empty_like(u), np.empty_like(u)
    for place, v in np.ndenumerate(u):
        Phi = math.erfc(-v / math.sqrt(2)) / 2
        z[place] = v * Phi
        df[place] = Phi + v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
    return z, df


@right
def central_difference(u):
    """The derivative of the tanh form by a complex step."""
    v = u + 1e-30j
    return tanh_form(u)[0], (0.5 * v * (1 + np.tanh(S * (v + C * v**3)))).imag / 1e-30


@wrong
def first_result_kept(u, kept=[]):  # noqa: B006
    kept.append(textbook(u))
    return kept[0] if kept[0][0].shape == u.shape else textbook(u)
