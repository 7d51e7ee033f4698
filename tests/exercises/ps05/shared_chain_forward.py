"""Programs for ``shared_chain_forward``."""

import math

import numpy as np


def loop(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(1 / (1 + np.exp(-(zs[-1] @ W))))
    return zs[-1], (zs, W)


def recursive(x, W, n):
    if n == 0:
        return x, []
    z, rest = recursive(1 / (1 + np.exp(-np.dot(x, W))), W, n - 1)
    return z, [(x, W), *rest]


def by_tanh(x, W, n):
    z, kept = x, []
    for _ in range(n):
        half = np.einsum("ni,ij->nj", z, W) / 2
        kept.append((z, half))
        z = 0.5 * (1 + np.tanh(half))
    return z, {"kept": kept, "W": W.copy()}


def stable(x, W, n):
    z = x
    for _ in range(n):
        u = z @ W
        e = np.exp(-np.abs(u))
        z = np.where(u >= 0, 1 / (1 + e), e / (1 + e))
    return z, (x, W, n)


def number_by_number(x, W, n):
    z = [list(map(float, row)) for row in x]
    for _ in range(n):
        u = [[sum(r * w for r, w in zip(row, c, strict=True)) for c in W.T] for row in z]
        z = [[0.5 + 0.5 * math.tanh(v / 2) for v in row] for row in u]
    return np.array(z, dtype=x.dtype), None


def out_argument(x, W, n):
    z = x.copy()
    while n > 0:
        z = np.reciprocal(np.exp(-(z @ W)) + 1)
        n -= 1
    return [z, W]


VARIANTS = [
    (f.__name__, (f,)) for f in (loop, recursive, by_tanh, stable, number_by_number, out_argument)
]


def nested_lists(x, W, n):
    return loop(x, W, n)[0].tolist(), None


def in_place(x, W, n):
    x[...] = loop(x, W, n)[0]
    return x, None


def double_precision(x, W, n):
    return loop(x.astype(float), W.astype(float), n)[0], None


def leading_axis(x, W, n):
    return loop(x, W, n)[0][None], None


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, in_place, double_precision, leading_axis)]


def columns(x, W, n):
    z = x.T
    for _ in range(n):
        z = 1 / (1 + np.exp(-(W @ z)))
    return z.T, None


def softmax(x, W, n):
    z = x
    for _ in range(n):
        e = np.exp(z @ W)
        z = e / e.sum(axis=1, keepdims=True)
    return z, None


def relu(x, W, n):
    z = x
    for _ in range(n):
        z = np.maximum(z @ W, 0)
    return z, None


def adds_x(x, W, n):
    z = x
    for _ in range(n):
        z = 1 / (1 + np.exp(-(z @ W))) + x
    return z, None


def twice(x, W, n):
    return loop(x, W, 2)


def at_most_three(x, W, n):
    return loop(x, W, min(n, 3))


def clipped(x, W, n):
    z = x
    for _ in range(n):
        z = 1 / (1 + np.exp(-np.clip(z @ W, -1, 1)))
    return z, None


WRONG = [
    (f.__name__, (f,)) for f in (columns, softmax, relu, adds_x, twice, at_most_three, clipped)
]
