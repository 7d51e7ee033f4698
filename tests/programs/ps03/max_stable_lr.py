"""Solutions of ``max_stable_lr(H)``: 2 over the largest eigenvalue."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(H):
    return 2 / np.linalg.eigvalsh(H).max()


for name, value in {
    "general_eigenvalues": "np.max(np.linalg.eigvals(H).real)",
    "eigenvectors_as_well": "max(np.linalg.eigh(H)[0])",
    "spectral_norm": "np.linalg.norm(H, 2)",
    "root_of_the_squared_matrix": "math.sqrt(np.linalg.eigvalsh(H.T @ H).max())",
    "eigenvalues_of_the_inverse": "(1 / np.linalg.eigvalsh(np.linalg.inv(H)).min())",
    "in_single_precision": "np.linalg.eigvalsh(H.astype(np.float32))[-1]",
}.items():
    right.edit(name, textbook, "np.linalg.eigvalsh(H).max()", value)


@right
def power_iteration(H):
    v = np.linspace(1, 2, len(H))
    for _ in range(200):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


@right
def power_of_the_matrix(H):
    # Squared again and again, H becomes the projection on the steepest direction.
    P = np.array(H)
    for _ in range(60):
        P = P @ P / np.linalg.norm(P @ P)
        P = (P + P.T) / 2
    return 2 * np.trace(P) / np.trace(H @ P)


@right
def norms_of_powers(H):
    # Gelfand: the k-th root of the norm of H^k tends to the spectral radius.
    P, log_radius = np.array(H), 0.0
    for k in range(60):
        size = np.linalg.norm(P)
        log_radius += math.log(size) / 2**k
        P = (P / size) @ (P / size)
    return 2 * math.exp(-log_radius)


@right
def bisection(H):
    # Between the stable rates and the others: is 2 I - lr H still positive?
    def stable(lr):
        try:
            np.linalg.cholesky(2 * np.eye(len(H)) - lr * H)
        except np.linalg.LinAlgError:
            return False
        return True

    low, high = 0.0, 1.0
    while stable(high):
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


@right
def jacobi_rotations(H):
    A = np.array(H)
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
    return 2 / A.diagonal().max()


# --- right values in a deviating form ---------------------------------------------------------


form.edit("array_of_shape_one", textbook, ".max()", "[-1:]")
form.edit("list_of_one", textbook, "2 / np.linalg.eigvalsh(H).max()", "[2 / np.linalg.norm(H, 2)]")


@form
def hessian_overwritten(H):  # H is changed
    H /= 2
    return 1 / np.linalg.eigvalsh(H)[-1]


# --- wrong ------------------------------------------------------------------------------------


for name, value in {
    "two_over_the_determinant": "np.linalg.det(H)",
    "two_over_the_condition_number": "np.linalg.cond(H)",
    "two_over_the_sum_of_all_entries": "H.sum()",
    "eigenvectors_for_eigenvalues": "abs(np.linalg.eigh(H)[1]).max()",
    "first_entry": "H[0, 0]",  # right for D = 1
    "half_the_eigenvalue": "np.linalg.eigvalsh(H).max() / 4",
    "product_for_quotient": "(1 / np.linalg.eigvalsh(H).max())",
    "root_of_the_eigenvalue": "np.sqrt(np.linalg.eigvalsh(H).max())",  # as with momentum
    "with_a_half_in_the_loss_once_more": "np.linalg.eigvalsh(H / 2).max()",
    "with_some_safety": "np.linalg.eigvalsh(H).max() * 0.99",
    "with_a_large_epsilon": "(np.linalg.eigvalsh(H).max() + 0.01)",
    "range_of_the_eigenvalues": "(1e-12 + np.ptp(np.linalg.eigvalsh(H)))",
    "largest_eigenvalue_of_the_inverse": "np.linalg.eigvalsh(np.linalg.inv(H)).max()",
    "direction_of_ones": "(H.sum() / len(H))",  # the curvature along (1, …, 1)
    "divided_by_the_dimension": "(len(H) * np.linalg.eigvalsh(H).max())",
    "whole_eigenvalues": "np.ceil(np.linalg.eigvalsh(H).max())",
    "twenty_as_eigenvalue": "20",
    "negative": "-np.linalg.eigvalsh(H).max()",
    "two_mistakes": "(2 * np.linalg.norm(H))",
}.items():
    wrong.edit(name, textbook, "np.linalg.eigvalsh(H).max()", value)

for name, value in {
    "condition_number": "np.linalg.cond(H)",
    "limits_added": "np.sum(2 / np.linalg.eigvalsh(H))",  # each direction has its own limit
    "mean_of_all_limits": "np.mean(2 / np.linalg.eigvalsh(H))",
}.items():
    wrong.edit(name, textbook, "2 / np.linalg.eigvalsh(H).max()", value)

wrong.edit(
    "three_rounds_of_power_iteration",
    power_iteration,
    "200",
    "3",
    chance="how near the first vector lies to the steepest direction",
)


@wrong
def two_by_two_formula(H):  # of the upper left corner: right for D = 2
    if len(H) == 1:
        return 2 / H[0, 0]
    a, b, d = H[0, 0], H[0, 1], H[1, 1]
    return 2 / ((a + d) / 2 + math.hypot((a - d) / 2, b))


@wrong
def kept_from_the_first_call(H, results={}):  # noqa: B006
    return results.setdefault(len(H), textbook(H))


programs.carry(textbook)
