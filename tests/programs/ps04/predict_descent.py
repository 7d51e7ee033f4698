"""Solutions of ``predict_descent(grad, w, lr, left) -> (limit, best, steps)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def steps_with_the_matrix(grad, w, lr, left):
    n = len(w)
    H = np.stack([(grad(w + 1e-3 * e) - grad(w - 1e-3 * e)) / 2e-3 for e in np.eye(n)])
    lam = np.linalg.eigvalsh((H + H.T) / 2)
    a = np.linalg.solve(H, grad(w))
    whole = a @ H @ a
    steps = 0
    while a @ H @ a > left * whole and steps <= 500:
        a, steps = a - lr * H @ a, steps + 1
    return 2 / lam[-1], 2 / (lam[0] + lam[-1]), steps if steps <= 500 else -1


@right
def from_the_linear_part(grad, w, lr, left):
    b = grad(0 * w)
    H = np.column_stack([grad(e) - b for e in np.eye(len(w))])
    lam, V = np.linalg.eig(H)
    losses = lam * (V.T @ (w + np.linalg.solve(H, b))) ** 2
    goal, steps = left * losses.sum(), 0
    while losses.sum() > goal:
        losses, steps = losses * (1 - lr * lam) ** 2, steps + 1
        if steps > 500:
            steps = -1
            break
    return 2 / lam.max(), 2 / (lam.max() + lam.min()), steps


@right
def one_share_for_each_number_of_steps(grad, w, lr, left):
    g = grad(w)
    H = np.array([grad(w + 5 * e) - g for e in np.eye(len(w))]) / 5
    lam, V = np.linalg.eigh(H)
    parts = (g @ V) ** 2 / lam
    for k in range(501):
        if sum(parts * (1 - lr * lam) ** (2 * k)) <= left * sum(parts):
            break
    else:
        k = -1
    return 2 / lam[-1], 2 / (lam[0] + lam[-1]), k


@form
def as_arrays_of_one_number(grad, w, lr, left):
    return tuple(np.array([x]) for x in from_the_linear_part(grad, w, lr, left))


@wrong
def of_the_first_call(grad, w, lr, left, kept=[]):  # noqa: B006
    kept.append(from_the_linear_part(grad, w, lr, left))
    return kept[0]


# No part grows above the limit.
wrong.edit(
    "factors_up_to_one",
    one_share_for_each_number_of_steps,
    "(1 - lr * lam)",
    "np.minimum(np.abs(1 - lr * lam), 1)",
)


@wrong
def rates_alone(grad, w, lr, left):
    limit, best, _steps = from_the_linear_part(grad, w, lr, left)
    return limit, best, -1


@wrong(chance="the error of a difference is that of rounding")
def with_tiny_differences(grad, w, lr, left):
    H = np.array([(grad(w + 1e-9 * e) - grad(w)) / 1e-9 for e in np.eye(len(w))])
    H, g = (H + H.T) / 2, grad(w)
    return one_share_for_each_number_of_steps(lambda v: g + H @ (v - w), w, lr, left)


@wrong(chance="a part of the start is drawn small or not")
def best_for_the_parts_that_count(grad, w, lr, left):
    limit, _best, steps = from_the_linear_part(grad, w, lr, left)
    g = grad(w)
    lam, V = np.linalg.eigh(np.array([grad(w + e) - g for e in np.eye(len(w))]))
    losses = (V.T @ g) ** 2 / lam
    return limit, 2 / (lam[-1] + lam[losses > 1e-3 * losses.sum()][0]), steps


programs.beside_the_point = [
    "return 1.0, 1.0, 100",
    "rates_alone",
    "by_the_slowest_factor",
    "runs_gradient_descent",
]

programs.equivalent = changes("""
still = (1 - lr * curvatures) ** (2 * k) @ losses -> still = (lr * curvatures - 1) ** (2 * k) @ losses
    an even power has no sign
""")
