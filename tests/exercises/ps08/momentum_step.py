"""Programs for ``momentum_step``."""

import numpy as np


def two_lines(w, dw, v, *, lr, mu):
    v = v * mu - dw * lr
    return w + v, v


def from_the_place_before(w, dw, v, *, lr, mu):
    """S0's form: the last step is the place minus the place before."""
    before = w - v
    after = w - lr * dw + mu * (w - before)
    return after, after - w


def downhill_inside(w, dw, v, *, lr, mu):
    """S4's form inside, with the sign turned at both ends."""
    a = mu * (-v) + lr * dw
    return [w - a, -a]


def rate_outside_inside(w, dw, v, *, lr, mu):
    """PyTorch's buffer inside, brought back to a step at the end."""
    buffer = mu * (-v / lr) + dw
    return w - lr * buffer, -lr * buffer


def element_by_element(w, dw, v, *, lr, mu):
    w, v = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        v[i] = mu * v[i] - lr * dw[i]
        w[i] += v[i]
    return w, v


def lists(w, dw, v, *, lr, mu):
    shape = w.shape
    rows = zip(w.ravel().tolist(), dw.ravel().tolist(), v.ravel().tolist(), strict=True)
    pairs = [(a + mu * c - lr * b, mu * c - lr * b) for a, b, c in rows]
    return tuple(np.array(column).reshape(shape).tolist() for column in zip(*pairs, strict=True))


def in_place_on_copies(w, dw, v, *, lr, mu):
    w, v = w.copy(), v.copy()
    v *= mu
    v -= lr * dw
    w += v
    return w, v


def one_product(w, dw, v, *, lr, mu):
    v = np.einsum("i,i...->...", [mu, -lr], np.stack([v, dw]))
    return np.add(w, v), v


def single_precision(w, dw, v, *, lr, mu):
    w, dw, v = (a.astype(np.float32) for a in (w, dw, v))
    v = np.float32(mu) * v - np.float32(lr) * dw
    return w + v, v


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        two_lines,
        from_the_place_before,
        downhill_inside,
        rate_outside_inside,
        element_by_element,
        lists,
        in_place_on_copies,
        one_product,
        single_precision,
    )
]


def v_in_place(w, dw, v, *, lr, mu):
    v *= mu
    v -= lr * dw
    return w + v, v


def w_in_place(w, dw, v, *, lr, mu):
    v = mu * v - lr * dw
    w += v
    return w, v


def scales_dw(w, dw, v, *, lr, mu):
    dw *= lr
    v = mu * v - dw
    return w + v, v


def extra_axis(w, dw, v, *, lr, mu):
    w, v = two_lines(w, dw, v, lr=lr, mu=mu)
    return w.reshape(1, *dw.shape), v.reshape(1, *dw.shape)


DRESSED = [(f.__name__, (f,)) for f in (v_in_place, w_in_place, scales_dw, extra_axis)]

KEPT = {}


def keeps_v_outside(w, dw, v, *, lr, mu):
    v = KEPT[w.shape] = mu * KEPT.get(w.shape, np.zeros_like(w)) - lr * dw
    return w + v, v


def first_rate_for_ever(w, dw, v, *, lr, mu):
    return two_lines(w, dw, v, lr=KEPT.setdefault("lr", lr), mu=mu)


def clipped(w, dw, v, *, lr, mu):
    return two_lines(w, np.clip(dw, -1, 1), v, lr=lr, mu=mu)


def normed(w, dw, v, *, lr, mu):
    return two_lines(w, dw / np.linalg.norm(dw), v, lr=lr, mu=mu)


def signs_only(w, dw, v, *, lr, mu):
    return two_lines(w, np.sign(dw), v, lr=lr, mu=mu)


def decays_weights(w, dw, v, *, lr, mu):
    return two_lines(w, dw + 0.01 * w, v, lr=lr, mu=mu)


def restarts_uphill(w, dw, v, *, lr, mu):
    return two_lines(w, dw, np.where(v * dw > 0, 0, v), lr=lr, mu=mu)


def one_number_for_all(w, dw, v, *, lr, mu):
    return two_lines(w, dw, np.full_like(v, v.mean()), lr=lr, mu=mu)


def mu_squared(w, dw, v, *, lr, mu):
    return two_lines(w, dw, v, lr=lr, mu=mu**2)


def rate_of_the_long_run(w, dw, v, *, lr, mu):
    v = mu * v - lr / (1 - mu) * dw
    return w + v, v


def place_before_returned(w, dw, v, *, lr, mu):
    return two_lines(w, dw, v, lr=lr, mu=mu)[0], w


WRONG = [
    (f.__name__, (f,))
    for f in (
        keeps_v_outside,
        first_rate_for_ever,
        clipped,
        normed,
        signs_only,
        decays_weights,
        restarts_uphill,
        one_number_for_all,
        mu_squared,
        rate_of_the_long_run,
        place_before_returned,
    )
]
