"""Solutions of ``gelu_backward(dz, cache) -> du``, each with its forward."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}

S, C = math.sqrt(2 / math.pi), 0.044715


def forward(u):
    a = np.tanh(S * (u + C * u**3))
    return 0.5 * u * (1 + a), (u, a)


def distribution(u):
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[u.dtype])(u / math.sqrt(2)))


def density(u):
    return np.exp(-(u**2) / 2) / math.sqrt(2 * math.pi)


def forward_erf(u):
    Phi = distribution(u)
    return u * Phi, (u, Phi)


right, form, wrong = put(RIGHT, forward), put(FORM, forward), put(WRONG, forward)
right_erf, wrong_erf = put(RIGHT, forward_erf), put(WRONG, forward_erf)


@right
def textbook(dz, cache):
    u, a = cache
    inner = S * (1 + 3 * C * u**2)
    return dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * inner)


@right_erf
def error_function(dz, cache):
    u, Phi = cache
    return dz * (Phi + u * density(u))


@right
def entry_by_entry(dz, cache):
    u, _ = cache
    du = np.zeros_like(dz)
    for i, v in np.ndenumerate(u):
        v = float(v)
        t = math.tanh(S * (v + C * v**3))
        du[i] = dz[i] * (0.5 + 0.5 * t + 0.5 * v * (1 - t * t) * (S + 3 * S * C * v * v))
    return du


@right
def step_by_step(dz, cache):
    # Backwards through every single operation.
    u, a = cache
    d_gate = dz * u * 0.5
    d_inner = d_gate * (1 - a) * (1 + a)
    d_sum = d_inner * S
    d_cube = d_sum * C
    du = dz * (0.5 * (1 + a))
    du = du + d_sum
    return du + d_cube * 3 * np.square(u)


@own(RIGHT)
def logistic_form():
    def forward_logistic(u):
        with np.errstate(over="ignore"):
            s = 1 / (1 + np.exp(-2 * S * (u + C * u**3)))
        return u * s, {"u": u, "s": s}

    def backward(dz, cache):
        u, s = cache["u"], cache["s"]
        return dz * (s + 2 * S * u * s * (1 - s) * (1 + 3 * C * u * u))

    return forward_logistic, backward


@own(RIGHT)
def local_gradient_kept():
    def keeps_local(u):
        z, (_, a) = forward(u)
        return z, [textbook(np.ones_like(u), (u, a))]

    def backward(dz, cache):
        (local,) = cache
        return np.multiply(dz, local)

    return keeps_local, backward


@own(RIGHT)
def input_kept_only():
    def keeps_input(u):
        return forward_erf(u)[0], u

    def backward(dz, u):
        erfc = np.vectorize(math.erfc, otypes=[u.dtype])
        return (0.5 * erfc(-u / math.sqrt(2)) + u * density(u)).astype(dz.dtype) * dz

    return keeps_input, backward


@own(RIGHT)
def complex_steps():
    # The imaginary part of f(u + i h) is h f'(u).
    def keeps_input(u):
        return forward(u)[0], {"input": u}

    def backward(dz, cache):
        v = cache["input"] + 1e-30j
        return (dz * (forward(v)[0].imag / 1e-30)).astype(dz.dtype)

    return keeps_input, backward


@right
def hyperbolic_secant(dz, cache, *, cubic=C):
    u, a = cache
    inner = np.clip(S * (u + cubic * u**3), -40, 40)
    sech2 = 1 / np.cosh(inner) ** 2
    return 0.5 * dz * (1 + a + u * sech2 * S * (1 + 3 * cubic * u**2))


RIGHT["partially_applied"] = (forward, functools.partial(hyperbolic_secant, cubic=0.044715))


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dz, cache):  # lists
    return textbook(dz, cache).tolist()


@form
def in_place(dz, cache):  # dz is changed
    dz *= textbook(np.ones_like(dz), cache)
    return dz


# GELU's float type is not judged: sqrt(2/pi) is a natural float64.
@put(EITHER, forward)
def root_as_a_numpy_number(dz, cache):  # float64 from float32
    u, a = cache
    return dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * np.sqrt(2 / np.pi) * (1 + 3 * C * u**2))


@form
def leading_axis(dz, cache):  # (1, ...)
    return textbook(dz, cache)[None]


# --- wrong ------------------------------------------------------------------------------------

for name, spoilt in {
    "gate_only": lambda dz, u, a: dz * 0.5 * (1 + a),
    "slope_of_the_gate_only": lambda dz, u, a: dz * 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2),
    "half_forgotten": lambda dz, u, a: dz * ((1 + a) + u * (1 - a**2) * S * (1 + 3 * C * u**2)),
    "half_forgotten_in_the_second": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + u * (1 - a**2) * S * (1 + 3 * C * u**2))
    ),
    "half_forgotten_in_the_first": lambda dz, u, a: (
        dz * (1 + a + 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2))
    ),
    "input_forgotten": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * (1 - a**2) * S * (1 + 3 * C * u**2))
    ),
    "three_forgotten": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S * (1 + C * u**2))
    ),
    "cube_not_lowered": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**3))
    ),
    "cubic_term_not_differentiated": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S)
    ),
    "inner_derivative_forgotten": lambda dz, u, a: dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2)),
    "root_forgotten": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * (1 + 3 * C * u**2))
    ),
    "tanh_not_squared": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a) * S * (1 + 3 * C * u**2))
    ),
    "plus_in_the_tanh": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 + a**2) * S * (1 + 3 * C * u**2))
    ),
    "sign_of_the_second": lambda dz, u, a: (
        dz * (0.5 * (1 + a) - 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2))
    ),
    "one_forgotten": lambda dz, u, a: (
        dz * (0.5 * a + 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2))
    ),
    "product_of_the_parts": lambda dz, u, a: (
        dz * 0.5 * (1 + a) * 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2)
    ),
    "cubic_ten_times": lambda dz, u, a: (
        dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S * (1 + 30 * C * u**2))
    ),
    "upstream_forgotten": lambda dz, u, a: (
        0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2)
    ),
    "upstream_in_the_first_only": lambda dz, u, a: (
        dz * 0.5 * (1 + a) + 0.5 * u * (1 - a**2) * S * (1 + 3 * C * u**2)
    ),
    "upstream_twice": lambda dz, u, a: dz * textbook(dz, (u, a)),
    "output_itself": lambda dz, u, a: dz * 0.5 * u * (1 + a),
    "relu": lambda dz, u, a: dz * (u > 0),
    "passed_on": lambda dz, u, a: dz.copy(),
    "logistic_approximation": lambda dz, u, a: (
        dz * (lambda s: s + 1.702 * u * s * (1 - s))(1 / (1 + np.exp(-1.702 * np.maximum(u, -50))))
    ),
    "swish": lambda dz, u, a: (
        dz * (lambda s: s + u * s * (1 - s))(1 / (1 + np.exp(-np.maximum(u, -50))))
    ),
    "at_the_upstream": lambda dz, u, a: textbook(np.ones_like(dz), forward(dz)[1]),
    "averaged": lambda dz, u, a: textbook(dz, (u, a)) / len(u),
    "never_negative": lambda dz, u, a: dz * np.maximum(textbook(np.ones_like(u), (u, a)), 0),
    "never_above_one": lambda dz, u, a: dz * np.clip(textbook(np.ones_like(u), (u, a)), 0, 1),
    "summed": lambda dz, u, a: textbook(dz, (u, a)).sum(axis=0),
    "coarse_differences": lambda dz, u, a: dz * (forward(u + 0.5)[0] - forward(u - 0.5)[0]),
    "two_mistakes": lambda dz, u, a: dz * ((1 + a) + u * (1 - a) * S),
}.items():
    WRONG[name] = (forward, lambda dz, cache, f=spoilt: f(dz, *cache))


for name, spoilt in {
    "erf_without_density": lambda dz, u, Phi: dz * Phi,
    "erf_density_without_input": lambda dz, u, Phi: dz * (Phi + density(u)),
    "erf_density_without_root": lambda dz, u, Phi: (
        dz * (Phi + u * density(u) * math.sqrt(2 * math.pi))
    ),
    "erf_density_of_the_error_function": lambda dz, u, Phi: (
        dz * (Phi + u * np.exp(-(u**2)) / math.sqrt(math.pi))
    ),
    "erf_density_subtracted": lambda dz, u, Phi: dz * (Phi - u * density(u)),
    "erf_density_of_variance_two": lambda dz, u, Phi: dz * (Phi + u * np.exp(-(u**2) / 4) * S / 2),
}.items():
    WRONG[name] = (forward_erf, lambda dz, cache, f=spoilt: f(dz, *cache))


# Each is right alone: the derivative of the other form is off by up to a thousandth.
@own(EITHER)
def derivative_of_the_other_form():
    def backward(dz, cache):
        u, _ = cache
        return textbook(dz, forward(u)[1])

    return forward_erf, backward


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward_saving(u):
        z, saved["cache"] = forward(u)
        return z, None

    def backward(dz, cache):
        return textbook(dz, saved["cache"])

    return forward_saving, backward


@own(WRONG)
def consistent_but_another_function():
    # The derivative fits the forward; the forward is u times the logistic function.
    def forward_swish(u):
        s = 0.5 * (1 + np.tanh(0.5 * u))
        return u * s, (u, s)

    def backward(dz, cache):
        u, s = cache
        return dz * (s + u * s * (1 - s))

    return forward_swish, backward


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
