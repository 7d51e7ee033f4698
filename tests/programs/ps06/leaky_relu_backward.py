"""Solutions of ``leaky_relu_backward(dz, cache) -> du``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def forward(u, slope):
    slope = float(slope)
    return np.where(u > 0, u, slope * u), (u, slope)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


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


@right.together
def from_the_output():
    def keeps_output(u, slope):
        z = np.where(u >= 0, u, float(slope) * u)
        return z, {"z": z, "slope": slope}

    def backward(dz, cache):
        return (dz * np.where(cache["z"] > 0, 1.0, cache["slope"])).astype(dz.dtype)

    return keeps_output, backward


@right
def heaviside(dz, cache, *, at_zero=0.5):
    u, slope = cache
    on = np.heaviside(u, at_zero).astype(dz.dtype)
    return on * dz + slope * (1 - on) * dz


@right
def central_difference(dz, cache):
    u, slope = cache
    u, h = u.astype(float), 1e-4
    up, down = forward(u + h, slope)[0], forward(u - h, slope)[0]
    return (dz * (up - down) / (2 * h)).astype(dz.dtype)


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dz, cache):  # lists
    return textbook(dz, cache).tolist()


@form
def leading_axis(dz, cache):  # (1, ...)
    return textbook(dz, cache)[None]


def forward_in_place(u, slope):
    u[u < 0] *= slope
    return u, (u, slope)


form.add("behind_a_forward_in_place", forward_in_place, textbook)  # u is changed


# --- left open --------------------------------------------------------------------------------


# --- left open --------------------------------------------------------------------------------


# float64 from float32 where the slope is a numpy.float64.
@open_.together
def slope_as_given():
    def forward_as_given(u, slope):
        return np.where(u > 0, u, slope * u), (u, slope)

    return forward_as_given, textbook


# --- wrong ------------------------------------------------------------------------------------


DU = "np.where(u > 0, dz, slope * dz)"
for name, du in {
    "upstream_forgotten": "np.where(u > 0, 1.0, slope)",
    "upstream_forgotten_above": "np.where(u > 0, 1, slope * dz)",
    "both_signs": "np.where((u > 0) & (dz > 0), dz, slope * dz)",
    "slope_subtracted": "np.where(u > 0, dz, dz - slope)",
    "slope_added": "dz * (u > 0) + slope",
    "slope_on_top": "dz * (u > 0) + slope * dz",
    "slope_squared": "np.where(u > 0, dz, slope * slope * dz)",
    "one_minus_slope": "np.where(u > 0, dz, (1 - slope) * dz)",
    "from_one_on": "np.where(u > 1, dz, slope * dz)",
    "by_the_row": "np.where(u.sum(-1, keepdims=True) > 0, dz, slope * dz)",
    "absolute_upstream": "abs(dz) * np.where(u > 0, 1, slope)",
    "exponential_below": "np.where(u > 0, dz, dz * slope * np.exp(np.minimum(u, 0)))",
    "summed": f"{DU}.sum(axis=0)",
    "both_sides_at_zero": "dz * (u >= 0) + slope * dz * (u <= 0)",
    "nan_at_zero": "dz * (np.where(u > 0, u, slope * u) / u)",
    "another_sign_at_zero": "np.where(u > 0, dz, np.where(u < 0, slope * dz, -dz))",
    "two_mistakes": "np.where(u > 0, -1, 0.01)",
}.items():
    wrong.edit(name, textbook, DU, du)
wrong.edit(
    "from_slope_on",
    textbook,
    DU,
    "np.where(u > slope, dz, slope * dz)",
    chance="a u lies between 0 and slope, or none",
)


kept: dict[str, float] = {}


def slope_aside(u, slope):
    kept["slope"] = slope
    return np.where(u > 0, u, slope * u), u


@wrong.behind(slope_aside)
def slope_from_aside(dz, u):
    return np.where(u > 0, dz, kept["slope"] * dz)


programs.carry(right.programs["textbook"])
