"""Solutions of ``best_pair(product, n) -> (lr, mu)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def of(bottom, top):
    """The best pair for two curvatures."""
    kappa = top / bottom
    root = np.sqrt(kappa)
    return 4 / (np.sqrt(top) + np.sqrt(bottom)) ** 2, ((root - 1) / (root + 1)) ** 2


def largest(product, n, calls):
    v = np.random.default_rng(1).normal(size=n)
    for _ in range(calls):
        v = product(v / np.linalg.norm(v))
    unit = v / np.linalg.norm(v)
    return unit @ product(unit)


@right
def shifted_power_iteration(product, n):
    top = 1.1 * largest(product, n, 100)
    w = np.random.default_rng(2).normal(size=n)
    for _ in range(880):
        w = top * w - product(w)
        w /= np.linalg.norm(w)
    return of(w @ product(w), top)


@right
def the_growth_of_what_is_left(product, n):
    """The factor of the last step of gradient descent is 1 − λmin/λmax."""
    top = 1.06 * largest(product, n, 80)
    w = np.random.default_rng(3).normal(size=n)
    for _ in range(900):
        before = w
        w = w - product(w) / top
    factor = np.linalg.norm(w) / np.linalg.norm(before)
    return of((1 - factor) * top, top)


@right
def in_a_space_of_few_directions(product, n):
    """The curvatures within the space of a vector and of its first 100 products."""
    q = np.ones((1, n)) / n**0.5
    for _ in range(100):
        new = product(q[-1])
        for _ in range(2):
            new = new - q.T @ (q @ new)
        q = np.vstack([q, new / np.linalg.norm(new)])
    small = q @ np.array([product(one) for one in q]).T
    lam = np.linalg.eigvalsh((small + small.T) / 2)
    return of(lam[0], 1.02 * lam[-1])


@right
def with_a_large_margin(product, n):
    top = 1.4 * largest(product, n, 30)
    w = np.random.default_rng(4).normal(size=n)
    for _ in range(950):
        w = w - 2 / top * product(w)
    return of(w @ product(w) / (w @ w), top)


@form
def arrays_of_one_number(product, n):
    return tuple(np.array([one]) for one in shifted_power_iteration(product, n))


@wrong
def of_the_first_call(product, n, kept=[]):  # noqa: B006
    kept.append(shifted_power_iteration(product, n))
    return kept[0]


@wrong
def the_best_for_most_directions(product, n):
    """The root of the mean square of the curvatures in place of the largest."""
    v = np.random.default_rng(0).normal(size=n)
    size = np.linalg.norm(product(v)) / np.linalg.norm(v)
    return of(size / 30, size)


@wrong
def always_nine_tenths(product, n):
    top = 1.1 * largest(product, n, 100)
    return 1 / top, 0.9


@wrong
def always_a_half(product, n):
    top = 1.1 * largest(product, n, 100)
    return (1 + 0.5**0.5) ** 2 / top, 0.5


@wrong
def until_it_no_longer_changes(product, n):
    v, before, now = np.ones(n), 0.0, 1.0
    while abs(now - before) > 1e-9 * now:
        v = v / np.linalg.norm(v)
        v, before, now = product(v), now, v @ product(v)
    return of(now / 100, now)


programs.beside_the_point = [
    "return 0.01, 0.9",
    "always_nine_tenths",
    "always_a_half",
    "plain",
    "usual_momentum",
    "bottom = top / 30",
]

programs.equivalent = changes("""
for _again in range(50):
    the margin is larger than what one product more or less finds
for _step in range(900):
    only the flattest direction is left long before
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    other random vectors do as well
bottom = w @ product(w) / (w @ w) -> bottom = product(w) @ w / (w @ w)
top = v @ Hv -> top = Hv @ v
    a product of two vectors has no order
mu = ((steep - flat) / (steep + flat)) ** 2 -> mu = ((flat - steep) / (steep + flat)) ** 2
    a square has no sign
w = w - 1.5 / top * product(w) -> w = w - 0.75 / top * product(w)
    after 900 steps at half the rate, too, only the flattest direction is left
w = w - 1.5 / top * product(w) -> w = 1.5 / top * product(w) - w
    the sign of w plays no part
""")
