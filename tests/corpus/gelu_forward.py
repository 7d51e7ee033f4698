"""Solutions of ``gelu_forward(u) -> (z, cache)``, in the tanh form or with the error function."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}

S = math.sqrt(2 / math.pi)


@put(RIGHT)
def textbook(u):
    a = np.tanh(S * (u + 0.044715 * u**3))
    return 0.5 * u * (1 + a), (u, a)


@put(RIGHT)
def error_function(u):
    Phi = 0.5 * (1 + np.vectorize(math.erf, otypes=[u.dtype])(u / math.sqrt(2)))
    return (u * Phi).astype(u.dtype), {"u": u, "Phi": Phi}


@put(RIGHT)
def complementary_error_function(u):
    z = np.empty_like(u)
    for i, v in np.ndenumerate(u):
        z[i] = v * math.erfc(-v / math.sqrt(2)) / 2
    return z, u.copy()


@put(RIGHT)
def logistic_function(u):
    # (1 + tanh(a)) / 2 is the logistic function of 2 a.
    inner = u * (0.7978845608028654 + 0.035677408136300125 * u * u)
    with np.errstate(over="ignore"):
        return u / (1 + np.exp(-2 * inner)), u


@put(RIGHT)
def entry_by_entry(u):
    z = np.zeros_like(u)
    for i in np.ndindex(u.shape):
        v = float(u[i])
        z[i] = 0.5 * v * (1 + math.tanh(S * (v + 0.044715 * v * v * v)))
    return z, [u, z]


@put(RIGHT)
def half_of_u_and_an_even_part(u):
    # u / 2 + |u| / 2 * tanh(...(|u|)).
    r = np.abs(u)
    return u / 2 + r / 2 * np.tanh(S * (r + 0.044715 * np.power(r, 3))), {"u": u}


@put(RIGHT)
def series_and_fraction(u, terms=160):
    # Phi by its Taylor series near 0; far out it is 0 or 1.
    v = np.clip(u.astype(float), -8, 8)
    term, total = v.copy(), v.copy()
    for k in range(1, terms):
        term = term * v * v / (2 * k + 1)
        total += term
    Phi = 0.5 + total * np.exp(-v * v / 2) / math.sqrt(2 * math.pi)
    return (u * np.clip(Phi, 0, 1)).astype(u.dtype), u


RIGHT["partially_applied"] = (functools.partial(series_and_fraction, terms=200),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u):  # lists
    return textbook(u)[0].tolist(), u


@put(FORM)
def in_place(u):  # u is changed
    u *= 0.5 * (1 + np.tanh(S * (u + 0.044715 * u**3)))
    return u.copy(), u


@put(EITHER)
def root_as_a_numpy_number(u):  # float64 from float32
    return 0.5 * u * (1 + np.tanh(np.sqrt(2 / np.pi) * (u + 0.044715 * u**3))), u


@put(FORM)
def leading_axis(u):  # (1, ...)
    return textbook(u)[0][None], u


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "logistic_approximation": lambda u: u / (1 + np.exp(-1.702 * np.maximum(u, -50))),
    "swish": lambda u: u / (1 + np.exp(-np.maximum(u, -50))),
    "relu": lambda u: np.maximum(u, 0),
    "softplus": lambda u: np.logaddexp(0, u),
    "half_forgotten": lambda u: u * (1 + np.tanh(S * (u + 0.044715 * u**3))),
    "one_forgotten": lambda u: 0.5 * u * np.tanh(S * (u + 0.044715 * u**3)),
    "input_forgotten": lambda u: 0.5 * (1 + np.tanh(S * (u + 0.044715 * u**3))),
    "half_in_the_brackets": lambda u: u * (0.5 + np.tanh(S * (u + 0.044715 * u**3))),
    "minus": lambda u: 0.5 * u * (1 - np.tanh(S * (u + 0.044715 * u**3))),
    "root_forgotten": lambda u: 0.5 * u * (1 + np.tanh(2 / math.pi * (u + 0.044715 * u**3))),
    "root_of_the_inverse": lambda u: 0.5 * u * (1 + np.tanh((u + 0.044715 * u**3) / S)),
    "root_of_two": lambda u: 0.5 * u * (1 + np.tanh(math.sqrt(2) * (u + 0.044715 * u**3))),
    "root_of_one_over_two_pi": lambda u: 0.5 * u * (1 + np.tanh(S / 2 * (u + 0.044715 * u**3))),
    "factor_one": lambda u: 0.5 * u * (1 + np.tanh(u + 0.044715 * u**3)),
    "cubic_term_forgotten": lambda u: 0.5 * u * (1 + np.tanh(S * u)),
    "cubic_term_ten_times": lambda u: 0.5 * u * (1 + np.tanh(S * (u + 0.44715 * u**3))),
    "cubic_term_misread": lambda u: 0.5 * u * (1 + np.tanh(S * (u + 0.44 * u**3))),
    "cubic_term_subtracted": lambda u: 0.5 * u * (1 + np.tanh(S * (u - 0.044715 * u**3))),
    "cubic_term_outside": lambda u: 0.5 * u * (1 + np.tanh(S * u) + 0.044715 * u**3),
    "cubic_term_not_scaled": lambda u: 0.5 * u * (1 + np.tanh(S * u + 0.044715 * u**3)),
    "squared_for_cubed": lambda u: 0.5 * u * (1 + np.tanh(S * (u + 0.044715 * u**2))),
    "fifth_power": lambda u: 0.5 * u * (1 + np.tanh(S * (u + 0.044715 * u**5))),
    "cube_of_everything": lambda u: 0.5 * u * (1 + np.tanh(S * ((u + 0.044715 * u) ** 3))),
    "tanh_for_erf": lambda u: 0.5 * u * (1 + np.tanh(u / math.sqrt(2))),
    "erf_without_root": lambda u: 0.5 * u * (1 + np.vectorize(math.erf, otypes=[float])(u)),
    "erf_times_root": lambda u: (
        0.5 * u * (1 + np.vectorize(math.erf, otypes=[float])(u * math.sqrt(2)))
    ),
    "density_for_distribution": lambda u: u * np.exp(-(u**2) / 2) / math.sqrt(2 * math.pi),
    "distribution_only": lambda u: (
        0.5 * (1 + np.vectorize(math.erf, otypes=[float])(u / math.sqrt(2)))
    ),
    "input_squared": lambda u: 0.5 * u * u * (1 + np.tanh(S * (u + 0.044715 * u**3))),
    "logistic_without_two": lambda u: u / (1 + np.exp(-S * np.maximum(u + 0.044715 * u**3, -50))),
    "clipped_below": lambda u: np.maximum(0.5 * u * (1 + np.tanh(S * (u + 0.044715 * u**3))), -0.1),
    "capped_at_six": lambda u: np.minimum(0.5 * u * (1 + np.tanh(S * (u + 0.044715 * u**3))), 2),
    "two_mistakes": lambda u: u * (1 + np.tanh(2 / math.pi * (u + 0.44715 * u**3))),
}.items():
    WRONG[name] = (lambda u, f=wrong: (f(u).astype(u.dtype), u),)


@put(WRONG)
def standardised_first(u):
    # Gates by the rank in the batch.
    return u * textbook((u - u.mean()) / (u.std() + 1e-6))[0], u


@put(WRONG)
def random_gates(u):
    # What GELU is the expectation of.
    kept = np.random.default_rng(0).standard_normal(u.shape) <= u
    return u * kept, u


@put(WRONG)
def no_cache(u):
    return textbook(u)[0]


@put(WRONG)
def cache_first(u):
    return textbook(u)[::-1]


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
