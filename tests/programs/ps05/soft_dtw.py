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
def complex_steps(x, y, gamma):
    # The imaginary part of f(x + i h) is h f'(x).
    def value(x):
        R = {(-1, -1): 0j}
        for i in range(len(x)):
            for j in range(len(y)):
                steps = ((i - 1, j), (i, j - 1), (i - 1, j - 1))
                ways = np.array([R[cell] for cell in steps if cell in R])
                best = ways[np.argmin(ways.real)]
                soft = best - gamma * np.log(np.exp((best - ways) / gamma).sum())
                R[i, j] = np.sum((x[i] - y[j]) ** 2) + soft
        return R[len(x) - 1, len(y) - 1]

    dx = np.empty_like(x)
    for k in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[k] += 1e-30j
        dx[k] = value(moved).imag / 1e-30
    return float(value(x.astype(complex)).real), dx


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


def hard_share(before, soft, gamma):
    return float(before == soft)


def smooth(values, gamma):
    return softmin(values, gamma) + gamma * math.log(3)


def weighted_mean(values, gamma):
    v = np.array(values)
    w = np.exp((v.min() - v) / gamma)
    finite = np.isfinite(v)
    return float((w[finite] * v[finite]).sum() / w.sum())


for name, spoilt in {
    "hard_minimum_in_the_gradient": {
        "share": lambda before, soft, g: float(math.exp((soft - before) / g) > 0.5)
    },
    "gamma_not_in_front": {"soft": lambda v, g: min(v) + (softmin(v, g) - min(v)) / g},
    "gamma_missing_in_the_gradient": {
        "share": lambda before, soft, g: math.exp(min(soft - before, 0))
    },
    "gamma_squared": {
        "soft": lambda v, g: softmin(v, g**2),
        "share": lambda before, soft, g: math.exp((soft - before) / g**2),
    },
    "sign_of_the_logarithm": {"soft": lambda v, g: 2 * min(v) - softmin(v, g)},
    "logarithm_of_the_mean": {"soft": smooth},
    "weighted_mean_of_the_ways": {
        "soft": weighted_mean,
        "share": lambda before, soft, g: math.exp(min(soft - before, 0) / g),
    },
    "sum_of_the_ways": {"soft": lambda v, g: sum(a for a in v if math.isfinite(a))},
    "border_of_one": {"outside": 1.0},
    "no_step_in_y": {"steps": ((1, 0), (1, 1))},
    "diagonal_counted_twice": {"steps": ((1, 0), (0, 1), (1, 1), (1, 1))},
    "distance_not_squared_in_the_value": {"cost": lambda r: np.sqrt((r**2).sum(-1))},
    "mean_over_the_features": {
        "cost": lambda r: (r**2).mean(-1),
        "dcost": lambda r: 2 * r / r.shape[-1],
    },
    "first_feature_only": {"cost": lambda r: r[..., 0] ** 2},
    "unit_directions": {
        "dcost": lambda r: r / np.maximum(np.linalg.norm(r, axis=-1, keepdims=True), 1e-12)
    },
    "every_cell_counts": {"share": lambda before, soft, g: float(math.isfinite(before))},
    "ways_in_equal_shares": {"share": lambda before, soft, g: math.isfinite(before) / 3},
    "last_cell_only": {"share": lambda before, soft, g: 0.0},
    "value_divided_by_the_length": {"end": lambda value, dx, E: (value / len(E), dx)},
    "gradient_divided_by_the_length": {"end": lambda value, dx, E: (value, dx / len(E))},
    "root": {"end": lambda value, dx, E: (math.sqrt(abs(value)), dx)},
    "never_negative": {"end": lambda value, dx, E: (max(value, 0.0), dx)},
    "expected_alignment": {"end": lambda value, dx, E: (value, E)},
    "gradient_only": {"end": lambda value, dx, E: dx},
    "value_only": {"end": lambda value, dx, E: value},
    "order_of_results": {"end": lambda value, dx, E: (dx, value)},
    "zero_gradient": {"end": lambda value, dx, E: (value, 0 * dx)},
    "normed_rows": {"end": lambda value, dx, E: (value, dx / E.sum(axis=1, keepdims=True))},
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))


@wrong
def step_by_step_differences(x, y, gamma):
    # No warping at all: x_i against y_i.
    n = min(len(x), len(y))
    r = x[:n] - y[:n]
    return float((r**2).sum()), np.concatenate([2 * r, np.zeros_like(x[n:])])


NEAR = "two elements of y are near enough to count for each other or not"


@wrong(chance=NEAR)
def divergence(x, y, gamma):
    # Soft-DTW divergence: zero for equal sequences.
    value, dx = textbook(x, y, gamma)
    xx, dxx = textbook(x, x, gamma)
    return value - (xx + textbook(y, y, gamma)[0]) / 2, dx - dxx


@wrong
def mean_cost(x, y, gamma):
    r = x[:, None] - y[None]
    return np.mean(np.sum(r * r, axis=2)), 2 * r.mean(axis=1) / len(x)


@wrong
def band(x, y, gamma):
    i, j = np.indices((len(x), len(y)))
    with np.errstate(all="ignore"):
        value, _ = variant(
            x, y, gamma, cost=lambda r: np.where(abs(i - j) > 1, np.inf, (r**2).sum(axis=-1))
        )
    return value, textbook(x, y, gamma)[1]


wrong.edit(
    "divergence_in_the_value_only",
    divergence,
    "dx - dxx",
    "dx",
    chance=NEAR,
)


@wrong(chance="the best end in y is the last element or not")
def starts_anywhere(x, y, gamma):
    # As for a subsequence: the best end in y.
    best = [textbook(x, y[: j + 1], gamma) for j in range(len(y))]
    return min(best, key=lambda result: result[0])


@wrong
def last_elements_left_out(x, y, gamma):
    value, dx = textbook(x[:-1] if len(x) > 1 else x, y[:-1] if len(y) > 1 else y, gamma)
    return value, np.concatenate([dx, np.zeros_like(x[len(dx) :])])


@wrong
def cost_of_centred_sequences(x, y, gamma):
    return textbook(x - x.mean(axis=0), y - y.mean(axis=0), gamma)


@wrong
def one_softmin_over_all_cells(x, y, gamma):
    # -gamma log of the sum over cells, not over alignments.
    r = x[:, None] - y[None]
    C = (r**2).sum(-1)
    w = np.exp((C.min() - C) / gamma)
    value = float(C.min() - gamma * np.log(w.sum()))
    return value, (2 * (w / w.sum())[:, :, None] * r).sum(axis=1).astype(x.dtype)


@wrong
def row_by_row_softmin(x, y, gamma):
    # Each x_i with its soft nearest y_j: the order in time is forgotten.
    r = x[:, None] - y[None]
    C = (r**2).sum(-1)
    w = np.exp((C.min(1, keepdims=True) - C) / gamma)
    value = float((C.min(1) - gamma * np.log(w.sum(1))).sum())
    w = w / w.sum(axis=1, keepdims=True)
    return value, (2 * w[:, :, None] * r).sum(axis=1).astype(x.dtype)


@wrong
def two_mistakes(x, y, gamma):
    return variant(x, y, gamma, steps=((1, 0), (0, 1)), dcost=lambda r: r)


programs.carry(right.programs["textbook"], n=2)
