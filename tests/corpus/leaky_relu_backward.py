"""Solutions of ``leaky_relu_backward(dz, cache) -> du``, each with its forward."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def forward(u, slope):
    slope = float(slope)
    return np.where(u > 0, u, slope * u), (u, slope)


right, form, wrong = put(RIGHT, forward), put(FORM, forward), put(WRONG, forward)


@right
def textbook(dz, cache):
    u, slope = cache
    return np.where(u > 0, dz, slope * dz)


@right
def one_at_the_kink(dz, cache):
    u, slope = cache
    du = np.array(dz)
    du[u < 0] *= slope
    return du


@right
def in_the_middle_at_the_kink(dz, cache):
    u, slope = cache
    return ((1 + slope) / 2 + (1 - slope) / 2 * np.sign(u)) * dz


@right
def entry_by_entry(dz, cache):
    u, slope = cache
    du = np.zeros_like(dz)
    for i in np.ndindex(dz.shape):
        du[i] = dz[i] * (1 if u[i] > 0 else slope)
    return du


@right
def local_gradient(dz, cache):
    u, slope = cache
    local = np.ones_like(u)
    local[u <= 0] = slope
    return np.multiply(local, dz)


@own(RIGHT)
def from_the_output():
    def keeps_output(u, slope):
        z = np.where(u >= 0, u, float(slope) * u)
        return z, {"z": z, "slope": slope}

    def backward(dz, cache):
        return (dz * np.where(cache["z"] > 0, 1.0, cache["slope"])).astype(dz.dtype)

    return keeps_output, backward


@own(RIGHT)
def mask_in_a_closure():
    def keeps_function(u, slope):
        s, positive = float(slope), u > 0
        return u * (positive + s * ~positive).astype(
            u.dtype
        ), lambda dz: dz * positive + s * (dz * ~positive)

    def backward(dz, cache):
        return cache(dz)

    return keeps_function, backward


@right
def heaviside(dz, cache, *, at_zero=0.5):
    u, slope = cache
    on = np.heaviside(u, at_zero).astype(dz.dtype)
    return on * dz + slope * (1 - on) * dz


RIGHT["partially_applied"] = (forward, functools.partial(heaviside, at_zero=0.25))


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dz, cache):  # lists
    return textbook(dz, cache).tolist()


@form
def in_place(dz, cache):  # dz is changed
    u, slope = cache
    dz[u <= 0] *= slope
    return dz


@form
def factors_in_double_precision(dz, cache):  # float64 from float32
    u, slope = cache
    return dz * np.where(u > 0, 1, slope)


@form
def leading_axis(dz, cache):  # (1, ...)
    return textbook(dz, cache)[None]


# --- left open --------------------------------------------------------------------------------


# float64 from float32 where the slope is a numpy.float64.
@own(EITHER)
def slope_as_given():
    def forward_as_given(u, slope):
        return np.where(u > 0, u, slope * u), (u, slope)

    return forward_as_given, textbook


# --- wrong ------------------------------------------------------------------------------------

for name, spoilt in {
    "zero_below": lambda dz, u, s: dz * (u > 0),
    "usual_slope": lambda dz, u, s: np.where(u > 0, dz, 0.01 * dz),
    "upstream_forgotten": lambda dz, u, s: np.where(u > 0, 1.0, s),
    "upstream_forgotten_below": lambda dz, u, s: np.where(u > 0, dz, s),
    "upstream_forgotten_above": lambda dz, u, s: np.where(u > 0, 1, s * dz),
    "passed_on": lambda dz, u, s: dz.copy(),
    "slope_everywhere": lambda dz, u, s: s * dz,
    "sides_exchanged": lambda dz, u, s: np.where(u > 0, s * dz, dz),
    "sign_of_the_upstream": lambda dz, u, s: np.where(dz > 0, dz, s * dz),
    "both_signs": lambda dz, u, s: np.where((u > 0) & (dz > 0), dz, s * dz),
    "negative_slope": lambda dz, u, s: np.where(u > 0, dz, -s * dz),
    "slope_subtracted": lambda dz, u, s: np.where(u > 0, dz, dz - s),
    "slope_added": lambda dz, u, s: dz * (u > 0) + s,
    "slope_on_top": lambda dz, u, s: dz * (u > 0) + s * dz,
    "slope_squared": lambda dz, u, s: np.where(u > 0, dz, s * s * dz),
    "one_minus_slope": lambda dz, u, s: np.where(u > 0, dz, (1 - s) * dz),
    "slope_divides": lambda dz, u, s: np.where(u > 0, dz, dz / (s + 1e-9)),
    "times_input": lambda dz, u, s: dz * np.where(u > 0, u, s * u),
    "times_input_below": lambda dz, u, s: np.where(u > 0, dz, s * u * dz),
    "from_one_on": lambda dz, u, s: np.where(u > 1, dz, s * dz),
    "from_slope_on": lambda dz, u, s: np.where(u > s, dz, s * dz),
    "by_the_row": lambda dz, u, s: np.where(u.sum(-1, keepdims=True) > 0, dz, s * dz),
    "averaged": lambda dz, u, s: np.where(u > 0, dz, s * dz) / len(u),
    "absolute_upstream": lambda dz, u, s: np.abs(dz) * np.where(u > 0, 1, s),
    "exponential_below": lambda dz, u, s: np.where(u > 0, dz, dz * s * np.exp(np.minimum(u, 0))),
    "summed": lambda dz, u, s: np.where(u > 0, dz, s * dz).sum(axis=0),
    "two_mistakes": lambda dz, u, s: np.where(u > 0, -1, 0.01),
}.items():
    WRONG[name] = (forward, lambda dz, cache, f=spoilt: f(dz, *cache))


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward_saving(u, slope):
        z, saved["cache"] = forward(u, slope)
        return z, None

    def backward(dz, cache):
        return textbook(dz, saved["cache"])

    return forward_saving, backward


@own(WRONG)
def consistent_but_another_function():
    # The derivative fits the forward; the slope is on the right.
    def forward_right(u, slope):
        return np.where(u > 0, float(slope) * u, u), (-u, float(slope))

    return forward_right, textbook


@own(WRONG)
def mask_of_magnitudes():
    def keeps_magnitude(u, slope):
        return forward(u, slope)[0], (np.abs(u), float(slope))

    return keeps_magnitude, textbook


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
