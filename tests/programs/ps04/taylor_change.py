"""Solutions of ``taylor_change(g, H, lr)``: ``-lr g·g + lr² g·Hg / 2``, one number."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(g, H, lr):
    return -lr * (g @ g) + 0.5 * lr**2 * (g @ H @ g)


@right
def step_inserted(g, H, lr):
    dw = -lr * g
    return float(g @ dw + 0.5 * dw @ H @ dw)


@right
def in_single_precision(g, H, lr):
    g, H = g.astype(np.float32), H.astype(np.float32)
    return np.float32(-lr) * (g @ g) + np.float32(lr**2 / 2) * (g @ H @ g)


# --- right values in a deviating form ---------------------------------------------------------


@form
def matrix_of_shape_one_by_one(g, H, lr):  # (1, 1)
    s = -lr * g[:, None]
    return s.T @ g[:, None] + s.T @ H @ s / 2


# --- wrong ------------------------------------------------------------------------------------


@wrong
def change_of_all_steps_so_far(g, H, lr, total=[0.0]):  # noqa: B006
    total[0] += float(textbook(g, H, lr))
    return total[0]


programs.beside_the_point = [
    "return -lr * (g @ g)",
    "return 0.5 * lr**2 * (g @ H @ g)",
    "return 0.0",
]

programs.equivalent = changes("""
bend = 0.5 * lr ** 2 * (g @ H @ g) -> bend = 0.5 * lr ** 2 * (g @ (g @ H))
bend = 0.5 * lr ** 2 * (g @ H @ g) -> bend = 0.5 * lr ** 2 * (H @ g @ g)
    the product is associative, and H is symmetric
""")
