"""Solutions of ``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)``."""

import functools
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
def two_branches(x, W, n):
    # No overflow on either side.
    z = x
    for _ in range(n):
        u = np.einsum("nd,de->ne", z, W)
        e = np.exp(-np.abs(u))
        z = np.where(u >= 0, 1 / (1 + e), e / (1 + e))
    return z, (x, W, n)


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


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(x, W, n):  # lists
    y, cache = textbook(x, W, n)
    return y.tolist(), cache


@form
def leading_axis(x, W, n):  # (1, N, D)
    y, cache = textbook(x, W, n)
    return y[None], cache


@form
def double_precision(x, W, n):  # float64 from float32
    return textbook(x.astype(float), W.astype(float), n)


@form
def matrix_transposed_in_place(x, W, n):  # W is changed
    y, cache = textbook(x, W, n)
    W[...] = W.T.copy()
    return y, cache


# --- wrong ------------------------------------------------------------------------------------


def variant(
    x,
    W,
    n,
    *,
    count=lambda n: n,
    step=lambda z, W, k, n: sigmoid(z @ W),
    end=lambda z, x, W: z,
):
    """A chain with places to go wrong."""
    z = x
    for k in range(count(n)):
        z = step(z, W, k, n)
    return end(z, x, W).astype(x.dtype), (x, W, n)


for name, spoilt in {
    "three_steps_at_most": {"count": lambda n: min(n, 3)},
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))

STEP, RETURNED = "sigmoid(zs[-1] @ W)", "return zs[-1], (W, zs)"
