"""Solutions of ``newton_step(loss, w, g, H)``: a step of Newton's method that lowers the loss."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def by_the_sign_of_each_curvature(loss, w, g, H):
    whole = w - np.linalg.solve(H, g)
    if loss(whole) < loss(w):
        return whole
    lam, V = np.linalg.eigh(H)
    d = -V @ ((V.T @ g) / np.abs(lam))
    while loss(w + d) >= loss(w):
        d = 0.3 * d
    return w + d


@right
def the_first_of_many_steps(loss, w, g, H):
    newton = -np.linalg.inv(H) @ g
    steps = [newton, *(0.7**k * d for k in range(1, 60) for d in (newton, -g))]
    return next(w + d for d in steps if loss(w + d) < loss(w))


@right
def the_gradient_at_a_saddle(loss, w, g, H):
    there = w - np.linalg.solve(H, g)
    if loss(there) < loss(w):
        return there
    lr = 1.0
    while loss(w - lr * g) >= loss(w):
        lr /= 10
    return w - lr * g


form.edit(
    "a_column",
    the_gradient_at_a_saddle,
    "return there",
    "return there[:, None]",
)


@form
def start_overwritten(loss, w, g, H):  # w is changed
    there = the_gradient_at_a_saddle(loss, w, g, H)
    w[:] = there
    return w


@wrong
def the_step_of_the_first_call(loss, w, g, H, kept={}):  # noqa: B006
    d = kept.setdefault(len(w), the_gradient_at_a_saddle(loss, w, g, H) - w)
    return w + d


@wrong
def never_up_hill_but_stays(loss, w, g, H):
    there = w - np.linalg.solve(H, g)
    return there if loss(there) < loss(w) else w


@wrong
def a_rate_from_the_largest_curvature(loss, w, g, H):
    there = w - np.linalg.solve(H, g)
    return there if loss(there) < loss(w) else w - g / np.abs(np.linalg.eigvalsh(H)).max()


@wrong
def the_best_of_four_rates(loss, w, g, H):
    there = w - np.linalg.solve(H, g)
    if loss(there) < loss(w):
        return there
    return min((w - rate * g for rate in (1, 0.1, 0.01, 0.001)), key=loss)


@wrong
def turned_round_uphill(loss, w, g, H):
    d = -np.linalg.solve(H, g)
    d = d if g @ d < 0 else -d
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d
