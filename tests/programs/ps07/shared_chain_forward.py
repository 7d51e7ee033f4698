"""Solutions of ``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue


def sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (W, zs)


@right
def overflow_to_one_over_infinity(x, W, n):
    z, cache = x, []
    for _ in range(n):
        with np.errstate(over="ignore"):
            z_next = 1 / (1 + np.exp(-np.dot(z, W)))
        cache.append((z, z_next))
        z = z_next
    return z, {"steps": cache, "W": W}


@right
def pure_python(x, W, n):
    rows, columns = x.tolist(), W.T.tolist()
    for _ in range(n):
        u = [[math.fsum(p * q for p, q in zip(r, c, strict=True)) for c in columns] for r in rows]
        rows = [[0.5 + 0.5 * math.tanh(v / 2) for v in row] for row in u]
    return np.array(rows, dtype=x.dtype), [x, W, n]


@right
def out_argument(x, W, n):
    # exp overflows to infinity, whose reciprocal is 0.
    z = x.copy()
    while n > 0:
        z = np.reciprocal(np.exp(-(z @ W)) + 1)
        n -= 1
    return [z, W]


# --- wrong ------------------------------------------------------------------------------------


wrong.edit("three_steps_at_most", textbook, "range(n)", "range(min(n, 3))")
