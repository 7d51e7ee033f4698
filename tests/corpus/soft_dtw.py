"""Solutions of ``soft_dtw(x, y, gamma) -> (value, dx)`` between sequences ``(T, D)``."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def softmin(values, gamma):
    best = min(values)
    return best - gamma * math.log(sum(math.exp((best - v) / gamma) for v in values))


@put(RIGHT)
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
    # The way back, as in the paper: E with a border, R with -inf outside.
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


@put(RIGHT)
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


@put(RIGHT)
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


@put(RIGHT)
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


@put(RIGHT)
def recursion_with_memory(x, y, gamma):
    @functools.cache
    def total(i, j):
        if i < 0 or j < 0:
            return 0.0 if i == j == -1 else math.inf
        ways = [total(i - 1, j), total(i, j - 1), total(i - 1, j - 1)]
        return float(np.sum((x[i] - y[j]) ** 2)) + softmin(ways, float(gamma))

    @functools.cache
    def visits(i, j):
        if i == len(x) - 1 and j == len(y) - 1:
            return 1.0
        share = 0.0
        for p, q in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
            if p < len(x) and q < len(y):
                before = total(p, q) - float(np.sum((x[p] - y[q]) ** 2))
                share += visits(p, q) * math.exp((before - total(i, j)) / gamma)
        return share

    dx = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(y)):
            dx[i] += 2 * visits(i, j) * (x[i] - y[j])
    return total(len(x) - 1, len(y) - 1), dx


@put(RIGHT)
def tape(x, y, gamma):
    # Weights of the three ways are kept, and the gradient is dealt out backwards.
    n, m = len(x), len(y)
    R, share = {(0, 0): 0.0}, {}
    r = x[:, None, :] - y[None, :, :]
    D = np.einsum("ijd,ijd->ij", r, r)
    cells = [(i, j) for i in range(1, n + 1) for j in range(1, m + 1)]
    for i, j in cells:
        ways = {c: R[c] for c in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if c in R}
        soft = softmin(list(ways.values()), gamma)
        share[i, j] = {c: math.exp((soft - v) / gamma) for c, v in ways.items()}
        R[i, j] = float(D[i - 1, j - 1]) + soft
    g = dict.fromkeys(R, 0.0)
    g[n, m] = 1.0
    dD = np.zeros_like(D)
    for i, j in reversed(cells):
        dD[i - 1, j - 1] = g[i, j]
        for cell, s in share[i, j].items():
            g[cell] += s * g[i, j]
    return [R[n, m], (2 * dD[:, :, None] * r).sum(axis=1)]


@put(RIGHT)
def diagonals(x, y, gamma, *, power=2):
    # All cells of an antidiagonal do not need each other.
    n, m = len(x), len(y)
    C = (np.abs(x[:, None] - y) ** power).sum(-1).astype(float)
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0
    ways = np.zeros((3, n + 1, m + 1))
    for s in range(2, n + m + 1):
        i = np.arange(max(1, s - m), min(n, s - 1) + 1)
        j = s - i
        v = -np.stack([R[i - 1, j], R[i, j - 1], R[i - 1, j - 1]]) / float(gamma)
        top = v.max(axis=0)
        e = np.exp(v - top)
        ways[:, i, j] = e / e.sum(axis=0)
        R[i, j] = C[i - 1, j - 1] - gamma * (top + np.log(e.sum(axis=0)))
    E = np.zeros((n + 1, m + 1))
    E[n, m] = 1
    for s in range(n + m, 1, -1):
        for i in range(max(1, s - m), min(n, s - 1) + 1):
            j = s - i
            E[i - 1, j] += E[i, j] * ways[0, i, j]
            E[i, j - 1] += E[i, j] * ways[1, i, j]
            E[i - 1, j - 1] += E[i, j] * ways[2, i, j]
    E = E[1:, 1:, None]
    return R[n, m], (2 * E * (x[:, None] - y)).sum(axis=1).astype(x.dtype)


RIGHT["partially_applied"] = (functools.partial(diagonals, power=2),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, y, gamma):  # lists
    value, dx = textbook(x, y, gamma)
    return value, dx.tolist()


@put(FORM)
def leading_axis(x, y, gamma):  # (1, T, D)
    value, dx = textbook(x, y, gamma)
    return value, dx[None]


@put(FORM)
def centred_in_place(x, y, gamma):  # x and y are changed
    centre = x.mean(axis=0)
    x -= centre
    y -= centre
    return textbook(x, y, gamma)


# --- left open --------------------------------------------------------------------------------


@put(EITHER)
def double_precision(x, y, gamma):  # float64 from float32
    return textbook(x.astype(float), y.astype(float), gamma)


# Right unless all alignments cost much more than gamma: then log(0).
@put(EITHER)
def smallest_not_taken_out(x, y, gamma):
    with np.errstate(all="ignore"):
        return variant(
            x,
            y,
            gamma,
            soft=lambda v, g: float(-g * np.log(np.sum(np.exp(-np.array(v) / g)))),
        )


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
    "hard_minimum": {"soft": lambda v, g: min(v), "share": hard_share},
    "hard_minimum_in_the_gradient": {
        "share": lambda before, soft, g: float(math.exp((soft - before) / g) > 0.5)
    },
    "gamma_multiplied": {
        "soft": lambda v, g: softmin(v, 1 / g),
        "share": lambda before, soft, g: math.exp((soft - before) * g),
    },
    "gamma_of_one": {
        "soft": lambda v, g: softmin(v, 1.0),
        "share": lambda before, soft, g: math.exp(soft - before),
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
    "border_of_zeros": {"outside": 0.0},
    "border_of_one": {"outside": 1.0},
    "no_diagonal": {"steps": ((1, 0), (0, 1))},
    "no_step_in_x": {"steps": ((0, 1), (1, 1))},
    "no_step_in_y": {"steps": ((1, 0), (1, 1))},
    "diagonal_counted_twice": {"steps": ((1, 0), (0, 1), (1, 1), (1, 1))},
    "distance_not_squared": {
        "cost": lambda r: np.sqrt((r**2).sum(-1)),
        "dcost": lambda r: r / np.maximum(np.linalg.norm(r, axis=-1, keepdims=True), 1e-12),
    },
    "distance_not_squared_in_the_value": {"cost": lambda r: np.sqrt((r**2).sum(-1))},
    "manhattan_distance": {"cost": lambda r: np.abs(r).sum(-1), "dcost": np.sign},
    "half_of_the_square": {"cost": lambda r: (r**2).sum(-1) / 2, "dcost": lambda r: r},
    "mean_over_the_features": {
        "cost": lambda r: (r**2).mean(-1),
        "dcost": lambda r: 2 * r / r.shape[-1],
    },
    "first_feature_only": {"cost": lambda r: r[..., 0] ** 2},
    "two_forgotten": {"dcost": lambda r: r},
    "sign_of_the_gradient": {"dcost": lambda r: -2 * r},
    "unit_directions": {
        "dcost": lambda r: r / np.maximum(np.linalg.norm(r, axis=-1, keepdims=True), 1e-12)
    },
    "every_cell_counts": {"share": lambda before, soft, g: float(math.isfinite(before))},
    "ways_in_equal_shares": {"share": lambda before, soft, g: math.isfinite(before) / 3},
    "share_turned_round": {
        "share": lambda before, soft, g: (
            math.exp(min((before - soft) / g, 0)) if math.isfinite(before) else 0.0
        )
    },
    "last_cell_only": {"share": lambda before, soft, g: 0.0},
    "divided_by_the_lengths": {
        "end": lambda value, dx, E: (value / sum(E.shape), dx / sum(E.shape))
    },
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
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def gradient_for_y(x, y, gamma):
    value, _ = textbook(x, y, gamma)
    return value, textbook(y, x, gamma)[1]


@put(WRONG)
def step_by_step_differences(x, y, gamma):
    # No warping at all: x_i against y_i.
    n = min(len(x), len(y))
    r = x[:n] - y[:n]
    return float((r**2).sum()), np.concatenate([2 * r, np.zeros_like(x[n:])])


@put(WRONG)
def divergence(x, y, gamma):
    # Soft-DTW divergence: zero for equal sequences.
    value, dx = textbook(x, y, gamma)
    xx, dxx = textbook(x, x, gamma)
    return value - (xx + textbook(y, y, gamma)[0]) / 2, dx - dxx


@put(WRONG)
def starts_anywhere(x, y, gamma):
    # As for a subsequence: the best end in y.
    best = [textbook(x, y[: j + 1], gamma) for j in range(len(y))]
    return min(best, key=lambda result: result[0])


@put(WRONG)
def last_elements_left_out(x, y, gamma):
    value, dx = textbook(x[:-1] if len(x) > 1 else x, y[:-1] if len(y) > 1 else y, gamma)
    return value, np.concatenate([dx, np.zeros_like(x[len(dx) :])])


@put(WRONG)
def cost_of_centred_sequences(x, y, gamma):
    return textbook(x - x.mean(axis=0), y - y.mean(axis=0), gamma)


@put(WRONG)
def one_softmin_over_all_cells(x, y, gamma):
    # -gamma log of the sum over cells, not over alignments.
    r = x[:, None] - y[None]
    C = (r**2).sum(-1)
    w = np.exp((C.min() - C) / gamma)
    value = float(C.min() - gamma * np.log(w.sum()))
    return value, (2 * (w / w.sum())[:, :, None] * r).sum(axis=1).astype(x.dtype)


@put(WRONG)
def row_by_row_softmin(x, y, gamma):
    # Each x_i with its soft nearest y_j: the order in time is forgotten.
    r = x[:, None] - y[None]
    C = (r**2).sum(-1)
    w = np.exp((C.min(1, keepdims=True) - C) / gamma)
    value = float((C.min(1) - gamma * np.log(w.sum(1))).sum())
    w = w / w.sum(axis=1, keepdims=True)
    return value, (2 * w[:, :, None] * r).sum(axis=1).astype(x.dtype)


@put(WRONG)
def two_mistakes(x, y, gamma):
    return variant(x, y, gamma, steps=((1, 0), (0, 1)), dcost=lambda r: r)


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
