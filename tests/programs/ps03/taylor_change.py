"""Solutions of ``taylor_change(g, H, lr)``: ``-lr g·g + lr² g·Hg / 2``, one number."""

import numpy as np

from tests.programs.catalogue import Catalogue

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
def loops(g, H, lr):
    first = sum(float(a) * float(a) for a in g)
    second = 0.0
    for i in range(len(g)):
        for j in range(len(g)):
            second += float(g[i]) * float(H[i, j]) * float(g[j])
    return -lr * first + lr * lr / 2 * second


@right
def einsum(g, H, lr):
    return lr * (lr / 2 * np.einsum("i,ij,j->", g, H, g) - np.einsum("i,i->", g, g))


@right
def one_quadratic_form(g, H, lr):
    # g^T (lr^2 H / 2 - lr I) g
    return np.linalg.multi_dot([g, 0.5 * lr**2 * H - lr * np.eye(len(g)), g])


@right
def eigen_directions(g, H, lr):
    lam, Q = np.linalg.eigh(H)
    return np.sum((Q.T @ g) ** 2 * (0.5 * lr**2 * lam - lr))


@right
def difference_of_a_quadratic(g, H, lr):
    def loss(w):
        return g @ w + 0.5 * w @ H @ w

    return loss(-lr * g) - loss(np.zeros_like(g))


@right
def mean_of_two_gradients(g, H, lr):
    # The gradient at the end of the step is g + H dw; the trapezoidal rule is exact.
    dw = -lr * g
    after = g + 0.5 * (H + H.T) @ dw
    return np.dot(dw, (g + after) / 2)


@right
def in_single_precision(g, H, lr):
    g, H = g.astype(np.float32), H.astype(np.float32)
    return np.float32(-lr) * (g @ g) + np.float32(lr**2 / 2) * (g @ H @ g)


# --- right values in a deviating form ---------------------------------------------------------


@form
def array_of_shape_one(g, H, lr):  # (1,)
    return np.array([textbook(g, H, lr)])


@form
def matrix_of_shape_one_by_one(g, H, lr):  # (1, 1)
    s = -lr * g[:, None]
    return s.T @ g[:, None] + s.T @ H @ s / 2


@form
def list_of_one(g, H, lr):
    return [float(textbook(g, H, lr))]


@form
def gradient_scaled_in_place(g, H, lr):  # g is changed
    first = g @ g
    g *= -lr
    return -lr * first + 0.5 * g @ H @ g


@form
def hessian_scaled_in_place(g, H, lr):  # H is changed
    H *= 0.5 * lr**2
    return -lr * g @ g + g @ H @ g


# --- wrong ------------------------------------------------------------------------------------


@wrong
def change_of_all_steps_so_far(g, H, lr, total=[0.0]):  # noqa: B006
    total[0] += float(textbook(g, H, lr))
    return total[0]
