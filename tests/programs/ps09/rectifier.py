"""Solutions of ``rectifier(u, kind, a) -> z, df``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, kind, a):
    v = np.minimum(u, 0)
    if kind == "elu":
        value, slope = a * np.expm1(v), a * np.exp(v)
    else:
        value, slope = a * v, np.full_like(u, a)
    return np.where(u > 0, u, value), np.where(u > 0, np.ones_like(u), slope)


@right
def overwritten(u, kind, a):
    """Copies of the right side, in which the negative entries are replaced."""
    z, df, left = u.copy(), np.ones_like(u), u < 0
    z[left] = a * (np.expm1(u[left]) if kind == "elu" else u[left])
    df[left] = a * (np.exp(u[left]) if kind == "elu" else 1)
    return z, df


@right
def two_parts(u, kind, a):
    right_side, left = (u > 0).astype(u.dtype), np.minimum(u, 0)
    curve, steep = (np.expm1(left), np.exp(left)) if kind == "elu" else (left, left**0)
    return np.maximum(u, 0) + a * curve, right_side + (1 - right_side) * a * steep


@right
def half_way_at_zero(u, kind, a):
    z, df = textbook(u, kind, a)
    return z, np.where(u == 0, np.asarray((1 + a) / 2, df.dtype), df)


# Infinity times zero for u > 709.
@open_
def masks_times_exponential(u, kind, a):
    with np.errstate(all="ignore"):
        e = np.exp(u) if kind == "elu" else u + 1
        return u * (u > 0) + a * (e - 1) * (u <= 0), textbook(u, kind, a)[1]


@wrong
def a_of_the_first_call(u, kind, a, kept=[]):  # noqa: B006
    kept.append(a)
    return textbook(u, kind, kept[0])


@wrong
def u_limited_on_both_sides(u, kind, a):
    low = np.clip(u, -80, 0)
    if kind == "leaky":
        return np.where(u > 0, u, a * u), np.where(u > 0, u.dtype.type(1), u.dtype.type(a))
    return np.where(u > 0, u, a * np.expm1(low)), np.where(u > 0, u.dtype.type(1), a * np.exp(low))


wrong.edit(
    "line_next_to_zero",
    textbook,
    "a * np.expm1(v), a",
    "a * np.where(v > -1e-4, v, np.exp(v) - 1), a",
)


@wrong
def at_least_one_axis(u, kind, a):
    return textbook(np.atleast_1d(u), kind, a)


@wrong
def float32_unless_float64(u, kind, a):
    kept = np.float64 if u.dtype == np.float64 else np.float32
    return tuple(one.astype(kept) for one in textbook(u, kind, a))


programs.beside_the_point = [
    "return np.maximum(u, 0), (u > 0).astype(u.dtype)",
    "return u, np.ones_like(u)",
    "return np.where(u > 0, u, 0.1 * u), np.where(u > 0, 1, 0.1)",
]

programs.equivalent = changes("""
df = np.where(u > 0, np.ones_like(u), slope) -> df = np.where(u >= 0, np.ones_like(u), slope)
    at the kink any derivative between those of both sides is right
v = np.minimum(u, 0) -> v = np.minimum(u, 1)
    only guards the branch that is not taken
z = np.where(u > 0, u, value) -> z = np.where(u >= 0, u, value)
    both branches are 0 at 0
""")
