"""Programs for ``soft_dtw``."""

import numpy as np


def softmin(ways, gamma):
    best = np.min(ways)
    return best - gamma * np.log(np.sum(np.exp(-(ways - best) / gamma)))


def forward_table(cost, gamma):
    n, m = cost.shape
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0
    for i in range(n):
        for j in range(m):
            ways = np.array([R[i, j], R[i, j + 1], R[i + 1, j]])
            R[i + 1, j + 1] = cost[i, j] + softmin(ways, gamma)
    return R


def two_tables(x, y, gamma):
    """Alignments through a cell: forwards to it, and backwards from the end."""
    r = x[:, None] - y[None]
    cost = (r**2).sum(axis=2)
    there = forward_table(cost, gamma)[1:, 1:]
    from_end = forward_table(cost[::-1, ::-1], gamma)[:0:-1, :0:-1]
    E = np.exp((there[-1, -1] - (there + from_end - cost)) / gamma)
    return there[-1, -1], 2 * np.einsum("ij,ijd->id", E, r)


def all_paths(n, m):
    if n == 1 and m == 1:
        return [[(0, 0)]]
    ends = [(n - 1, m), (n, m - 1), (n - 1, m - 1)]
    return [[*p, (n - 1, m - 1)] for i, j in ends if i and j for p in all_paths(i, j)]


def brute_force(x, y, gamma):
    paths = all_paths(len(x), len(y))
    costs = np.array([sum(np.sum((x[i] - y[j]) ** 2) for i, j in path) for path in paths])
    weights = np.exp(-(costs - costs.min()) / gamma)
    dx = np.zeros_like(x)
    for path, weight in zip(paths, weights / weights.sum(), strict=True):
        for i, j in path:
            dx[i] += 2 * weight * (x[i] - y[j])
    return costs.min() - gamma * np.log(weights.sum()), dx


def by_differences(x, y, gamma):
    def value(x):
        cost = np.square(np.linalg.norm(x[:, None] - y[None], axis=2))
        return forward_table(cost, gamma)[-1, -1]

    dx = np.zeros(x.shape)
    h = 1e-4 * np.sqrt(gamma)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        dx[i] = (value(x + e) - value(x - e)) / (2 * h)
    return float(value(x)), dx


def forward_mode(x, y, gamma):
    """R and its derivative with respect to the costs, carried along cell by cell."""
    n, m = len(x), len(y)
    r = x[:, None] - y[None]
    cost = np.sum(r * r, axis=2)
    R, dR = {(-1, -1): 0.0}, {(-1, -1): np.zeros((n, m))}
    for i in range(n):
        for j in range(m):
            before = [c for c in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if c in R]
            best = min(R[c] for c in before)
            w = np.array([np.exp((best - R[c]) / gamma) for c in before])
            R[i, j] = cost[i, j] + best - gamma * np.log(w.sum())
            dR[i, j] = sum(p * dR[c] for p, c in zip(w / w.sum(), before, strict=True))
            dR[i, j] = dR[i, j].copy()
            dR[i, j][i, j] += 1
    E = dR[n - 1, m - 1]
    return [R[n - 1, m - 1], 2 * (E[..., None] * r).sum(1)]


def large_border(x, y, gamma):
    """A border of 1e12 in place of infinity, and logaddexp."""
    n, m = len(x), len(y)
    R = np.full((n + 2, m + 2), 1e12)
    R[0, 0] = 0
    D = np.zeros((n + 2, m + 2))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            D[i, j] = np.dot(x[i - 1] - y[j - 1], x[i - 1] - y[j - 1])
            ways = -np.array([R[i - 1, j], R[i, j - 1], R[i - 1, j - 1]]) / gamma
            R[i, j] = D[i, j] - gamma * np.logaddexp.reduce(ways)
    E = np.zeros((n + 2, m + 2))
    E[n, m] = 1
    dx = np.zeros_like(x)
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            for p, q in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
                if p <= n and q <= m:
                    E[i, j] += E[p, q] * np.exp((R[p, q] - R[i, j] - D[p, q]) / gamma)
            dx[i - 1] += 2 * E[i, j] * (x[i - 1] - y[j - 1])
    return R[n, m], dx


VARIANTS = [
    (f.__name__, (f,))
    for f in (two_tables, brute_force, by_differences, forward_mode, large_border)
]


def as_lists(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    return value, dx.tolist()


def in_place(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    x -= dx
    return value, dx


def value_in_an_array(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    return np.array([value]), dx


DRESSED = [(f.__name__, (f,)) for f in (as_lists, in_place, value_in_an_array)]


def straight(x, y, gamma):
    """Element against element, as far as both go."""
    n = min(len(x), len(y))
    dx = np.zeros_like(x)
    dx[:n] = 2 * (x[:n] - y[:n])
    return np.sum((x[:n] - y[:n]) ** 2), dx


def divergence(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    return value - (two_tables(x, x, gamma)[0] + two_tables(y, y, gamma)[0]) / 2, dx


def root(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    return np.sqrt(np.abs(value)), dx


def never_negative(x, y, gamma):
    value, dx = two_tables(x, y, gamma)
    return max(value, 0.0), dx


def band(x, y, gamma):
    cost = np.sum((x[:, None] - y[None]) ** 2, axis=2)
    i, j = np.indices(cost.shape)
    cost = np.where(abs(i - j) > 1, np.inf, cost)
    with np.errstate(all="ignore"):
        value = forward_table(cost, gamma)[-1, -1]
    return value, two_tables(x, y, gamma)[1]


def first_axis(x, y, gamma):
    value, dx = two_tables(x[:, :1], y[:, :1], gamma)
    return value, np.repeat(dx, x.shape[1], axis=1)


def no_gradient(x, y, gamma):
    return two_tables(x, y, gamma)[0], np.zeros_like(x)


def mean_cost(x, y, gamma):
    r = x[:, None] - y[None]
    return np.mean(np.sum(r * r, axis=2)), 2 * r.mean(axis=1) / len(x)


WRONG = [
    (f.__name__, (f,))
    for f in (
        straight,
        divergence,
        root,
        never_negative,
        band,
        first_axis,
        no_gradient,
        mean_cost,
    )
]
