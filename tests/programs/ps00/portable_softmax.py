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
def ratios(u):  # 1 / sum_j exp(u_j - u_k); where that overflows, 1 / inf is right
    xp = array_namespace(u)
    return 1 / xp.sum(xp.exp(u[:, None, :] - u[:, :, None]), axis=2)


@right
def ratios_without_a_warning(u):
    with np.errstate(over="ignore"):
        return ratios(u)


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


# --- wrong: the softmax -----------------------------------------------------------------------


@wrong
def result_kept_for_the_shape(u, results={}):  # noqa: B006
    return results.setdefault((type(u), u.shape), textbook(u))


# The right changes make NumPy arrays, which is wrong here.
for name, spoilt in carried((textbook,))[1].items():
    programs.made.add(name)
    wrong.add(name, *spoilt)
