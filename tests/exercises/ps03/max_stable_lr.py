"""Programs for ``max_stable_lr``."""

import numpy as np


def eigenvalues(H):
    return 2 / np.linalg.eigvalsh(H).max()


def of_any_matrix(H):
    return float(2 / np.max(np.linalg.eigvals(H).real))


def singular_values(H):
    return 2 / np.linalg.svd(H, compute_uv=False)[0]


def spectral_norm(H):
    return 2 / np.linalg.norm(H, 2)


def smallest_of_all_limits(H):
    lam, _V = np.linalg.eigh(H)
    return min(2 / value for value in lam.tolist())


def power_iteration(H):
    v = np.linspace(1, 2, len(H))
    for _ in range(200):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


def flattest_of_the_inverse(H):
    return 2 * np.linalg.eigvalsh(np.linalg.inv(H)).min()


def in_single_precision(H):
    return 2 / np.linalg.eigvalsh(H.astype(np.float32))[-1]


def bisection(H):
    """The rate at which I - lr H stops to be a contraction."""
    low, high = 0.0, 2.0 * len(H) / np.trace(H)
    for _ in range(100):
        lr = (low + high) / 2
        grows = np.abs(np.linalg.eigvalsh(np.eye(len(H)) - lr * H)).max() > 1
        low, high = (low, lr) if grows else (lr, high)
    return np.array(low)


def refuses_a_saddle(H):
    lam = np.linalg.eigvalsh(H)
    if lam[0] < 0:
        raise ValueError("no rate is stable here")
    return 2 / lam[-1] if lam[-1] > 0 else np.inf


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        eigenvalues,
        of_any_matrix,
        singular_values,
        spectral_norm,
        smallest_of_all_limits,
        power_iteration,
        flattest_of_the_inverse,
        in_single_precision,
        bisection,
        refuses_a_saddle,
    )
]


def in_a_list(H):
    return [eigenvalues(H)]


def in_an_array(H):
    return 2 / np.linalg.eigvalsh(H)[-1:]


def scales_in_place(H):
    H /= 2
    return 1 / np.linalg.eigvalsh(H)[-1]


DRESSED = [(f.__name__, (f,)) for f in (in_a_list, in_an_array, scales_in_place)]


def with_a_margin(H):
    return 0.99 * eigenvalues(H)


def at_most_one(H):
    return min(1.0, eigenvalues(H))


def mean_curvature(H):
    return 2 / np.linalg.eigvalsh(H).mean()


def entries_added_up(H):
    return 2 / H.sum()


def with_a_large_epsilon(H):
    return 2 / (np.linalg.eigvalsh(H)[-1] + 0.01)


def determinant(H):
    return 2 / np.linalg.det(H)


def condition(H):
    return 2 / np.linalg.cond(H)


def root(H):
    return 2 / np.sqrt(np.linalg.eigvalsh(H)[-1])


def two_steps_of_the_power_method(H):
    v = H @ H @ np.ones(len(H))
    return 2 / (v @ H @ v / (v @ v))


def rounded(H):
    return round(eigenvalues(H), 3)


WRONG = [
    (f.__name__, (f,))
    for f in (
        with_a_margin,
        at_most_one,
        mean_curvature,
        entries_added_up,
        with_a_large_epsilon,
        determinant,
        condition,
        root,
        two_steps_of_the_power_method,
        rounded,
    )
]
