"""Solutions of ``nesterov_step(w, grad_fn, v, *, lr, mu) -> (w, v)``: the gradient at w + mu v."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, grad_fn, v, *, lr, mu):
    g = grad_fn(w + mu * v)
    v = mu * v - lr * g
    return w + v, v


@right
def weights_moved_twice(w, grad_fn, v, *, lr, mu):
    w = w + mu * v
    correction = -lr * grad_fn(w)
    return [w + correction, mu * v + correction]


@right
def entry_by_entry(w, grad_fn, v, *, lr, mu):
    dw = np.asarray(grad_fn(w + mu * v))
    w, v = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        v[i] = mu * v[i] - lr * dw[i]
        w[i] = w[i] + v[i]
    return w.tolist(), v.tolist()


@right
def single_precision(w, grad_fn, v, *, lr, mu):
    # Optimizers cast w back, so the float type of a step is not judged.
    w, v = w.astype(np.float32), v.astype(np.float32)
    v = np.float32(mu) * v - np.float32(lr) * grad_fn(w + np.float32(mu) * v).astype(np.float32)
    return w + v, v


@form
def everything_in_place(w, grad_fn, v, *, lr, mu):
    g = grad_fn(w + mu * v)
    v *= mu
    v -= lr * g
    w += v
    return w, v


@form
def weights_moved_ahead_in_place(w, grad_fn, v, *, lr, mu):
    w += mu * v
    g = grad_fn(w.copy())
    return w - lr * g, mu * v - lr * g


form.edit("velocity_in_place", textbook, "v = mu * v", "v[...] = mu * v")
form.edit("gradient_asked_twice", textbook, "lr * g\n", "lr * grad_fn(w + mu * v)\n")


@form
def extra_axes(w, grad_fn, v, *, lr, mu):
    shape = w.shape[1:] if w.ndim == 3 or w.shape[0] == 1 else w.shape
    w, v = textbook(w.reshape(shape), grad_fn, v.reshape(shape), lr=lr, mu=mu)
    return w[None], v[None]


@wrong
def velocity_of_its_own(w, grad_fn, v, *, lr, mu, state={}):  # noqa: B006
    old = state.get(w.shape, np.zeros_like(w))
    w, state[w.shape] = textbook(w, grad_fn, old, lr=lr, mu=mu)
    return w, state[w.shape]
