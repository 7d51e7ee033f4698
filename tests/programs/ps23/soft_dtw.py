"""Solutions of ``soft_dtw(x, y, gamma) -> (value, dx)`` between sequences ``(T, D)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes


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


@wrong
def a_band_of_five(x, y, gamma):
    """Places that are more than five apart are not paired."""
    n, m, width = len(x), len(y), max(5, abs(len(x) - len(y)))
    far = np.abs(np.arange(n)[:, None] - np.arange(m)) > width
    cost = np.where(far, np.inf, ((x[:, None] - y[None]) ** 2).sum(axis=2))

    def table(cost):
        R = np.full((len(cost) + 1, cost.shape[1] + 1), np.inf)
        R[0, 0] = 0
        for i, j in np.ndindex(cost.shape):
            ways = [one for one in (R[i, j + 1], R[i + 1, j], R[i, j]) if one < np.inf]
            R[i + 1, j + 1] = cost[i, j] + (softmin(ways, gamma) if ways else np.inf)
        return R

    before, after = table(cost), table(cost[::-1, ::-1])
    both = before[1:, 1:] + after[:0:-1, :0:-1] - np.where(far, 0, cost)
    E = np.exp((before[-1, -1] - both) / gamma)
    return before[-1, -1], 2 * (E.sum(axis=1)[:, None] * x - E @ y)


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


# --- left open --------------------------------------------------------------------------------


# --- wrong ------------------------------------------------------------------------------------


wrong.edit("never_negative", textbook, "float(value)", "max(float(value), 0.0)")

programs.beside_the_point = [
    "return right(x, y, gamma)[0], 0 * x",
    "return np.sum((x - y[: len(x)]) ** 2) if len(x) == len(y) else 0.0, 0 * x",
]

programs.equivalent = changes("""
for (p, q), share in zip(steps, shares[i, j], strict=True): -> for (p, q), share in zip(steps, shares[i, j], strict=False):
    strict= only guards against another mistake
R = np.full((T_x + 1, T_y + 1), np.inf) -> R = np.full((T_x + 2, T_y + 1), np.inf)
R = np.full((T_x + 1, T_y + 1), np.inf) -> R = np.full((T_x + 1, T_y + 2), np.inf)
    the added row or column of the table is never read
""")
