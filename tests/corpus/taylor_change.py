"""Solutions of ``taylor_change(g, H, lr) -> float``: ``-lr g.g + lr**2 / 2 g.H g``.

Negative when the loss falls.
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


@put(RIGHT)
def textbook(g, H, lr):
    return -lr * g @ g + 0.5 * lr**2 * g @ H @ g


@put(RIGHT)
def step_inserted(g, H, lr):
    dw = -lr * g
    return float(g @ dw + 0.5 * dw @ H @ dw)


@put(RIGHT)
def loops(g, H, lr):
    first = sum(float(a) * float(a) for a in g)
    second = 0.0
    for i in range(len(g)):
        for j in range(len(g)):
            second += float(g[i]) * float(H[i, j]) * float(g[j])
    return -lr * first + lr * lr / 2 * second


@put(RIGHT)
def einsum(g, H, lr):
    return lr * (lr / 2 * np.einsum("i,ij,j->", g, H, g) - np.einsum("i,i->", g, g))


@put(RIGHT)
def one_quadratic_form(g, H, lr):
    # g^T (lr^2 H / 2 - lr I) g
    return np.linalg.multi_dot([g, 0.5 * lr**2 * H - lr * np.eye(len(g)), g])


@put(RIGHT)
def eigen_directions(g, H, lr):
    # The symmetric part is all that counts in a quadratic form.
    lam, Q = np.linalg.eigh((H + H.T) / 2)
    return np.sum((Q.T @ g) ** 2 * (0.5 * lr**2 * lam - lr))


@put(RIGHT)
def column_vector(g, H, lr):
    s = -lr * g.reshape(-1, 1)
    return (g.reshape(1, -1) @ s + 0.5 * s.T @ H @ s).item()


@put(RIGHT)
def matrix_of_products(g, H, lr):
    return float(lr**2 * np.sum(H * np.outer(g, g)) / 2 - lr * np.linalg.norm(g) ** 2)


@put(RIGHT)
def trace(g, H, lr):
    G = np.outer(g, g)
    return np.trace(-lr * G + lr**2 / 2 * G @ H)


@put(RIGHT)
def difference_of_a_quadratic(g, H, lr):
    def loss(w):
        return g @ w + 0.5 * w @ H @ w

    return loss(-lr * g) - loss(np.zeros_like(g))


@put(RIGHT)
def mean_of_two_gradients(g, H, lr):
    # The gradient at the end of the step is g + H dw; the trapezoidal rule is exact.
    dw = -lr * g
    after = g + 0.5 * (H + H.T) @ dw
    return np.dot(dw, (g + after) / 2)


@put(RIGHT)
def simpson_along_the_step(g, H, lr):
    def slope(s):
        return -lr * g @ (g - s * lr * ((H + H.T) / 2) @ g)

    return (slope(0) + 4 * slope(0.5) + slope(1)) / 6


@put(RIGHT)
def half_factored_out(g, H, lr):
    return np.array(-lr * np.dot(g, g - 0.5 * lr * np.matmul(H, g)))


@put(RIGHT)
def order_argument(g, H, lr, *, order=2):
    terms = [-lr * np.vdot(g, g), lr * lr * np.vdot(g, H @ g) / 2]
    return math.fsum(terms[:order])


RIGHT["partially_applied"] = (functools.partial(order_argument, order=2),)


@put(FORM)
def array_of_shape_one(g, H, lr):  # (1,)
    return np.array([textbook(g, H, lr)])


@put(FORM)
def matrix_of_shape_one_by_one(g, H, lr):  # (1, 1)
    s = -lr * g[:, None]
    return s.T @ g[:, None] + s.T @ H @ s / 2


@put(FORM)
def list_of_one(g, H, lr):  # [change]
    return [float(textbook(g, H, lr))]


@put(FORM)
def gradient_scaled_in_place(g, H, lr):  # g is changed
    first = g @ g
    g *= -lr
    return -lr * first + 0.5 * g @ H @ g


@put(FORM)
def hessian_scaled_in_place(g, H, lr):  # H is changed
    H *= 0.5 * lr**2
    return -lr * g @ g + g @ H @ g


# --- wrong ------------------------------------------------------------------------------------


def variant(g, H, lr, *, a=lambda lr: -lr, b=lambda lr: lr**2 / 2, first=None, second=None):
    """``a g.g + b g.H g`` with places to go wrong."""
    slope = g @ g if first is None else first(g, H)
    curvature = g @ H @ g if second is None else second(g, H)
    return float(a(lr) * slope + b(lr) * curvature)


for name, spoilt in {
    "first_order_only": {"b": lambda lr: 0.0},
    "second_order_only": {"a": lambda lr: 0.0},
    "half_forgotten": {"b": lambda lr: lr**2},
    "half_in_the_first_term_too": {"a": lambda lr: -lr / 2},
    "rate_not_squared": {"b": lambda lr: lr / 2},
    "rate_squared_in_both": {"a": lambda lr: -(lr**2)},
    "rate_doubled_for_squared": {"b": lambda lr: lr},
    "rate_cubed": {"b": lambda lr: lr**3 / 2},
    "rate_forgotten": {"a": lambda lr: -1.0, "b": lambda lr: 0.5},
    "rate_of_its_own": {"a": lambda lr: -0.1, "b": lambda lr: 0.005},
    "step_uphill": {"a": lambda lr: lr},
    "second_sign": {"b": lambda lr: -(lr**2) / 2},
    "fall_of_the_loss": {"a": lambda lr: lr, "b": lambda lr: -(lr**2) / 2},
    "sixth_for_half": {"b": lambda lr: lr**2 / 6},
    "norm_not_squared": {"first": lambda g, H: np.linalg.norm(g)},
    "sum_of_the_gradient": {"first": lambda g, H: g.sum()},
    "mean_of_squares": {"first": lambda g, H: np.mean(g**2)},
    "means_of_both": {
        "first": lambda g, H: np.mean(g**2),
        "second": lambda g, H: np.mean(g * (H @ g)),
    },
    "absolute_values": {"first": lambda g, H: np.sum(np.abs(g))},
    "slope_weighted_by_the_hessian": {"first": lambda g, H: g @ H @ g},
    "diagonal_of_the_hessian": {"second": lambda g, H: np.sum(np.diag(H) * g**2)},
    "first_column_of_the_hessian": {"second": lambda g, H: (g @ H)[0] * g[0]},
    "trace_of_the_hessian": {"second": lambda g, H: np.trace(H) * (g @ g)},
    "largest_curvature": {"second": lambda g, H: np.linalg.norm(H, 2) * (g @ g)},
    "upper_triangle": {"second": lambda g, H: g @ np.triu(H) @ g},
    "hessian_twice": {"second": lambda g, H: g @ H @ H @ g},
    "inverse_hessian": {"second": lambda g, H: g @ np.linalg.pinv(H) @ g},
    "hessian_forgotten": {"second": lambda g, H: g @ g},
    "gradient_once_in_the_second_term": {"second": lambda g, H: (H @ g).sum()},
    "norm_of_the_product": {"second": lambda g, H: np.linalg.norm(H @ g)},
    "sum_of_the_hessian": {"second": lambda g, H: H.sum()},
    "broadcast_product": {"second": lambda g, H: np.sum(g * H * g)},
    "absolute_curvature": {"second": lambda g, H: abs(g @ H @ g)},
    "positive_curvature_only": {"second": lambda g, H: max(g @ H @ g, 0.0)},
    "gauss_newton": {"second": lambda g, H: (g @ g) ** 2},
    "first_coordinate_only": {
        "first": lambda g, H: g[0] ** 2,
        "second": lambda g, H: H[0, 0] * g[0] ** 2,
    },
    "unit_gradient": {
        "first": lambda g, H: 1.0,
        "second": lambda g, H: g @ H @ g / (g @ g + 1e-300),
    },
    "two_mistakes": {"a": lambda lr: lr, "b": lambda lr: lr**2},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def never_positive(g, H, lr):
    # Right for small rates.
    return min(textbook(g, H, lr), 0.0)


@put(WRONG)
def size_of_the_change(g, H, lr):
    return abs(textbook(g, H, lr))


@put(WRONG)
def best_possible_change(g, H, lr):
    # The Newton step; the rate is ignored.
    return float(-0.5 * g @ np.linalg.pinv(H) @ g)


@put(WRONG)
def relative_to_the_first_term(g, H, lr):
    return textbook(g, H, lr) / (lr * (g @ g) + 1e-300)


@put(WRONG)
def divided_by_the_rate(g, H, lr):
    return textbook(g, H, lr) / lr if lr else 0.0


@put(WRONG)
def change_of_the_next_step(g, H, lr):
    return textbook(g - lr * H @ g, H, lr)


@put(WRONG)
def change_of_each_coordinate(g, H, lr):
    # A vector; its sum is right.
    return -lr * g * g + 0.5 * lr**2 * g * (H @ g)


@put(WRONG)
def does_it_fall(g, H, lr):
    return bool(textbook(g, H, lr) < 0)


@put(WRONG)
def whole_numbers(g, H, lr):
    return textbook(np.rint(g), np.rint(H), lr)


@put(WRONG)
def both_terms(g, H, lr):
    return -lr * g @ g, 0.5 * lr**2 * g @ H @ g


@put(WRONG)
def loss_after_the_step(g, H, lr):
    # From a loss of one.
    return 1 + textbook(g, H, lr)


@put(WRONG)
def change_of_all_steps_so_far(g, H, lr, total=[0.0]):  # noqa: B006
    total[0] += float(textbook(g, H, lr))
    return total[0]


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
