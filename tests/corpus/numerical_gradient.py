"""Solutions of ``numerical_gradient(f, x, h) -> gradient`` like ``x``, by central differences."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


@put(RIGHT)
def iterator_with_restored_entries(f, x, h):
    # Works on x itself and puts every entry back as it was.
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        grad[i] = (above - below) / (2 * h)
        it.iternext()
    return grad


@put(RIGHT)
def flat_copy(f, x, h):
    flat = np.array(x).ravel()
    grad = np.zeros_like(flat)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + h
        up = f(flat.reshape(x.shape).copy())
        flat[i] = old - h
        down = f(flat.reshape(x.shape).copy())
        flat[i] = old
        grad[i] = (up - down) / 2 / h
    return grad.reshape(x.shape)


@put(RIGHT)
def unit_vectors(f, x, h):
    steps = h * np.eye(x.size).reshape((x.size, *x.shape))
    values = [(f(x + e) - f(x - e)) / (2 * h) for e in steps]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


@put(RIGHT)
def perturbation_array(f, x, h):
    d, g = np.zeros_like(x), np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        d[i] = h
        g[i] = (f(x + d) - f(x - d)) * 0.5 / h
        d[i] = 0.0
    return g


@put(RIGHT)
def mean_of_forward_and_backward(f, x, h):
    here = f(x)
    grad = np.empty_like(x)
    for i, _ in np.ndenumerate(x):
        e = np.zeros_like(x)
        e[i] = h
        grad[i] = ((f(x + e) - here) / h + (here - f(x - e)) / h) / 2
    return grad


@put(RIGHT)
def with_the_step_really_taken(f, x, h):
    # Divides by the step that rounding left, as numerical books advise.
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (up[i] - down[i])
    return grad


@put(RIGHT)
def partial_function(f, x, h):
    def along(i, s):
        moved = np.array(x, copy=True)
        moved[i] = moved[i] + s
        return f(moved)

    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        line = functools.partial(along, i)
        g[i] = (line(h) - line(-h)) / (2 * h)
    return g


@put(RIGHT)
def from_iterable(f, x, h=1e-5, *, dtype=None):
    points = (np.unravel_index(k, x.shape) for k in range(x.size))

    def slope(i):
        e = np.zeros(x.shape, dtype=dtype or x.dtype)
        e[i] = h
        return (f(x + e) - f(x - e)) / (2 * h)

    return np.fromiter(map(slope, points), dtype=x.dtype, count=x.size).reshape(x.shape)


@put(RIGHT)
def flat_iterator(f, x, h):
    x = x.copy()
    grad = np.zeros_like(x)
    for k in range(x.size):
        old = x.flat[k]
        x.flat[k] = old + h
        plus = float(f(x))
        x.flat[k] = old - h
        minus = float(f(x))
        x.flat[k] = old
        grad.flat[k] = (plus - minus) / (2.0 * h)
    return grad


# --- open: another rule, more exact than asked for --------------------------------------------


@put(EITHER)
def five_points(f, x, h):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
    return g


@put(EITHER)
def restored_up_to_rounding(f, x, h):
    # + h, - 2h, + h: x comes back with an error in the last place.
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        down = f(x)
        x[i] += h
        g[i] = (up - down) / (2 * h)
    return g


@put(EITHER)
def double_precision_zeros(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@put(FORM)
def nested_lists(f, x, h):  # lists
    return textbook(f, x, h).tolist()


@put(FORM)
def flattened(f, x, h):  # (x.size,)
    return textbook(f, x, h).ravel()


@put(FORM)
def row(f, x, h):  # (1, ...)
    return textbook(f, x, h)[None]


@put(FORM)
def input_left_moved(f, x, h):  # x is changed, but only once all is computed
    g = textbook(f, x, h)
    x += h
    return g


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def forward_difference(f, x, h):
    here, g = f(x), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - here) / h
    return g


@put(WRONG)
def backward_difference(f, x, h):
    here, g = f(x), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        down = x.copy()
        down[i] -= h
        g[i] = (here - f(down)) / h
    return g


@put(WRONG)
def divided_by_h(f, x, h):
    return 2 * textbook(f, x, h)


@put(WRONG)
def precedence(f, x, h):
    # / 2 * h for / (2 h).
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / 2 * h
    return g


@put(WRONG)
def brackets_forgotten(f, x, h):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = f(x + e) - f(x - e) / (2 * h)
    return g


@put(WRONG)
def not_restored(f, x, h):
    # The entries stay moved, and x is changed.
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


@put(WRONG)
def copy_not_restored(f, x, h):
    # As above on a copy: wrong for functions that are not separable, by O(h).
    x = x.copy()
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


@put(WRONG)
def all_entries_at_once(f, x, h):
    # Right for a single entry.
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))


@put(WRONG)
def rows_at_once(f, x, h):
    # Right for one dimension.
    g = np.zeros_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@put(WRONG)
def only_the_diagonal(f, x, h):
    g = np.zeros_like(x)
    for i in range(min(x.shape)):
        e = np.zeros_like(x)
        e[(i,) * x.ndim] = h
        g[(i,) * x.ndim] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@put(WRONG)
def two_loops_only(f, x, h):
    # Right for matrices only.
    g = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = np.zeros_like(x)
            e[i, j] = h
            g[i, j] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@put(WRONG)
def index_transposed(f, x, h):
    g = textbook(f, x, h)
    return g.T.reshape(x.shape)


@put(WRONG)
def last_entry_forgotten(f, x, h):
    g = textbook(f, x, h)
    g.flat[x.size - 1] = 0
    return g


@put(WRONG)
def half_the_step(f, x, h):
    # (f(x + h/2) - f(x - h/2)) / 2h
    return textbook(f, x, h / 2) / 2


@put(WRONG)
def coarse_step_of_its_own(f, x, h):
    return textbook(f, x, 0.5)


@put(WRONG)
def far_too_small_a_step(f, x, h):
    return textbook(f, x, 1e-15)


@put(WRONG)
def relative_steps(f, x, h):
    # Divides by h although the step was h |x|.
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h * abs(x[i])
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@put(WRONG)
def sign_error(f, x, h):
    return -textbook(f, x, h)


@put(WRONG)
def absolute_differences(f, x, h):
    return np.abs(textbook(f, x, h))


@put(WRONG)
def second_difference(f, x, h):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - 2 * f(x) + f(x - e)) / h**2
    return g


@put(WRONG)
def one_random_direction(f, x, h):
    # Right on average over the directions.
    d = np.random.default_rng(0).choice([-1.0, 1.0], size=x.shape)
    return (f(x + h * d) - f(x - h * d)) / (2 * h) * d


@put(WRONG)
def alias_for_a_copy(f, x, h):
    # up and down are one array: the difference is zero.
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = down = x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@put(WRONG)
def rounded_to_h(f, x, h):
    return np.round(textbook(f, x, h), 1)


@put(WRONG)
def normalised(f, x, h):
    g = textbook(f, x, h)
    return g / np.linalg.norm(g)


@put(WRONG)
def step_added_to_the_value(f, x, h):
    return np.full_like(x, (f(x) + h - (f(x) - h)) / (2 * h))


@put(WRONG)
def two_mistakes(f, x, h):
    here, g = f(x), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - here) / (2 * h)
    return g


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
