"""Solutions of ``elu_backward(dz, cache) -> du``, each with its forward."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue


def e(u):
    return np.exp(np.minimum(u, 30))


def forward(u, alpha):
    alpha = float(alpha)
    return np.maximum(u, 0) + alpha * np.expm1(np.minimum(u, 0)), (u, alpha)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, alpha = cache
    slope = alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, dz * slope)


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


@right.together
def from_the_output():
    # Below zero the derivative is z + alpha.
    def keeps_output(u, alpha):
        z = forward(u, alpha)[0]
        return z, {"z": z, "alpha": alpha}

    def backward(dz, cache):
        z = cache["z"]
        return (dz * np.where(z > 0, 1, z + cache["alpha"])).astype(dz.dtype)

    return keeps_output, backward


@right.together
def exponential_kept():
    def keeps_exponential(u, alpha):
        e = np.exp(np.clip(u, None, 0))
        return np.where(u < 0, float(alpha) * (e - 1), u), (u < 0, e, float(alpha))

    def backward(dz, cache):
        negative, e, alpha = cache
        return dz * np.where(negative, alpha * e, np.ones_like(e))

    return keeps_exponential, backward


@right
def heaviside(dz, cache, *, at_zero=0.5):
    u, alpha = cache
    on = np.heaviside(u, at_zero).astype(dz.dtype)
    return dz * (on + (1 - on) * alpha * np.exp(-np.maximum(-u, 0)))


@right
def half_way_at_zero(dz, cache):
    u, alpha = cache
    left = dz * alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, np.where(u < 0, left, dz * (1 + alpha) / 2))


@right
def central_difference(dz, cache):
    u, alpha = cache
    u, h = u.astype(float), 1e-5
    return (dz * (forward(u + h, alpha)[0] - forward(u - h, alpha)[0]) / (2 * h)).astype(dz.dtype)


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dz, cache):  # lists
    return textbook(dz, cache).tolist()


@form
def double_precision(dz, cache):  # float64 from float32
    return textbook(dz, cache).astype(float)


@form
def leading_axis(dz, cache):  # (1, ...)
    return textbook(dz, cache)[None]


# --- wrong ------------------------------------------------------------------------------------


SLOPE, DU = "alpha * np.exp(np.minimum(u, 0))", "np.where(u > 0, dz, dz * slope)"
for name, slope in {
    "output_without_alpha": "np.exp(np.minimum(u, 0)) - 1 + alpha",
    "output_minus_alpha": "alpha * (np.exp(np.minimum(u, 0)) - 2)",
    "alpha_in_the_exponent": "alpha * np.exp(alpha * np.minimum(u, 0))",
    "alpha_squared": f"alpha * {SLOPE}",
    "alpha_divides": "np.exp(np.minimum(u, 0)) / alpha",
    "alpha_added": "alpha + np.exp(np.minimum(u, 0))",
    "sign": f"-{SLOPE}",
    "exponential_times_input": f"u * {SLOPE}",
    "base_two": "alpha * 2 ** np.minimum(u, 0)",
    "sigmoid_below": f"{SLOPE} / (1 + e(u))",
    "two_mistakes": "1 - np.exp(np.minimum(u, 0))",
}.items():
    wrong.edit(name, textbook, SLOPE, slope)
for name, du in {
    "passed_on": "dz.copy()",
    "sides_exchanged": "np.where(u > 0, dz * alpha * e(u), dz)",
    "everywhere": "dz * alpha * e(u)",
    "times_input_above": "np.where(u > 0, dz * u, dz * slope)",
    "sign_of_the_upstream": "np.where(dz > 0, dz, dz * alpha * e(u))",
    "exponential_of_the_upstream": "np.where(u > 0, dz, alpha * e(dz))",
    "function_of_the_upstream": "forward(dz, alpha)[0]",
    "by_the_row": "np.where(u.sum(-1, keepdims=True) > 0, dz, dz * alpha * e(u))",
    "absolute_upstream": f"abs({DU})",
    "both_added_with_overflow_kept_out": "dz * ((u > 0) + alpha * e(u))",
    "both_added": "dz * ((u > 0) + slope)",
    "both_sides_at_zero": "dz * (u >= 0) + dz * (u <= 0) * slope",
    "another_sign_at_zero": f"np.where(u == 0, -dz, {DU})",
    "summed": f"{DU}.sum(axis=0)",
}.items():
    wrong.edit(name, textbook, DU, du)
ALPHA = "alpha exp(u) is below 1 for some u > 0, or for none"
wrong.edit("never_steeper_than_one", textbook, DU, "dz * np.minimum(1, alpha * e(u))", chance=ALPHA)
wrong.edit(
    "from_one_on",
    textbook,
    DU,
    "np.where(u > 1, dz, dz * alpha * e(u))",
    chance="a u lies between 0 and 1, or none",
)


@wrong.together
def consistent_but_another_function():
    # The derivative fits the forward; alpha is always 1.
    def forward_one(u, alpha):
        return forward(u, 1.0)

    return forward_one, textbook


kept: dict[str, float] = {}


def alpha_aside(u, alpha):
    kept["alpha"] = float(alpha)
    return forward(u, alpha)[0], u


@wrong.behind(alpha_aside)
def alpha_from_aside(dz, u):
    return textbook(dz, (u, kept["alpha"]))


programs.carry(right.programs["textbook"])
