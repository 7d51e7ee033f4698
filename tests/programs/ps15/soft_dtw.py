"""Solutions of ``soft_dtw(x, y, gamma) -> (value, dx)`` between sequences ``(T, D)``."""

import functools
import math
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue


def softmin(values, gamma):
    best = min(values)
    return best - gamma * math.log(sum(math.exp((best - v) / gamma) for v in values))


programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, y, gamma):
    n, m = len(x), len(y)
    cost = ((x[:, None] - y[None]) ** 2).sum(axis=2)
    R = np.full((n + 2, m + 2), np.inf)
    R[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            ways = (R[i - 1, j], R[i, j - 1], R[i - 1, j - 1])
            R[i, j] = cost[i - 1, j - 1] + softmin(ways, gamma)
    value = R[n, m]
    # The backward pass, as in the paper: E with a border, R with -inf outside.
    padded = np.zeros((n + 2, m + 2))
    padded[1:-1, 1:-1] = cost
    R[:, -1] = R[-1, :] = -np.inf
    R[-1, -1] = value
    E = np.zeros((n + 2, m + 2))
    E[-1, -1] = 1
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            for p, q in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
                E[i, j] += E[p, q] * math.exp((R[p, q] - R[i, j] - padded[p, q]) / gamma)
    E = E[1:-1, 1:-1].astype(x.dtype)
    return float(value), 2 * (E.sum(axis=1)[:, None] * x - E @ y)


@right
def derivative_carried_along(x, y, gamma):
    # Forward mode: every cell knows its gradient with respect to x.
    gamma, zero = float(gamma), np.zeros(x.shape)
    table: dict[tuple[int, int], Any] = {(-1, -1): (0.0, zero)}
    for i in range(len(x)):
        for j in range(len(y)):
            r = (x[i] - y[j]).astype(float)
            before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
            known = [table[cell] for cell in before if cell in table]
            least = min(value for value, _ in known)
            weights = [np.exp(-(value - least) / gamma) for value, _ in known]
            total = sum(weights)
            grad = sum(w / total * g for w, (_, g) in zip(weights, known, strict=True))
            grad = np.array(grad)
            grad[i] += 2 * r
            table[i, j] = (r @ r + least - gamma * np.log(total), grad)
    value, dx = table[len(x) - 1, len(y) - 1]
    return value, dx.astype(x.dtype)


@right
def from_both_ends(x, y, gamma):
    # A from the beginning, B from the end; the cost of the cell is in both.
    def soft(cost):
        R = np.full((cost.shape[0] + 1, cost.shape[1] + 1), np.inf)
        R[0, 0] = 0
        for i, j in np.ndindex(*cost.shape):
            a = np.array([R[i, j], R[i, j + 1], R[i + 1, j]]) / -gamma
            R[i + 1, j + 1] = cost[i, j] - gamma * np.logaddexp.reduce(a)
        return R[1:, 1:]

    cost = np.square(x[:, np.newaxis, :] - y[np.newaxis, :, :]).sum(axis=-1).astype(float)
    A, B = soft(cost), soft(cost[::-1, ::-1])[::-1, ::-1]
    E = np.exp(-(A + B - cost - A[-1, -1]) / gamma)
    dx = 2 * np.einsum("ij,ijd->id", E, x[:, None] - y[None])
    return A[-1, -1], dx.astype(x.dtype)


def all_paths(n, m):
    if n == 1 and m == 1:
        return [[(0, 0)]]
    ends = [(n - 1, m), (n, m - 1), (n - 1, m - 1)]
    return [[*p, (n - 1, m - 1)] for i, j in ends if i and j for p in all_paths(i, j)]


@right
def brute_force(x, y, gamma):
    paths = all_paths(len(x), len(y))
    costs = np.array([sum(np.sum((x[i] - y[j]) ** 2) for i, j in path) for path in paths])
    weights = np.exp(-(costs - costs.min()) / gamma)
    dx = np.zeros_like(x)
    for path, weight in zip(paths, weights / weights.sum(), strict=True):
        for i, j in path:
            dx[i] += 2 * weight * (x[i] - y[j])
    return costs.min() - gamma * np.log(weights.sum()), dx


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(x, y, gamma):  # lists
    value, dx = textbook(x, y, gamma)
    return value, dx.tolist()


@form
def leading_axis(x, y, gamma):  # (1, T, D)
    value, dx = textbook(x, y, gamma)
    return value, dx[None]


@form
def centred_in_place(x, y, gamma):  # x and y are changed
    centre = x.mean(axis=0)
    x -= centre
    y -= centre
    return textbook(x, y, gamma)


# --- left open --------------------------------------------------------------------------------


@open_
def double_precision(x, y, gamma):  # float64 from float32
    return textbook(x.astype(float), y.astype(float), gamma)


# Right unless all alignments cost much more than gamma: then log(0).


# --- wrong ------------------------------------------------------------------------------------


def variant(
    x,
    y,
    gamma,
    *,
    cost=lambda r: (r**2).sum(axis=-1),
    soft=softmin,
    steps=((1, 0), (0, 1), (1, 1)),
    outside=math.inf,
    share=lambda before, soft, gamma: math.exp((soft - before) / gamma),
    dcost=lambda r: 2 * r,
    end=lambda value, dx, E: (value, dx),
):
    """Soft dynamic time warping with places to go wrong."""
    r = x[:, None] - y[None]
    C = cost(r)
    n, m = C.shape
    R = np.full((n + 1, m + 1), outside)
    R[0, 0] = 0
    least = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            least[i, j] = soft([R[i - a, j - b] for a, b in steps], gamma)
            R[i, j] = C[i - 1, j - 1] + least[i, j]
    E = np.zeros((n + 1, m + 1))
    E[n, m] = 1
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            for a, b in steps:
                E[i - a, j - b] += E[i, j] * share(R[i - a, j - b], least[i, j], gamma)
    E = E[1:, 1:]
    dx = (E[:, :, None] * dcost(r)).sum(axis=1).astype(x.dtype)
    return end(float(R[n, m]), dx, E)


for name, spoilt in {
    "never_negative": {"end": lambda value, dx, E: (max(value, 0.0), dx)},
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))
