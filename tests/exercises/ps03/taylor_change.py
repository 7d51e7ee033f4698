"""Programs for ``taylor_change``."""

import numpy as np


def two_terms(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * g @ H @ g


def with_the_step(g, H, lr):
    step = -lr * g
    return np.dot(g, step) + step.dot(H).dot(step) / 2


def loops(g, H, lr):
    change = 0.0
    for i in range(len(g)):
        change += -lr * g[i] ** 2
        for j in range(len(g)):
            change += lr * lr * g[i] * H[i, j] * g[j] / 2
    return change


def difference_of_a_quadratic(g, H, lr):
    def loss(w):
        return g @ w + 0.5 * w @ H @ w

    return loss(-lr * g) - loss(0 * g)


def along_eigenvectors(g, H, lr):
    lam, V = np.linalg.eigh(H)
    c = V.T @ g
    return np.sum(c**2 * (-lr + 0.5 * lr**2 * lam))


def einsum(g, H, lr):
    return -lr * np.einsum("i,i", g, g) + lr**2 / 2 * np.einsum("i,ij,j", g, H, g)


def in_columns(g, H, lr):
    g = g.reshape(-1, 1)
    return (-lr * g.T @ g + 0.5 * lr**2 * g.T @ H @ g).item()


def slope_in_the_middle(g, H, lr):
    """The slope halfway, times the step: exact for two derivatives."""
    return -lr * g @ (g - lr / 2 * H @ g)


def in_single_precision(g, H, lr):
    g, H = g.astype(np.float32), H.astype(np.float32)
    return np.float32(-lr) * (g @ g) + np.float32(lr**2 / 2) * (g @ H @ g)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        two_terms,
        with_the_step,
        loops,
        difference_of_a_quadratic,
        along_eigenvectors,
        einsum,
        in_columns,
        slope_in_the_middle,
        in_single_precision,
    )
]


def in_a_matrix(g, H, lr):
    g = g.reshape(-1, 1)
    return -lr * g.T @ g + 0.5 * lr**2 * g.T @ H @ g


def in_a_list(g, H, lr):
    return [two_terms(g, H, lr)]


def scales_g_in_place(g, H, lr):
    g *= -lr
    return -g @ g / lr + 0.5 * g @ H @ g


DRESSED = [(f.__name__, (f,)) for f in (in_a_matrix, in_a_list, scales_g_in_place)]


def never_above_zero(g, H, lr):
    return min(0.0, two_terms(g, H, lr))


def size_of_the_change(g, H, lr):
    return abs(two_terms(g, H, lr))


def size_of_the_curvature(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * abs(g @ H @ g)


def trace(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * np.trace(H)


def trace_along_the_step(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * np.trace(H) * g @ g


def smallest_curvature(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * np.linalg.eigvalsh(H)[0] * g @ g


def newton(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * g @ np.linalg.pinv(H) @ g


def length_of_the_bend(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * np.linalg.norm(H @ g)


def unit_step(g, H, lr):
    return two_terms(g / np.linalg.norm(g), H, lr)


def as_whole_number(g, H, lr):
    return int(two_terms(g, H, lr))


def rate_squared_twice(g, H, lr):
    return -(lr**2) * g @ g + 0.5 * lr**2 * g @ H @ g


def per_step(g, H, lr):
    return two_terms(g, H, lr) / lr


WRONG = [
    (f.__name__, (f,))
    for f in (
        never_above_zero,
        size_of_the_change,
        size_of_the_curvature,
        trace,
        trace_along_the_step,
        smallest_curvature,
        newton,
        length_of_the_bend,
        unit_step,
        as_whole_number,
        rate_squared_twice,
        per_step,
    )
]
