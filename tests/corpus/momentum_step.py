"""Solutions of ``momentum_step(w, dw, v, *, lr, mu) -> (w, v)``: v = mu v - lr dw, w = w + v."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w + v, v


@put(RIGHT)
def three_terms(w, dw, v, *, lr, mu):
    # The step is the plain one and a share of the last one.
    new = w - lr * dw + mu * v
    return new, mu * v - lr * dw


@put(RIGHT)
def difference_of_the_weights(w, dw, v, *, lr, mu):
    before = w - v
    new = w - lr * dw + mu * (w - before)
    return new, -(lr * dw) + mu * v


@put(RIGHT)
def copies_in_place(w, dw, v, *, lr, mu):
    w, v = w.copy(), v.copy()
    v *= mu
    v -= lr * dw
    w += v
    return w, v


@put(RIGHT)
def entry_by_entry(w, dw, v, *, lr=0.01, mu=0.9):
    V, W = np.empty_like(v), np.empty_like(w)
    for i in np.ndindex(w.shape):
        V[i] = mu * v[i] - lr * dw[i]
        W[i] = w[i] + V[i]
    return W, V


@put(RIGHT)
def positive_velocity_inside(w, dw, v, *, lr, mu, sign=-1):
    # With the other sign inside, and turned back.
    u = mu * (sign * v) + lr * dw
    return w + sign * u, sign * u


@put(RIGHT)
def velocity_in_units_of_the_rate(w, dw, v, **options):
    # The rate outside of the velocity, and taken in again.
    lr, mu = options["lr"], options["mu"]
    if lr == 0:
        return [w + mu * v, mu * v]
    u = mu * (v / -lr) + dw
    return [w - lr * u, -lr * u]


@put(RIGHT)
def matrix_of_the_linear_map(w, dw, v, *, lr, mu):
    A = np.array([[1, -lr, mu], [0, -lr, mu]], dtype=w.dtype)
    return tuple(np.tensordot(A, np.stack([w, dw, v]), axes=1))


RIGHT["partially_applied"] = (functools.partial(positive_velocity_inside, sign=-1.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, dw, v, *, lr, mu):  # w and v are changed
    v *= mu
    v -= lr * dw
    w += v
    return w, v


@put(FORM)
def velocity_in_place(w, dw, v, *, lr, mu):  # v is changed
    v[...] = mu * v - lr * dw
    return w + v, v


@put(FORM)
def gradient_scaled_in_place(w, dw, v, *, lr, mu):  # dw is changed
    dw *= lr
    return w + (mu * v - dw), mu * v - dw


@put(FORM)
def leading_axis(w, dw, v, *, lr, mu):  # w of shape (1, ...)
    w, v = textbook(w, dw, v, lr=lr, mu=mu)
    return w[None], v


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, dw, v, *, lr, mu):
    return textbook(*(np.asarray(a, dtype=np.float64) for a in (w, dw, v)), lr=lr, mu=mu)


# Lists travel through several steps as well as arrays do.
@put(EITHER)
def nested_lists(w, dw, v, *, lr, mu):
    w, v = textbook(*map(np.asarray, (w, dw, v)), lr=lr, mu=mu)
    return w.tolist(), v.tolist()


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def plain_step(w, dw, v, *, lr, mu):
    # Right for a velocity of zeros.
    return w - lr * dw, -lr * dw


@put(WRONG)
def rate_outside_of_the_velocity(w, dw, v, *, lr, mu):
    # PyTorch's velocity: the same path from v = 0, but another v.
    v = mu * v + dw
    return w - lr * v, v


@put(WRONG)
def velocity_of_the_other_sign(w, dw, v, *, lr, mu):
    v = mu * v + lr * dw
    return w - v, v


@put(WRONG)
def running_mean(w, dw, v, *, lr, mu):
    v = mu * v - (1 - mu) * lr * dw
    return w + v, v


@put(WRONG)
def running_mean_of_the_gradient(w, dw, v, *, lr, mu):
    v = mu * v + (1 - mu) * dw
    return w - lr * v, v


@put(WRONG)
def ascent(w, dw, v, *, lr, mu):
    v = mu * v + lr * dw
    return w + v, v


@put(WRONG)
def velocity_subtracted(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w - v, v


@put(WRONG)
def friction_instead_of_momentum(w, dw, v, *, lr, mu):
    # Right for mu = 1/2.
    v = (1 - mu) * v - lr * dw
    return w + v, v


@put(WRONG)
def velocity_never_damped(w, dw, v, *, lr, mu):
    v = v - lr * dw
    return w + v, v


@put(WRONG)
def all_damped(w, dw, v, *, lr, mu):
    v = mu * (v - lr * dw)
    return w + v, v


@put(WRONG)
def rate_on_both(w, dw, v, *, lr, mu):
    v = lr * (mu * v - dw)
    return w + v, v


@put(WRONG)
def rate_forgotten(w, dw, v, *, lr, mu):
    v = mu * v - dw
    return w + v, v


@put(WRONG)
def rate_and_momentum_swapped(w, dw, v, *, lr, mu):
    v = lr * v - mu * dw
    return w + v, v


@put(WRONG)
def rate_used_twice(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w + lr * v, v


@put(WRONG)
def old_velocity_in_the_step(w, dw, v, *, lr, mu):
    return w + v, mu * v - lr * dw


@put(WRONG)
def velocity_not_returned(w, dw, v, *, lr, mu):
    # The weights are right, the velocity is the old one.
    return w + mu * v - lr * dw, v


@put(WRONG)
def damped_velocity_returned(w, dw, v, *, lr, mu):
    new = w + mu * v - lr * dw
    return new, mu * (new - w)


@put(WRONG)
def nesterov_as_pytorch(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return w + mu * v - lr * dw, v


@put(WRONG)
def results_swapped(w, dw, v, *, lr, mu):
    return textbook(w, dw, v, lr=lr, mu=mu)[::-1]


@put(WRONG)
def step_only(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    return v, v


@put(WRONG)
def weights_only(w, dw, v, *, lr, mu):
    return w + mu * v - lr * dw


@put(WRONG)
def settings_of_its_own(w, dw, v, *, lr, mu):
    return textbook(w, dw, v, lr=0.01, mu=0.9)


@put(WRONG)
def momentum_of_its_own(w, dw, v, *, lr, mu):
    return textbook(w, dw, v, lr=lr, mu=0.9)


@put(WRONG)
def normalised_gradient(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw / (np.linalg.norm(dw) + 1e-8)
    return w + v, v


@put(WRONG)
def sign_of_the_gradient(w, dw, v, *, lr, mu):
    v = mu * v - lr * np.sign(dw)
    return w + v, v


@put(WRONG)
def mean_velocity(w, dw, v, *, lr, mu):
    v = np.full_like(v, (mu * v - lr * dw).mean())
    return w + v, v


@put(WRONG)
def weights_decay_too(w, dw, v, *, lr, mu):
    v = mu * v - lr * (dw + 0.01 * w)
    return w + v, v


@put(WRONG)
def velocity_of_its_own(w, dw, v, *, lr, mu, state={}):  # noqa: B006
    # The velocity is remembered by shape, and the given one ignored.
    w, state[w.shape] = textbook(w, dw, state.get(w.shape, np.zeros_like(w)), lr=lr, mu=mu)
    return w, state[w.shape]


@put(WRONG)
def restarted_when_it_points_uphill(w, dw, v, *, lr, mu):
    # Right where velocity and gradient oppose each other.
    v = mu * np.where(v * dw > 0, 0, v) - lr * dw
    return w + v, v


@put(WRONG)
def first_row_only(w, dw, v, *, lr, mu):
    new, u = textbook(w, dw, v, lr=lr, mu=mu)
    return np.concatenate([new[:1], w[1:] + 2 * u[1:]]) if w.ndim else (new + u), u


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
for name in ("carried_in_an_object_with_array", "carried_as_python_objects"):
    del EITHER[name]  # such an object would meet the next step
