"""Solutions of ``tanh_forward(u) -> (z, cache)``."""

import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u):
    z = np.tanh(u)
    return z, z


@put(RIGHT)
def input_cached(u):
    return np.tanh(u), (u,)


@put(RIGHT)
def twice_sigmoid(u):
    return 2 / (1 + np.exp(-2 * u)) - 1, {"u": u}


@put(RIGHT)
def one_minus_fraction(u):
    # Overflows for large u with a warning; 2 / inf is right.
    return 1 - 2 / (np.exp(2 * u) + 1), u


@put(RIGHT)
def even_exponentials(u):
    e = np.exp(-2 * np.abs(u))
    return np.sign(u) * (1 - e) / (1 + e), u


@put(RIGHT)
def expm1_by_sign(u):
    e = np.expm1(-2 * np.abs(u))
    return np.copysign(-e / (e + 2), u), [u]


@put(RIGHT)
def sinh_over_cosh_clipped(u):
    v = np.clip(u, -40, 40)
    return np.sinh(v) / np.cosh(v), v


@put(RIGHT)
def list_of_lists_inside(u):
    z = np.array([[math.tanh(v) for v in row] for row in u], dtype=u.dtype)
    return z, z


@put(RIGHT)
def ufunc_out(u):
    z = np.empty_like(u)
    np.tanh(u, out=z)
    return z, lambda dz: dz * (1 - z**2)


@put(RIGHT)
def imaginary_tangent(u):
    return (-1j * np.tan(1j * np.clip(u, -300, 300))).real.astype(u.dtype), u


@put(FORM)
def nested_lists(u):  # lists
    return np.tanh(u).tolist(), u


@put(FORM)
def in_place(u):  # the input is overwritten
    z = np.tanh(u)
    u[:] = z
    return z, z


@put(FORM)
def vectorised_scalar_function(u):  # float64 from float32
    return np.vectorize(math.tanh, otypes=[float])(u), u


@put(WRONG)
def quotient_that_overflows(u):
    # Not a number for |u| > 709.
    return (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u)), u


@put(WRONG)
def quotient_that_overflows_above(u):
    # Not a number for u > 354 only.
    return (np.exp(2 * u) - 1) / (np.exp(2 * u) + 1), u


@put(WRONG)
def slide_formula(u):
    # 2 sigmoid(u) - 1 as a slide prints it.
    return 2 / (1 + np.exp(-u)) - 1, u


@put(WRONG)
def sigmoid(u):
    return 1 / (1 + np.exp(-u)), u


@put(WRONG)
def tangent(u):
    return np.tan(u), u


@put(WRONG)
def arc_tangent(u):
    return np.arctan(u), u


@put(WRONG)
def hard_tanh(u):
    return np.clip(u, -1, 1), u


@put(WRONG)
def softsign(u):
    return u / (1 + np.abs(u)), u


@put(WRONG)
def scaled_as_lecun(u):
    return 1.7159 * np.tanh(2 * u / 3), u


@put(WRONG)
def clipped_too_near(u):
    return np.tanh(np.clip(u, -2, 2)), u


@put(WRONG)
def derivative_returned(u):
    z = np.tanh(u)
    return 1 - z**2, z


@put(WRONG)
def only_positive(u):
    return np.tanh(np.abs(u)), u


@put(WRONG)
def cubic_series(u):
    # Right near zero.
    return u - u**3 / 3 + 2 * u**5 / 15, u


@put(WRONG)
def inverse(u):
    return np.arctanh(np.clip(u, -0.99, 0.99)), u


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
