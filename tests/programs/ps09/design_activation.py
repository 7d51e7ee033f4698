"""Solutions of ``design_activation(low, high, mean, slope) -> f``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

V = np.linspace(-5, 5, 401)
P = np.exp(-(V**2) / 2) / np.sum(np.exp(-(V**2) / 2))


def search(low, high, mean, slope, shapes, of_slope=None, active=0.85):
    """The first shape that fits, scaled to the slope and moved to the mean."""
    for h in shapes:
        z, df = h(V)
        a = slope / (of_slope or (lambda dh: np.sqrt(P @ dh**2)))(df)
        b = mean - a * (P @ z)
        ends = b + a * h(np.array([-1e4, 1e4]))[0]
        fits = (low is None or ends[0] >= low) and (high is None or ends[1] <= high)
        if fits and P @ (a * df > slope / 20) >= active:
            break
    return lambda u: (b + a * h(u)[0], a * h(u)[1])


def softplus(w, t):
    def h(u):
        y = (u - t) / w
        s = 0.5 + 0.5 * np.tanh(y / 2)
        return w * np.logaddexp(0, y), s

    return h


def elu(w, t):
    def h(u):
        left = np.exp(np.minimum(u - t, 0) / w)
        return np.where(u > t, u - t, w * (left - 1)), np.where(u > t, 1.0, left)

    return h


def arctangent(w, t):
    return lambda u: (np.arctan((u - t) / w), 1 / w / (1 + ((u - t) / w) ** 2))


def tangent(w, t):
    return lambda u: (np.tanh((u - t) / w), (1 - np.tanh((u - t) / w) ** 2) / w)


def mirrored(make):
    def make_it(w, t):
        h = make(w, t)
        return lambda u: (-h(-u)[0], h(-u)[1])

    return make_it


def kinds(low, high, one_side, both):
    if low is not None and high is not None:
        return both
    return one_side if high is None else mirrored(one_side)


def tried(low, high, one_side, both):
    make = kinds(low, high, one_side, both)
    places = sorted(np.linspace(-1, 1, 21), key=abs)
    return [make(w, t) for w in np.geomspace(3, 0.15, 30) for t in places]


@right
def with_elu(low, high, mean, slope):
    return search(low, high, mean, slope, tried(low, high, elu, tangent))


@right
def with_softplus(low, high, mean, slope):
    return search(low, high, mean, slope, tried(low, high, softplus, tangent))


@right
def from_wide_to_narrow(low, high, mean, slope):
    """A steeper tail first; of several that fit, the first."""
    shapes = tried(low, high, elu, tangent)[::-1]
    return search(low, high, mean, slope, shapes, active=0.88)


@wrong
def of_the_first_call(low, high, mean, slope, kept=[]):  # noqa: B006
    kept.append(with_elu(low, high, mean, slope))
    return kept[0]


@wrong
def slope_from_the_mean_derivative(low, high, mean, slope):
    shapes = tried(low, high, elu, tangent)
    return search(low, high, mean, slope, shapes, of_slope=lambda dh: P @ dh)


@wrong
def derivative_without_its_factor(low, high, mean, slope):
    f = with_elu(low, high, mean, slope)
    return lambda u: (f(u)[0], f(u)[1] / 2)


@wrong
def centred_at_zero(low, high, mean, slope):
    f = with_elu(low, high, mean, slope)
    return lambda u: (f(u)[0] - mean, f(u)[1])


@wrong
def without_a_bound(low, high, mean, slope):
    return lambda u: (mean + slope * u, np.full(u.shape, slope))


@wrong
def a_wave(low, high, mean, slope):
    a = np.sqrt(2) * slope
    return lambda u: (mean + a / 5 * np.sin(5 * u), a * np.cos(5 * u))


@wrong
def clipped_at_the_bounds(low, high, mean, slope):
    """A line that is cut off: the mean and the slope change, and the ends are flat."""
    return lambda u: (
        np.clip(mean + slope * u, low, high),
        slope * np.isclose(np.clip(mean + slope * u, low, high), mean + slope * u),
    )


@wrong
def nan_for_thousands(low, high, mean, slope):
    f = with_elu(low, high, mean, slope)

    def with_an_overflow(u):
        with np.errstate(all="ignore"):
            return f(u)[0] + 0 * np.exp(np.abs(u)), f(u)[1]

    return with_an_overflow


programs.beside_the_point = [
    "return lambda u: (np.tanh(u), 1 - np.tanh(u) ** 2)",
    "return lambda u: (mean + 0 * u, 0 * u)",
    "without_a_bound",
    "a_wave",
    "clipped_at_the_bounds",
]

programs.equivalent = changes("""
a = slope / np.sqrt(p @ df ** 2) -> a = slope / np.sqrt(df ** 2 @ p)
b = mean - sign * a * (p @ z) -> b = mean - sign * a * (z @ p)
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append(((a * df > slope / 20) @ p, w, t, a, b))
    the product of two vectors has no order
both = low is not None and high is not None -> both = low is not None or high is not None
    a shape with two bounds has one of them, too
ends = (b - a, b + a) if both else (b - sign * a * w,) * 2 -> ends = (b - a, b + a) if both else (b - sign * a * w,) * 3
    the third of three equal ends is not read
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append((p @ (a * df > 20 / slope), w, t, a, b))
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append((p @ (a * df > slope * 20), w, t, a, b))
fits.append((p @ (a * df > slope / 20), w, t, a, b))
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append((p @ (a * df >= slope / 20), w, t, a, b))
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append((p @ (a + df > slope / 20), w, t, a, b))
fits.append((p @ (a * df > slope / 20), w, t, a, b)) -> fits.append((p @ (a / df > slope / 20), w, t, a, b))
    of the shapes that keep the bounds another one is taken, which is flat for few u
for t in np.linspace(-1, 1, 9): -> for t in np.linspace(-0, 1, 9):
for t in np.linspace(-1, 1, 9): -> for t in np.linspace(-1, 1, 10):
for t in np.linspace(-1, 1, 9): -> for t in np.linspace(-1, 1, 8):
for t in np.linspace(-1, 1, 9): -> for t in np.linspace(-1, 2, 9):
for t in np.linspace(-1, 1, 9): -> for t in np.linspace(-2, 1, 9):
for w in np.geomspace(0.3, 3, 12):
    another family of shapes holds one that fits
if (low is None or ends[0] >= low) and (high is None or ends[1] <= high): -> if (low is None or ends[0] > low) and (high is None or ends[1] <= high):
if (low is None or ends[0] >= low) and (high is None or ends[1] <= high): -> if (low is None or ends[0] >= low) and (high is None or ends[1] < high):
    no shape ends exactly at the bound
left = np.exp(np.minimum(u - t, 0) / w) -> left = np.exp(np.minimum(u - t, 1) / w)
    right of t it is not used
return (np.where(u > t, u - t, w * (left - 1)), np.where(u > t, 1.0, left)) -> return (np.where(u > t, u - t, w * (left - 1)), np.where(u >= t, 1.0, left))
return (np.where(u > t, u - t, w * (left - 1)), np.where(u > t, 1.0, left)) -> return (np.where(u >= t, u - t, w * (left - 1)), np.where(u > t, 1.0, left))
    at the bend both sides agree
v = np.linspace(-6, 6, 301)
    the grid is fine and wide enough
z = np.tanh((u - t) / w) -> z = np.tanh((u + t) / w)
    the places t lie on both sides of 0
""")
