"""Solutions of ``nesterov_step(w, grad_fn, v, *, lr, mu) -> (w, v)``: the gradient at w + mu v."""

import functools

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(w, grad_fn, v, *, lr, mu):
    v = mu * v - lr * grad_fn(w + mu * v)
    return w + v, v


@put(RIGHT)
def point_with_a_name(w, grad_fn, v, *, lr, mu):
    lookahead = w + mu * v
    g = grad_fn(lookahead)
    return lookahead - lr * g, mu * v - lr * g


@put(RIGHT)
def copies_in_place(w, grad_fn, v, *, lr, mu):
    w, v = w.copy(), v.copy()
    v *= mu
    step = lr * np.asarray(grad_fn(w + v))
    v -= step
    w += v
    return w, v


@put(RIGHT)
def weights_moved_twice(w, grad_fn, v, *, lr, mu):
    # Ahead with the old velocity, then corrected.
    w = w + mu * v
    correction = -lr * grad_fn(w)
    return [w + correction, mu * v + correction]


@put(RIGHT)
def difference_of_the_weights(w, grad_fn, v, *, lr, mu):
    # As Nesterov wrote it: y from two points, then a step from y.
    before = w - v
    y = w + mu * (w - before)
    g = grad_fn(y.copy())
    return y - lr * g, mu * v - lr * g


@put(RIGHT)
def entry_by_entry(w, grad_fn, v, *, lr=0.01, mu=0.9):
    y = np.empty_like(w)
    for i in np.ndindex(w.shape):
        y[i] = w[i] + mu * v[i]
    g = grad_fn(y)
    W, V = np.empty_like(w), np.empty_like(v)
    for i in np.ndindex(w.shape):
        V[i] = mu * v[i] - lr * g[i]
        W[i] = w[i] + V[i]
    return W, V


@put(RIGHT)
def momentum_step_elsewhere(w, grad_fn, v, *, lr, mu, sign=-1):
    def momentum(w, dw, v):
        u = mu * v + sign * lr * dw
        return w + u, u

    return momentum(w, grad_fn(np.add(w, np.multiply(mu, v))), v)


RIGHT["partially_applied"] = (functools.partial(momentum_step_elsewhere, sign=-1.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(w, grad_fn, v, *, lr, mu):  # w and v are changed
    g = grad_fn(w + mu * v)
    v *= mu
    v -= lr * g
    w += v
    return w, v


@put(FORM)
def weights_moved_ahead_in_place(w, grad_fn, v, *, lr, mu):  # w is changed
    w += mu * v
    g = grad_fn(w.copy())
    return w - lr * g, mu * v - lr * g


@put(FORM)
def velocity_in_place(w, grad_fn, v, *, lr, mu):  # v is changed
    v[...] = mu * v - lr * grad_fn(w + mu * v)
    return w + v, v


@put(FORM)
def leading_axis(w, grad_fn, v, *, lr, mu):  # w of shape (1, ...)
    w, v = textbook(w, grad_fn, v, lr=lr, mu=mu)
    return w[None], v


# Optimizers cast w back, so the float type of a step is not judged.
@put(EITHER)
def double_precision(w, grad_fn, v, *, lr, mu):
    return textbook(np.asarray(w, float), grad_fn, np.asarray(v, float), lr=lr, mu=mu)


# How often the gradient may be asked for is not said, but each time costs a backward pass.
@put(EITHER)
def gradient_asked_twice(w, grad_fn, v, *, lr, mu):
    new = w + mu * v - lr * grad_fn(w + mu * v)
    return new, mu * v - lr * grad_fn(w + mu * v)


@put(EITHER)
def gradient_asked_elsewhere_too(w, grad_fn, v, *, lr, mu):
    grad_fn(w)
    return textbook(w, grad_fn, v, lr=lr, mu=mu)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    w,
    grad_fn,
    v,
    *,
    lr,
    mu,
    at=lambda w, v, lr, mu: w + mu * v,
    speed=lambda v, g, lr, mu: mu * v - lr * g,
    step=lambda w, v, g, lr, mu: w + v,
):
    """With places to go wrong."""
    g = grad_fn(at(w, v, lr, mu))
    v = speed(v, g, lr, mu)
    return step(w, v, g, lr, mu), v


for name, spoilt in {
    "heavy_ball": {"at": lambda w, v, lr, mu: w * 1},
    "looking_back": {"at": lambda w, v, lr, mu: w - mu * v},
    "undamped_look_ahead": {"at": lambda w, v, lr, mu: w + v},
    "look_ahead_by_the_rate": {"at": lambda w, v, lr, mu: w + lr * v},
    "look_ahead_by_rate_and_momentum": {"at": lambda w, v, lr, mu: w + lr * mu * v},
    "look_ahead_twice": {"at": lambda w, v, lr, mu: w + mu * v + mu**2 * v},
    "gradient_at_the_velocity": {"at": lambda w, v, lr, mu: mu * v},
    "half_a_look_ahead": {"at": lambda w, v, lr, mu: w + 0.5 * mu * v},
    "running_mean": {"speed": lambda v, g, lr, mu: mu * v - (1 - mu) * lr * g},
    "ascent": {"speed": lambda v, g, lr, mu: mu * v + lr * g},
    "rate_forgotten": {"speed": lambda v, g, lr, mu: mu * v - g},
    "velocity_not_damped": {"speed": lambda v, g, lr, mu: v - lr * g},
    "velocity_forgotten": {"speed": lambda v, g, lr, mu: -lr * g},
    "all_damped": {"speed": lambda v, g, lr, mu: mu * (v - lr * g)},
    "velocity_subtracted": {"step": lambda w, v, g, lr, mu: w - v},
    "step_from_the_point_ahead": {"step": lambda w, v, g, lr, mu: w + v + mu * v},
    "gradient_once_more": {"step": lambda w, v, g, lr, mu: w + mu * v - lr * g},
    "step_only": {"step": lambda w, v, g, lr, mu: v.copy()},
    "rate_used_twice": {"step": lambda w, v, g, lr, mu: w + lr * v},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def pytorch_form(w, grad_fn, v, *, lr, mu):
    # The gradient at w, which stands for the point ahead; the rate outside of v.
    g = grad_fn(w)
    v = mu * v + g
    return w - lr * (g + mu * v), v


@put(WRONG)
def form_of_the_point_ahead(w, grad_fn, v, *, lr, mu):
    # w is taken for the point ahead: the same path from v = 0, seen from elsewhere.
    before = v
    v = mu * v - lr * grad_fn(w)
    return w - mu * before + (1 + mu) * v, v


@put(WRONG)
def ahead_with_the_new_velocity(w, grad_fn, v, *, lr, mu):
    # The velocity of the heavy ball, then the gradient there.
    v = mu * v - lr * grad_fn(w)
    v = mu * v - lr * grad_fn(w + mu * v)
    return w + v, v


@put(WRONG)
def stays_ahead(w, grad_fn, v, *, lr, mu):
    # The look-ahead is not taken back: mu v counts twice.
    w = w + mu * v
    v = mu * v - lr * grad_fn(w)
    return w + v, v


@put(WRONG)
def old_velocity_in_the_step(w, grad_fn, v, *, lr, mu):
    return w + v, mu * v - lr * grad_fn(w + mu * v)


@put(WRONG)
def velocity_not_returned(w, grad_fn, v, *, lr, mu):
    return textbook(w, grad_fn, v, lr=lr, mu=mu)[0], v


@put(WRONG)
def results_swapped(w, grad_fn, v, *, lr, mu):
    return textbook(w, grad_fn, v, lr=lr, mu=mu)[::-1]


@put(WRONG)
def function_for_gradient(w, grad_fn, v, *, lr, mu):
    # The function itself is multiplied.
    v = mu * v - lr * grad_fn
    return w + v, v


@put(WRONG)
def settings_swapped(w, grad_fn, v, *, lr, mu):
    return textbook(w, grad_fn, v, lr=mu, mu=lr)


@put(WRONG)
def momentum_of_its_own(w, grad_fn, v, *, lr, mu):
    return textbook(w, grad_fn, v, lr=lr, mu=0.9)


@put(WRONG)
def velocity_of_its_own(w, grad_fn, v, *, lr, mu, state={}):  # noqa: B006
    old = state.get(w.shape, np.zeros_like(w))
    w, state[w.shape] = textbook(w, grad_fn, old, lr=lr, mu=mu)
    return w, state[w.shape]
