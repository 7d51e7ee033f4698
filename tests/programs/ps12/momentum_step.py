"""Solutions of ``momentum_step(w, dw, v, *, lr, mu) -> (w, v)``: v = mu v - lr dw, w = w + v."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w + v, v


@right
def positive_velocity_inside(w, dw, v, *, lr, mu):
    a = mu * (-v) + lr * dw
    return [w - a, -a]


@right
def numbers_in_lists(w, dw, v, *, lr, mu):
    shape = w.shape
    rows = zip(w.ravel().tolist(), dw.ravel().tolist(), v.ravel().tolist(), strict=True)
    pairs = [(a + mu * c - lr * b, mu * c - lr * b) for a, b, c in rows]
    return tuple(np.array(column).reshape(shape).tolist() for column in zip(*pairs, strict=True))


@right
def single_precision(w, dw, v, *, lr, mu):
    # Optimizers cast w back, so the float type of a step is not judged.
    w, dw, v = (a.astype(np.float32) for a in (w, dw, v))
    v = np.float32(mu) * v - np.float32(lr) * dw
    return w + v, v


@wrong
def first_rate_for_ever(w, dw, v, *, lr, mu, state={}):  # noqa: B006
    return textbook(w, dw, v, lr=state.setdefault("lr", lr), mu=mu)


enter_what_fits_all(programs, textbook, 2)
programs.carry(textbook, n=2)
for name in ("carried_in_an_object_with_array", "carried_as_python_objects"):
    del open_.programs[name]  # such an object would meet the next step


@wrong
def smallest_rate(w, dw, v, *, lr, mu):
    return textbook(w, dw, v, lr=max(lr, 1e-8), mu=mu)


@wrong
def steps_below_a_thousandth_are_none(w, dw, v, **options):
    _, v = textbook(w, dw, v, **options)
    v = np.where(np.abs(v) < 1e-3, 0, v)
    return w + v, v


@wrong
def w_moves_by_two_at_most(w, dw, v, **options):
    _, v = textbook(w, dw, v, **options)
    return w + np.clip(v, -2, 2), v


@wrong
def at_rest_without_a_gradient(w, dw, v, **options):
    return textbook(w, dw, np.where(dw == 0, 0, v), **options)


programs.beside_the_point = [
    "return w - lr * dw, v",
    "return w - lr * dw, -lr * dw",
]
