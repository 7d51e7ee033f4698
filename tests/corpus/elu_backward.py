"""Solutions of ``elu_backward(dz, cache) -> du``, each with its forward."""

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


def forward(u, alpha):
    alpha = float(alpha)
    return np.maximum(u, 0) + alpha * np.expm1(np.minimum(u, 0)), (u, alpha)


right, form, wrong = put(RIGHT, forward), put(FORM, forward), put(WRONG, forward)
either = put(EITHER, forward)


@right
def textbook(dz, cache):
    # Where u > 0 the exponential is not taken.
    u, alpha = cache
    return np.where(u > 0, dz, dz * (alpha * np.exp(np.minimum(u, 1))))


@right
def one_at_the_kink(dz, cache):
    u, alpha = cache
    du = np.array(dz)
    negative = u < 0
    du[negative] = du[negative] * alpha * np.exp(u[negative])
    return du


@right
def entry_by_entry(dz, cache):
    u, alpha = cache
    du = np.zeros_like(dz)
    for i, v in np.ndenumerate(u):
        du[i] = dz[i] if v > 0 else dz[i] * alpha * math.exp(v)
    return du


@own(RIGHT)
def from_the_output():
    # Below zero the derivative is z + alpha.
    def keeps_output(u, alpha):
        z = forward(u, alpha)[0]
        return z, {"z": z, "alpha": alpha}

    def backward(dz, cache):
        z = cache["z"]
        return (dz * np.where(z > 0, 1, z + cache["alpha"])).astype(dz.dtype)

    return keeps_output, backward


@own(RIGHT)
def exponential_kept():
    def keeps_exponential(u, alpha):
        e = np.exp(np.clip(u, None, 0))
        return np.where(u < 0, float(alpha) * (e - 1), u), (u < 0, e, float(alpha))

    def backward(dz, cache):
        negative, e, alpha = cache
        return dz * np.where(negative, alpha * e, np.ones_like(e))

    return keeps_exponential, backward


@own(RIGHT)
def local_gradient_kept():
    def keeps_local(u, alpha):
        local = np.ones_like(u)
        local[u <= 0] = alpha * np.exp(u[u <= 0])
        return forward(u, alpha)[0], [local]

    def backward(dz, cache):
        return np.multiply(dz, cache[0])

    return keeps_local, backward


@own(RIGHT)
def closure():
    def keeps_function(u, alpha):
        def back(dz):
            slope = np.piecewise(u, [u > 0], [1.0, lambda v: alpha * np.exp(v)])
            return slope * dz

        return forward(u, alpha)[0], back

    def backward(dz, cache):
        return cache(dz)

    return keeps_function, backward


@right
def heaviside(dz, cache, *, at_zero=0.5):
    u, alpha = cache
    on = np.heaviside(u, at_zero).astype(dz.dtype)
    return dz * (on + (1 - on) * alpha * np.exp(-np.maximum(-u, 0)))


RIGHT["partially_applied"] = (forward, functools.partial(heaviside, at_zero=1.0))


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dz, cache):  # lists
    return textbook(dz, cache).tolist()


@form
def in_place(dz, cache):  # dz is changed
    u, alpha = cache
    dz[u <= 0] *= alpha * np.exp(u[u <= 0])
    return dz


@form
def double_precision(dz, cache):  # float64 from float32
    return textbook(dz, cache).astype(float)


@form
def leading_axis(dz, cache):  # (1, ...)
    return textbook(dz, cache)[None]


# --- left open --------------------------------------------------------------------------------


# Infinity times zero for u > 709.
@either
def masks_times_exponential(dz, cache):
    u, alpha = cache
    with np.errstate(all="ignore"):
        return dz * ((u > 0) + (u <= 0) * alpha * np.exp(u)).astype(dz.dtype)


# --- wrong ------------------------------------------------------------------------------------


def e(u):
    return np.exp(np.minimum(u, 30))


for name, spoilt in {
    "zero_below": lambda dz, u, a: dz * (u > 0),
    "leaky": lambda dz, u, a: np.where(u > 0, dz, a * dz),
    "passed_on": lambda dz, u, a: dz.copy(),
    "alpha_forgotten": lambda dz, u, a: np.where(u > 0, dz, dz * e(u)),
    "exponential_minus_one": lambda dz, u, a: np.where(u > 0, dz, dz * a * (e(u) - 1)),
    "alpha_added_for_one": lambda dz, u, a: np.where(u > 0, dz, dz * (a * (e(u) - 1) + 1)),
    "output_without_alpha": lambda dz, u, a: np.where(u > 0, dz, dz * (e(u) - 1 + a)),
    "alpha_in_the_exponent": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(a * u)),
    "alpha_squared": lambda dz, u, a: np.where(u > 0, dz, dz * a * a * e(u)),
    "alpha_divides": lambda dz, u, a: np.where(u > 0, dz, dz * e(u) / a),
    "alpha_added": lambda dz, u, a: np.where(u > 0, dz, dz * (a + e(u))),
    "alpha_above_too": lambda dz, u, a: np.where(u > 0, a * dz, a * dz * e(u)),
    "sign_in_the_exponent": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(-u)),
    "sign": lambda dz, u, a: np.where(u > 0, dz, -dz * a * e(u)),
    "sides_exchanged": lambda dz, u, a: np.where(u > 0, dz * a * e(u), dz),
    "everywhere": lambda dz, u, a: dz * a * e(u),
    "exponential_times_input": lambda dz, u, a: np.where(u > 0, dz, dz * a * u * e(u)),
    "exponential_of_the_output": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(a * (e(u) - 1))),
    "upstream_forgotten": lambda dz, u, a: np.where(u > 0, 1.0, a * e(u)),
    "upstream_forgotten_below": lambda dz, u, a: np.where(u > 0, dz, a * e(u)),
    "upstream_forgotten_above": lambda dz, u, a: np.where(u > 0, 1.0, dz * a * e(u)),
    "times_input_above": lambda dz, u, a: np.where(u > 0, dz * u, dz * a * e(u)),
    "sign_of_the_upstream": lambda dz, u, a: np.where(dz > 0, dz, dz * a * e(u)),
    "exponential_of_the_upstream": lambda dz, u, a: np.where(u > 0, dz, a * e(dz)),
    "from_one_on": lambda dz, u, a: np.where(u > 1, dz, dz * a * e(u)),
    "by_the_row": lambda dz, u, a: np.where(u.sum(-1, keepdims=True) > 0, dz, dz * a * e(u)),
    "averaged": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(u)) / len(u),
    "absolute_upstream": lambda dz, u, a: np.abs(np.where(u > 0, dz, dz * a * e(u))),
    "base_two": lambda dz, u, a: np.where(u > 0, dz, dz * a * 2 ** np.minimum(u, 0)),
    "both_added": lambda dz, u, a: dz * ((u > 0) + a * e(u)),
    "sigmoid_below": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(u) / (1 + e(u))),
    "summed": lambda dz, u, a: np.where(u > 0, dz, dz * a * e(u)).sum(axis=0),
    "two_mistakes": lambda dz, u, a: np.where(u > 0, dz, -dz * (e(u) - 1)),
}.items():
    WRONG[name] = (forward, lambda dz, cache, f=spoilt: f(dz, *cache))


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward_saving(u, alpha):
        z, saved["cache"] = forward(u, alpha)
        return z, None

    def backward(dz, cache):
        return textbook(dz, saved["cache"])

    return forward_saving, backward


@own(WRONG)
def output_taken_for_input():
    # The cache has z; its exponential is not that of u.
    def keeps_output(u, alpha):
        z = forward(u, alpha)[0]
        return z, (z, float(alpha))

    return keeps_output, textbook


@own(WRONG)
def consistent_but_another_function():
    # The derivative fits the forward; alpha is always 1.
    def forward_one(u, alpha):
        return forward(u, 1.0)

    return forward_one, textbook


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
