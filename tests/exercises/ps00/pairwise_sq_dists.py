"""Programs for ``pairwise_sq_dists``."""

import numpy as np


def all_differences(x, y):
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)


def expanded(x, y):
    x_sq = (x**2).sum(axis=1, keepdims=True)
    return x_sq - 2 * x @ y.T + (y**2).sum(axis=1)


def expanded_and_clipped(x, y):
    d = np.einsum("nd,nd->n", x, x)[:, None] + np.einsum("md,md->m", y, y) - 2.0 * np.dot(x, y.T)
    return np.maximum(d, 0)


def two_loops(x, y):
    d = np.zeros((x.shape[0], y.shape[0]), dtype=x.dtype)
    for n in range(x.shape[0]):
        for m in range(y.shape[0]):
            d[n, m] = np.sum((x[n] - y[m]) ** 2)
    return d


def one_loop(x, y):
    return np.stack([((row - y) ** 2).sum(axis=1) for row in x])


def feature_by_feature(x, y):
    d = 0
    for k in range(x.shape[1]):
        d = d + np.subtract.outer(x[:, k], y[:, k]) ** 2
    return d


def norms(x, y):
    return np.linalg.norm(x[:, None] - y, axis=2) ** 2


def products(x, y):
    r = x[:, np.newaxis] - y
    return np.einsum("nmd,nmd->nm", r, r)


def turned_inside(x, y):
    return ((y[:, None] - x) ** 2).sum(axis=2).T


def longer_vectors(x, y):
    """One product of (N, D + 2) and (D + 2, M)."""
    one_x, one_y = np.ones((len(x), 1), x.dtype), np.ones((len(y), 1), y.dtype)
    left = np.hstack([x, (x * x).sum(axis=1, keepdims=True), one_x])
    right = np.hstack([-2 * y, one_y, (y * y).sum(axis=1, keepdims=True)])
    return left @ right.T


def single_precision_inside(x, y):
    d = ((x.astype(np.float32)[:, None] - y.astype(np.float32)) ** 2).sum(axis=2)
    return d.astype(x.dtype)


def absolute_rounding(x, y):
    return np.abs(expanded(x, y))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        all_differences,
        expanded,
        expanded_and_clipped,
        two_loops,
        one_loop,
        feature_by_feature,
        norms,
        products,
        turned_inside,
        longer_vectors,
        single_precision_inside,
        absolute_rounding,
    )
]


def lists(x, y):
    return [[sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) for q in y] for p in x]


def always_double(x, y):
    return all_differences(x.astype(np.float64), y.astype(np.float64))


def always_single(x, y):
    return all_differences(x.astype(np.float32), y.astype(np.float32))


def extra_axis(x, y):
    return all_differences(x, y)[None]


def keeps_the_axis(x, y):
    return ((x[:, None] - y) ** 2).sum(axis=2, keepdims=True)


def doubles_y_in_place(x, y):
    y_sq = (y**2).sum(axis=1)
    y *= 2
    return (x**2).sum(axis=1)[:, None] - x @ y.T + y_sq


DRESSED = [
    (f.__name__, (f,))
    for f in (lists, always_double, always_single, extra_axis, keeps_the_axis, doubles_y_in_place)
]


def half(x, y):
    return all_differences(x, y) / 2


def cosine(x, y):
    lengths = np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(y, axis=1)
    return 1 - x @ y.T / lengths


def nearest_only(x, y):
    return all_differences(x, y).min(axis=1)


def one_feature_missing(x, y):
    return all_differences(x[:, :-1], y[:, :-1])


def returns_in_the_loop(x, y):
    d = np.zeros((x.shape[0], y.shape[0]))
    for n in range(x.shape[0]):
        for m in range(y.shape[0]):
            d[n, m] = np.sum((x[n] - y[m]) ** 2)
        return d


def swapped_indices(x, y):
    d = np.zeros((x.shape[0], y.shape[0]))
    for n in range(x.shape[0]):
        for m in range(y.shape[0]):
            d[n, m] = np.sum((x[m % len(x)] - y[n % len(y)]) ** 2)
    return d


def last_row_missing(x, y):
    d = all_differences(x, y)
    d[-1] = 0
    return d


def xor_for_power(x, y):
    return 2 * (x[:, None] - y).sum(axis=2)


def y_not_expanded(x, y):
    return (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum()


def product_of_wrong_sides(x, y):
    return (x**2).sum(axis=1)[:, None] - 2 * x.T @ y + (y**2).sum(axis=1)


def standardised(x, y):
    return all_differences((x - x.mean(axis=0)) / 2, (y - x.mean(axis=0)) / 2)


def squared_twice(x, y):
    return all_differences(x, y) ** 2


WRONG = [
    (f.__name__, (f,))
    for f in (
        half,
        cosine,
        nearest_only,
        one_feature_missing,
        returns_in_the_loop,
        swapped_indices,
        last_row_missing,
        xor_for_power,
        y_not_expanded,
        product_of_wrong_sides,
        standardised,
        squared_twice,
    )
]
