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
def three_terms(w, dw, v, *, lr, mu):
    # The step is the plain one and a share of the last one.
    new = w - lr * dw + mu * v
    return new, mu * v - lr * dw


@right
def from_the_weights_before(w, dw, v, *, lr, mu):
    before = w - v
    after = w - lr * dw + mu * (w - before)
    return after, after - w


@right
def positive_velocity_inside(w, dw, v, *, lr, mu):
    a = mu * (-v) + lr * dw
    return [w - a, -a]


@right
def velocity_in_units_of_the_rate(w, dw, v, **options):
    lr, mu = options["lr"], options["mu"]
    u = mu * (v / -lr) + dw
    return [w - lr * u, -lr * u]


@right
def matrix_of_the_linear_map(w, dw, v, *, lr, mu):
    A = np.array([[1, -lr, mu], [0, -lr, mu]], dtype=w.dtype)
    return tuple(np.tensordot(A, np.stack([w, dw, v]), axes=1))


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
