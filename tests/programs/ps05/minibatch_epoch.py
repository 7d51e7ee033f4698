"""Solutions of ``minibatch_epoch(w, x, t, batch_size, lr, gradient, rng) -> w``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


@right
def without_the_rest(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for rows in order[: len(x) // batch_size * batch_size].reshape(-1, batch_size):
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


@right
def data_shuffled_first(w, x, t, batch_size, lr, gradient, rng):
    keys = np.argsort(rng.random(len(x)))
    x, t = x[keys], t[keys]
    while len(x):
        dw = gradient(w, x[:batch_size], t[:batch_size])
        w, x, t = w - lr * dw, x[batch_size:], t[batch_size:]
    return w


@right
def drawn_from_those_left(w, x, t, batch_size, lr, gradient, rng):
    left = np.arange(len(x))
    w = w.copy()
    while left.size:
        rows = rng.choice(left, size=min(batch_size, left.size), replace=False)
        w -= lr * gradient(w, x[rows], t[rows])
        left = np.setdiff1d(left, rows)
    return w


@wrong
def goes_on_where_it_ended(w, x, t, batch_size, lr, gradient, rng, kept={}):  # noqa: B006
    start = kept.get(w.shape, w)
    kept[w.shape] = textbook(start, x, t, batch_size, lr, gradient, rng)
    return kept[w.shape]


@right
def the_smaller_batch_first(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    rest = len(x) % batch_size
    batches = [order[:rest]] * (rest > 0) + list(order[rest:].reshape(-1, batch_size))
    for rows in batches:
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


@wrong
def targets_shuffled_by_themselves(w, x, t, batch_size, lr, gradient, rng):
    return textbook(w, x, t[rng.permutation(len(t))], batch_size, lr, gradient, rng)


@wrong
def filled_up_from_the_start(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = np.resize(order, 2 * len(x))[start : start + batch_size]
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


@wrong
def ends_at_a_small_gradient(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        dw = gradient(w, x[rows], t[rows])
        if np.linalg.norm(dw) < 1e-9:
            break
        w = w - lr * dw
    return w


@wrong
def ends_at_nan(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * gradient(w, x[rows], t[rows])
        if np.isnan(w).any():
            break
    return w


@wrong
def one_table_of_rows(w, x, t, batch_size, lr, gradient, rng):
    """Inputs and targets side by side: no images."""
    both = rng.permutation(np.hstack([x, t.reshape(len(t), -1)]))
    for start in range(0, len(x), batch_size):
        rows = both[start : start + batch_size]
        targets = rows[:, x.shape[1] :].reshape(len(rows), *t.shape[1:])
        w = w - lr * gradient(w, rows[:, : x.shape[1]], targets)
    return w


programs.beside_the_point = [
    "return w",
    "return w - lr * gradient(w, x, t)",
    "targets_shuffled_by_themselves",
]
