"""Solutions of ``max_stable_lr(H) -> float``: 2 over the largest eigenvalue of the Hessian.

``H`` is symmetric and has no negative eigenvalue; of zeros every rate is stable.
"""

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


def over(largest):
    """2 over a number, infinite for 0 (or for what rounding leaves of it)."""
    return 2 / float(largest) if largest > 0 else math.inf


@put(RIGHT)
def textbook(H):
    return over(np.linalg.eigvalsh(H)[-1])


@put(RIGHT)
def general_eigenvalues(H):
    values = np.linalg.eigvals(H)
    with np.errstate(divide="ignore"):
        return np.float64(2) / np.max(values.real)


@put(RIGHT)
def eigenvectors_as_well(H):
    lam, _ = np.linalg.eigh(H)
    return over(max(lam))


@put(RIGHT)
def spectral_norm(H):
    return over(np.linalg.norm(H, 2))


@put(RIGHT)
def singular_values(H):
    return over(np.linalg.svd(H, compute_uv=False)[0])


@put(RIGHT)
def smallest_of_all_rates(H):
    return min((2 / lam for lam in np.linalg.eigvalsh(H).tolist() if lam > 0), default=math.inf)


@put(RIGHT)
def power_of_the_matrix(H):
    # Squared again and again, H becomes the projection on the steepest direction.
    P = np.array(H, dtype=np.float64)
    if not P.any():
        return math.inf
    for _ in range(60):
        P = P @ P / np.linalg.norm(P @ P)
        P = (P + P.T) / 2
    return over(np.trace(H @ P) / np.trace(P))


@put(RIGHT)
def norms_of_powers(H):
    # Gelfand: the k-th root of the norm of H^k tends to the spectral radius.
    P, log_radius = np.array(H, dtype=np.float64), 0.0
    for k in range(60):
        size = np.linalg.norm(P)
        if size == 0:
            return math.inf
        log_radius += math.log(size) / 2**k
        P = (P / size) @ (P / size)
    return 2 * math.exp(-log_radius)


@put(RIGHT)
def bisection(H):
    # Between the stable rates and the others: is 2 I - lr H still positive?
    H = np.array(H, dtype=np.float64)

    def stable(lr):
        try:
            np.linalg.cholesky(2 * np.eye(len(H)) - lr * H)
        except np.linalg.LinAlgError:
            return False
        return True

    high = 1.0
    while stable(high):
        high *= 2
        if high > 1e300:
            return math.inf
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


@put(RIGHT)
def jacobi_rotations(H):
    A = np.array(H, dtype=np.float64)
    D = len(A)
    for _ in range(12):
        for i in range(D):
            for j in range(i + 1, D):
                if A[i, j] == 0:
                    continue
                angle = 0.5 * math.atan2(2 * A[i, j], A[i, i] - A[j, j])
                G = np.eye(D)
                G[i, i] = G[j, j] = math.cos(angle)
                G[j, i], G[i, j] = math.sin(angle), -math.sin(angle)
                A = G.T @ A @ G
    return over(A.diagonal().max())


@put(RIGHT)
def multipliers_of_a_step(H):
    # |1 - lr lambda| = 1 for the steepest direction: twice the rate that cancels it at once.
    lam = np.sort(np.linalg.eigvalsh(H))[::-1]
    return np.inf if lam[0] <= 0 else 2 * (1.0 / lam[0])


@put(RIGHT)
def root_of_the_squared_matrix(H):
    H = np.asarray(H, dtype=float)
    return over(math.sqrt(max(np.linalg.eigvalsh(H.T @ H).max(), 0.0)))


@put(RIGHT)
def zero_dimensional_array(H, *, factor=2.0):
    lam = np.linalg.eigvalsh(H).max()
    return np.asarray(factor / lam if lam > 0 else np.inf)


RIGHT["partially_applied"] = (functools.partial(zero_dimensional_array, factor=2),)


@put(FORM)
def array_of_shape_one(H):  # (1,)
    return np.array([textbook(H)])


@put(FORM)
def list_of_one(H):  # [lr]
    return [textbook(H)]


@put(FORM)
def hessian_overwritten(H):  # H is changed
    result = textbook(H)
    H *= result if math.isfinite(result) else 1
    return result


@put(FORM)
def hessian_zeroed(H):  # H is changed
    result = textbook(H)
    H[:] = 0
    return result


# Of zeros every rate is stable; whether that is asked for is not said.
@put(EITHER)
def division_by_zero(H):
    return 2 / float(max(np.linalg.eigvalsh(H)))


@put(EITHER)
def small_number_in_the_denominator(H):
    return 2 / (np.linalg.eigvalsh(H).max() + 1e-12)


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def one_over_the_largest(H):
    # The rate that is best along the steepest direction.
    return over(2 * np.linalg.eigvalsh(H)[-1])


@put(WRONG)
def two_over_the_smallest(H):
    # Right for D = 1 and for multiples of the identity.
    return over(np.linalg.eigvalsh(H)[0])


@put(WRONG)
def best_rate(H):
    lam = np.linalg.eigvalsh(H)
    return over(lam[0] + lam[-1])


@put(WRONG)
def two_over_the_trace(H):
    # Right for D = 1.
    return over(np.trace(H))


@put(WRONG)
def two_over_the_mean_eigenvalue(H):
    return over(np.linalg.eigvalsh(H).mean())


@put(WRONG)
def two_over_the_frobenius_norm(H):
    # Right for matrices of rank one.
    return over(np.linalg.norm(H))


@put(WRONG)
def two_over_the_largest_row_sum(H):
    # Gershgorin's bound: right for diagonal matrices.
    return over(np.linalg.norm(H, np.inf))


@put(WRONG)
def two_over_the_largest_on_the_diagonal(H):
    # Right for diagonal matrices.
    return over(np.diag(H).max())


@put(WRONG)
def two_over_the_determinant(H):
    return over(abs(np.linalg.det(H)) + 1e-12)


@put(WRONG)
def first_eigenvalue_of_eig(H):
    # They are not sorted.
    return over(np.linalg.eigvals(H)[0].real)


@put(WRONG)
def last_eigenvalue_of_eig(H):
    return over(np.linalg.eigvals(H)[-1].real)


@put(WRONG)
def eigenvectors_for_eigenvalues(H):
    return over(np.linalg.eigh(H)[1].max())


@put(WRONG)
def first_entry(H):
    # Right for D = 1.
    return over(H[0, 0])


@put(WRONG)
def half_the_eigenvalue(H):
    return over(np.linalg.eigvalsh(H)[-1]) / 4


@put(WRONG)
def upside_down(H):
    return float(np.linalg.eigvalsh(H)[-1] / 2)


@put(WRONG)
def product_for_quotient(H):
    return float(2 * np.linalg.eigvalsh(H)[-1])


@put(WRONG)
def square_of_the_eigenvalue(H):
    return over(np.linalg.eigvalsh(H)[-1] ** 2)


@put(WRONG)
def root_of_the_eigenvalue(H):
    # The rate of an oscillation, or with momentum.
    return over(math.sqrt(max(np.linalg.eigvalsh(H)[-1], 0)))


@put(WRONG)
def with_a_half_in_the_loss_once_more(H):
    return over(np.linalg.eigvalsh(H / 2)[-1])


@put(WRONG)
def with_some_safety(H):
    return 0.99 * textbook(H)


@put(WRONG)
def condition_number(H):
    lam = np.linalg.eigvalsh(H)
    return float(lam[-1] / max(lam[0], 1e-12))


@put(WRONG)
def range_of_the_eigenvalues(H):
    lam = np.linalg.eigvalsh(H)
    return over(lam[-1] - lam[0])


@put(WRONG)
def largest_eigenvalue_of_the_inverse(H):
    return over(np.linalg.eigvalsh(np.linalg.pinv(H))[-1])


@put(WRONG)
def three_rounds_of_power_iteration(H):
    v = np.ones(len(H))
    for _ in range(3):
        v = H @ v
        v = v / (np.linalg.norm(v) + 1e-300)
    return over(v @ H @ v)


@put(WRONG)
def direction_of_ones(H):
    # The curvature along (1, …, 1).
    return over(H.sum() / len(H))


@put(WRONG)
def eigenvalues_added(H):
    # Each direction has its own rate; they are added.
    return sum(over(lam) for lam in np.linalg.eigvalsh(H) if lam > 1e-12) or 1.0


@put(WRONG)
def mean_of_all_rates(H):
    # Right for D = 1.
    lam = np.linalg.eigvalsh(H)
    return float(np.mean(2 / np.maximum(lam, 1e-9)))


@put(WRONG)
def divided_by_the_dimension(H):
    return textbook(H) / len(H)


@put(WRONG)
def all_rates(H):
    with np.errstate(divide="ignore"):
        return 2 / np.maximum(np.linalg.eigvalsh(H), 0)


@put(WRONG)
def two_by_two_formula(H):
    # Of the upper left corner: right for D = 2.
    if len(H) == 1:
        return over(H[0, 0])
    a, b, d = H[0, 0], H[0, 1], H[1, 1]
    return over((a + d) / 2 + math.hypot((a - d) / 2, b))


@put(WRONG)
def never_above_one(H):
    return min(1.0, textbook(H))


@put(WRONG)
def whole_eigenvalues(H):
    return over(np.ceil(np.linalg.eigvalsh(H)[-1]))


@put(WRONG)
def constant_of_a_tutorial(H):
    return 0.1


@put(WRONG)
def kept_from_the_first_call(H, results={}):  # noqa: B006
    return results.setdefault(len(H), textbook(H))


@put(WRONG)
def negative(H):
    # H is taken for the curvature of a maximum.
    return -textbook(H)


@put(WRONG)
def two_mistakes(H):
    return over(2 * np.linalg.norm(H))


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
