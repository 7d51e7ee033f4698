"""Solutions of ``portable_softmax(u)``: ``(N, K)`` arrays of any library of the standard."""

import math

import numpy as np

from course_lib.backend import array_namespace
from tests.programs.carriers import carried
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    xp = u.__array_namespace__()
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@right
def logaddexp_column_by_column(u):
    xp = array_namespace(u)
    lse = u[:, 0]
    for k in range(1, u.shape[1]):
        lse = xp.logaddexp(lse, u[:, k])
    return xp.exp(u - lse[:, None])


@right
def reshaped(u):
    xp = array_namespace(u)
    column = (u.shape[0], 1)
    e = xp.exp(u - xp.reshape(xp.max(u, axis=1), column))
    return e * (1 / xp.reshape(xp.sum(e, axis=1), column))


@right
def ratios(u):  # 1 / sum_j exp(u_j - u_k); where that overflows, 1 / inf is right
    xp = array_namespace(u)
    return 1 / xp.sum(xp.exp(u[:, None, :] - u[:, :, None]), axis=2)


@right
def ratios_without_a_warning(u):
    with np.errstate(over="ignore"):
        return ratios(u)


@right
def last_of_the_sorted(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.sort(u, axis=1)[:, -1:])
    return e / xp.mean(e, axis=1, keepdims=True) / u.shape[1]


@right
def logarithm_first(u):
    xp = array_namespace(u)
    shifted = u - xp.max(u, axis=1, keepdims=True)
    return xp.exp(shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True)))


@right
def power_of_e(u):
    xp = array_namespace(u)
    e = xp.e ** (u - xp.max(u, axis=1, keepdims=True))
    return e / (e @ xp.ones((u.shape[1], 1), dtype=u.dtype))


@right
def number_by_number(u):
    xp = array_namespace(u)
    y = []
    for n in range(u.shape[0]):
        row = [float(u[n, k]) for k in range(u.shape[1])]
        e = [math.exp(value - max(row)) for value in row]
        y.append([value / sum(e) for value in e])
    return xp.asarray(y, dtype=u.dtype, device=u.device)


# --- right values in a deviating form ---------------------------------------------------------


@form
def leading_axis(u):  # (1, N, K)
    return textbook(u)[None, ...]


@form
def list_of_rows(u):
    return [textbook(u)[n, :] for n in range(u.shape[0])]


form.edit(
    "numpy_in_the_end",
    number_by_number,
    "xp.asarray(y, dtype=u.dtype, device=u.device)",
    "np.array(y, dtype=np.float64)",
)


# Nothing is asked for its namespace, and nothing needs to be: operators do it all.
@open_
def operators_only(u):
    y = u + 0.0
    for n in range(u.shape[0]):
        row = [float(u[n, k]) for k in range(u.shape[1])]
        e = [math.exp(v - max(row)) for v in row]
        for k, v in enumerate(e):
            y[n, k] = v / sum(e)
    return y


# --- wrong: NumPy, or what only NumPy has -----------------------------------------------------


@wrong
def numpy_ufunc_method(u):
    xp = array_namespace(u)
    return xp.exp(u - xp.logaddexp.reduce(u, axis=1, keepdims=True))


@wrong
def iterated_over(u):  # arrays of the standard cannot be iterated over
    xp = array_namespace(u)
    rows = [xp.exp(row - xp.max(row)) for row in u]
    return xp.stack([e / xp.sum(e) for e in rows])


@wrong
def nested_lists(u):
    u = np.asarray(u)
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).tolist()


wrong.edit(
    "array_of_a_list",
    nested_lists,
    "(e / e.sum(axis=1, keepdims=True)).tolist()",
    "array_namespace(u).array((e / e.sum(axis=1, keepdims=True)).tolist())",
)


@wrong
def as_numpy_if_it_is(u):
    return textbook(u) if isinstance(u, np.ndarray) else u


# --- wrong: the softmax -----------------------------------------------------------------------


for name, exponential in {
    "clipped_at_ten": "xp.exp(xp.where(u > 10, 10.0, u))",
    "squares": "u**2",
    "base_two": "2.0 ** (u - xp.max(u, axis=1, keepdims=True))",
}.items():
    wrong.edit(name, textbook, "xp.exp(u - xp.max(u, axis=1, keepdims=True))", exponential)

for name, result in {
    "logarithms": "xp.log(e / xp.sum(e, axis=1, keepdims=True))",
    "normalised_by_the_mean": "e / xp.mean(e, axis=1, keepdims=True)",
    "transposed": "(e / xp.sum(e, axis=1, keepdims=True)).T",
    "sigmoid": "1 / (1 + xp.exp(-u))",
    "hardest": "xp.astype(u == xp.max(u, axis=1, keepdims=True), u.dtype)",
    "namespace_returned": "xp, e / xp.sum(e, axis=1, keepdims=True)",
}.items():
    wrong.edit(name, textbook, "e / xp.sum(e, axis=1, keepdims=True)", result)


@wrong
def twice(u):
    return textbook(textbook(u))


@wrong
def first_row_for_all(u):  # right for N = 1
    return array_namespace(u).broadcast_to(textbook(u[:1, :]), u.shape)


@wrong
def result_kept_for_the_shape(u, results={}):  # noqa: B006
    return results.setdefault((type(u), u.shape), textbook(u))


@wrong
def two_mistakes(u):
    e = np.exp(np.asarray(u))
    return e / e.sum(axis=0)


# The right changes make NumPy arrays, which is wrong here.
for name, spoilt in carried((textbook,))[1].items():
    programs.made.add(name)
    wrong.add(name, *spoilt)
