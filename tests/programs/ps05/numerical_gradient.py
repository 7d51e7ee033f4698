"""Solutions of ``numerical_gradient(f, x, h) -> gradient`` like ``x``, by central differences."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


@right
def mean_of_forward_and_backward(f, x, h):
    here = f(x)
    grad = np.empty_like(x)
    for i, _ in np.ndenumerate(x):
        e = np.zeros_like(x)
        e[i] = h
        grad[i] = ((f(x + e) - here) / h + (here - f(x - e)) / h) / 2
    return grad


# Divides by the step that rounding left, as numerical books advise.
right.edit("with_the_step_really_taken", textbook, "(2 * h)", "(up[index] - down[index])")


@right
def in_place_and_back(f, x, h):
    # x + h - h may differ from x by a last bit.
    gradient = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        gradient[i] = (above - below) / 2 / h
        it.iternext()
    return gradient


@right
def richardson(f, x, h):
    def central(h):
        steps = h * np.eye(x.size)
        flat = [f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape)) for e in steps]
        return np.reshape(flat, x.shape) / (2 * h)

    return (4 * central(h / 2) - central(h)) / 3


@right
def complex_step(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        z = x.astype(complex)
        z[i] += 1j * h
        gradient[i] = f(z).imag / h
    return gradient


@right
def five_points(f, x, h):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
    return g


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(f, x, h):  # lists
    return textbook(f, x, h).tolist()


@form
def row(f, x, h):  # (1, ...)
    return textbook(f, x, h)[None]


@form
def input_left_moved(f, x, h):  # x is changed, but only once all is computed
    g = textbook(f, x, h)
    x += h
    return g


# --- wrong ------------------------------------------------------------------------------------

SLOPE = "(f(up) - f(down)) / (2 * h)"
wrong.edit(
    "one_sided_with_a_wrong_divisor",
    textbook,
    SLOPE,
    "(4 * f(up) - f(2 * up - x) - 3 * f(x)) / (3 * h)",
)
wrong.edit(
    "single_precision",
    textbook,
    SLOPE,
    "(np.float32(f(up)) - np.float32(f(down))) / (2 * h)",
    chance="a rounding error of float32 is within the tolerance or not",
)
wrong.edit("second_difference", textbook, SLOPE, "(f(up) - 2 * f(x) + f(down)) / h**2")
wrong.edit("step_added_to_the_value", textbook, SLOPE, "(f(x) + h - (f(x) - h)) / (2 * h)")
wrong.edit("rows_at_once", textbook, "np.ndindex(x.shape)", "range(len(x))")
wrong.edit(
    "only_the_diagonal",
    textbook,
    "np.ndindex(x.shape)",
    "[(i,) * x.ndim for i in range(min(x.shape))]",
)
wrong.edit("two_loops_only", textbook, "np.ndindex(x.shape)", "np.ndindex(x.shape[0], x.shape[1])")
wrong.edit("index_transposed", textbook, "return grad", "return grad.T.reshape(x.shape)")
wrong.edit("absolute_differences", textbook, "return grad", "return np.abs(grad)")
wrong.edit("rounded_to_tenths", textbook, "return grad", "return np.round(grad, 1)")
wrong.edit(
    "rounded",
    textbook,
    "return grad",
    "return np.round(grad, 4)",
    chance="four decimals are within the tolerance or not",
)
wrong.edit("normalised", textbook, "return grad", "return grad / np.linalg.norm(grad)")


@wrong
def relative_steps(f, x, h):
    # The step is h |x|, the divisor 2h.
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[index] = h * abs(x[index])
        grad[index] = (f(x + e) - f(x - e)) / (2 * h)
    return grad


@wrong
def not_restored(f, x, h):
    # The elements stay moved, and x is changed.
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        grad[index] = (up - f(x)) / (2 * h)
    return grad


@wrong
def last_entry_forgotten(f, x, h):
    g = textbook(f, x, h)
    g.flat[x.size - 1] = 0
    return g


@wrong
def half_the_step(f, x, h):
    # (f(x + h/2) - f(x - h/2)) / 2h
    return textbook(f, x, h / 2) / 2


@wrong
def coarse_step_of_its_own(f, x, h):
    return textbook(f, x, 0.5)


@wrong
def far_too_small_a_step(f, x, h):
    return textbook(f, x, 1e-15)


@wrong
def one_random_direction(f, x, h):
    # Right on average over the directions.
    d = np.random.default_rng(0).choice([-1.0, 1.0], size=x.shape)
    return (f(x + h * d) - f(x - h * d)) / (2 * h) * d


@wrong
def first_row_of_a_matrix(f, x, h):
    g = textbook(f, x, h)
    if x.ndim == 2:
        g[1:] = 0
    return g


programs.carry(textbook)
