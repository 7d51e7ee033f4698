"""Programs for ``nesterov_step``."""

import numpy as np


def two_lines(w, grad_fn, v, *, lr, mu):
    v = mu * v - lr * grad_fn(w + mu * v)
    return w + v, v


def jump_and_correct(w, grad_fn, v, *, lr, mu):
    """Jump, correct from there, and take the difference as the step."""
    there = w + mu * v
    new = there - lr * grad_fn(there)
    return new, new - w


def from_the_place_before(w, grad_fn, v, *, lr, mu):
    before = w - v
    y = (1 + mu) * w - mu * before
    new = y - lr * grad_fn(y)
    return [new, new - w]


def downhill_inside(w, grad_fn, v, *, lr, mu):
    """S3's form inside, with the sign turned at both ends."""
    a = -v
    a = mu * a + lr * grad_fn(w - mu * a)
    return w - a, -a


def shifted_weights(w, grad_fn, v, *, lr, mu):
    """The form of training code, which keeps the weights ahead, turned back at the end."""
    p = w + mu * v
    dw = grad_fn(p)
    old, v = v, mu * v - lr * dw
    return p - mu * old + v, v


def in_place_on_copies(w, grad_fn, v, *, lr, mu):
    w, v = w.copy(), v.copy()
    v *= mu
    w += v
    push = -lr * grad_fn(w)
    v += push
    w += push
    return w, v


def element_by_element(w, grad_fn, v, *, lr, mu):
    dw = np.asarray(grad_fn(w + mu * v))
    w, v = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        v[i] = mu * v[i] - lr * dw[i]
        w[i] = w[i] + v[i]
    return w.tolist(), v.tolist()


def single_precision(w, grad_fn, v, *, lr, mu):
    w, v = w.astype(np.float32), v.astype(np.float32)
    v = np.float32(mu) * v - np.float32(lr) * grad_fn(w + np.float32(mu) * v).astype(np.float32)
    return w + v, v


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        two_lines,
        jump_and_correct,
        from_the_place_before,
        downhill_inside,
        shifted_weights,
        in_place_on_copies,
        element_by_element,
        single_precision,
    )
]


def jumps_in_place(w, grad_fn, v, *, lr, mu):
    w += mu * v
    push = -lr * grad_fn(w)
    return w + push, mu * v + push


def v_in_place(w, grad_fn, v, *, lr, mu):
    v *= mu
    v -= lr * grad_fn(w + v)
    return w + v, v


def asks_twice(w, grad_fn, v, *, lr, mu):
    return (
        w + mu * v - lr * grad_fn(w + mu * v),
        mu * v - lr * grad_fn(w + mu * v),
    )


def asks_at_w_too(w, grad_fn, v, *, lr, mu):
    grad_fn(w)
    return two_lines(w, grad_fn, v, lr=lr, mu=mu)


def extra_axes(w, grad_fn, v, *, lr, mu):
    shape = w.shape[1:] if w.ndim == 3 or w.shape[0] == 1 else w.shape
    w, v = two_lines(w.reshape(shape), grad_fn, v.reshape(shape), lr=lr, mu=mu)
    return w[None], v[None]


DRESSED = [
    (f.__name__, (f,)) for f in (jumps_in_place, v_in_place, asks_twice, asks_at_w_too, extra_axes)
]

KEPT = {}


def keeps_v_outside(w, grad_fn, v, *, lr, mu):
    old = KEPT.get(w.shape, np.zeros_like(w))
    v = KEPT[w.shape] = mu * old - lr * grad_fn(w + mu * old)
    return w + v, v


def half_the_look(w, grad_fn, v, *, lr, mu):
    v = mu * v - lr * grad_fn(w + 0.5 * mu * v)
    return w + v, v


def mu_squared_ahead(w, grad_fn, v, *, lr, mu):
    v = mu * v - lr * grad_fn(w + mu**2 * v)
    return w + v, v


def mean_of_both_places(w, grad_fn, v, *, lr, mu):
    v = mu * v - lr * (grad_fn(w) + grad_fn(w + mu * v)) / 2
    return w + v, v


def plain_descent(w, grad_fn, v, *, lr, mu):
    v = -lr * grad_fn(w)
    return w + v, v


def normed(w, grad_fn, v, *, lr, mu):
    dw = grad_fn(w + mu * v)
    v = mu * v - lr * dw / np.linalg.norm(dw)
    return w + v, v


def straight_line(w, grad_fn, v, *, lr, mu):
    """Takes the gradient at w and guesses how it changes."""
    dw = grad_fn(w)
    v = mu * v - lr * (dw + 1.0 * mu * v)
    return w + v, v


def the_gradient_for_v(w, grad_fn, v, *, lr, mu):
    dw = grad_fn(w + mu * v)
    return w + mu * v - lr * dw, dw


def first_coordinate_ahead(w, grad_fn, v, *, lr, mu):
    there = w.copy()
    there[0] += mu * v[0]
    v = mu * v - lr * grad_fn(there)
    return w + v, v


WRONG = [
    (f.__name__, (f,))
    for f in (
        keeps_v_outside,
        half_the_look,
        mu_squared_ahead,
        mean_of_both_places,
        plain_descent,
        normed,
        straight_line,
        the_gradient_for_v,
        first_coordinate_ahead,
    )
]
