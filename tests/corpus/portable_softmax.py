"""Solutions of ``portable_softmax(u)``: a softmax of rows with arrays of any library.

Right ones stay in the library (and on the device) of the array they are given, and use only what
the array API standard has: NumPy, CuPy and array_api_strict all know it.
"""

import functools
import importlib
import math
import operator
from typing import Any

import array_api_compat
import numpy as np

from course_lib.backend import array_namespace

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u):
    xp = u.__array_namespace__()
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(RIGHT)
def namespace_of_the_library(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


@put(RIGHT)
def namespace_of_compat(u, axis=1):
    xp = array_api_compat.array_namespace(u)
    shifted = xp.subtract(u, xp.max(u, axis=axis, keepdims=True))
    e = xp.exp(shifted)
    return xp.divide(e, xp.sum(e, axis=axis, keepdims=True))


RIGHT["partially_applied"] = (functools.partial(namespace_of_compat, axis=-1),)


@put(RIGHT)
def logaddexp_column_by_column(u):
    xp = array_namespace(u)
    lse = u[:, 0]
    for k in range(1, u.shape[1]):
        lse = xp.logaddexp(lse, u[:, k])
    return xp.exp(u - lse[:, None])


@put(RIGHT)
def new_axis_by_indexing(u):
    xp = u.__array_namespace__(api_version=None)
    e = xp.exp(u - xp.max(u, axis=1)[:, np.newaxis])
    return e / xp.sum(e, axis=1)[..., None]


@put(RIGHT)
def reshaped(u):
    xp = array_namespace(u)
    column = (u.shape[0], 1)
    e = xp.exp(u - xp.reshape(xp.max(u, axis=1), column))
    return e * (1 / xp.reshape(xp.sum(e, axis=1), column))


@put(RIGHT)
def columns_by_transposing(u):
    xp = array_namespace(u)
    v = xp.matrix_transpose(u)
    e = xp.exp(v - xp.max(v, axis=0))
    return xp.matrix_transpose(e / xp.sum(e, axis=0))


@put(RIGHT)
def row_by_row(u):
    xp = array_namespace(u)
    rows = []
    for n in range(u.shape[0]):
        e = xp.exp(u[n, :] - xp.max(u[n, :]))
        rows.append(e / xp.sum(e))
    return xp.stack(rows, axis=0)


@put(RIGHT)
def numpy_where_it_is_numpy(u):
    # np for NumPy arrays is right as well.
    xp = np if isinstance(u, np.ndarray) else u.__array_namespace__()
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(RIGHT)
def matrix_of_ones(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / (e @ xp.ones_like(e[:1, :]).T)


@put(RIGHT)
def ratios(u):
    # 1 / sum_j exp(u_j - u_k); where that overflows, 1 / inf is right.
    xp = array_namespace(u)
    return 1 / xp.sum(xp.exp(u[:, None, :] - u[:, :, None]), axis=2)


@put(RIGHT)
def last_of_the_sorted(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.sort(u, axis=1)[:, -1:])
    return e / xp.mean(e, axis=1, keepdims=True) / u.shape[1]


@put(RIGHT)
def logarithm_first(u):
    xp = array_namespace(u)
    shifted = u - xp.max(u, axis=1, keepdims=True)
    return xp.exp(shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True)))


@put(RIGHT)
def names_looked_up(u):
    exp, top, total = operator.attrgetter("exp", "max", "sum")(array_namespace(u))
    e = exp(u - top(u, axis=1, keepdims=True))
    return e / total(e, axis=1, keepdims=True)


@put(RIGHT)
def running_maximum(u):
    xp = array_namespace(u)
    top, total = u[:, :1], xp.ones_like(u[:, :1])
    for k in range(1, u.shape[1]):
        column = u[:, k : k + 1]
        new = xp.where(column > top, column, top)
        total = total * xp.exp(top - new) + xp.exp(column - new)
        top = new
    return xp.exp(u - top) / total


@put(RIGHT)
def entries_of_a_like(u):
    xp = array_namespace(u)
    y = xp.zeros_like(u)
    for n in range(u.shape[0]):
        e = xp.exp(u[n, :] - xp.max(u[n, :]))
        y[n, :] = e / xp.sum(e)
    return y


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def shifted_in_place(u):  # u is changed
    xp = array_namespace(u)
    u -= xp.max(u, axis=1, keepdims=True)
    e = xp.exp(u)
    return e / xp.sum(e, axis=1, keepdims=True)


@put(FORM)
def overwritten(u):  # u becomes the result
    u[...] = textbook(u)
    return u


@put(FORM)
def leading_axis(u):  # (1, N, K)
    return textbook(u)[None, ...]


@put(FORM)
def double_precision(u):  # float64 from float32
    xp = array_namespace(u)
    return textbook(xp.astype(u, xp.float64))


# Nothing is asked for its namespace, and nothing needs to be: operators do it all.
@put(EITHER)
def operators_only(u):
    y = u + 0.0
    for n in range(u.shape[0]):
        row = [float(u[n, k]) for k in range(u.shape[1])]
        e = [math.exp(v - max(row)) for v in row]
        for k, v in enumerate(e):
            y[n, k] = v / sum(e)
    return y


# To main memory and back: works for libraries that share it, but not for a GPU's.
@put(WRONG)
def through_numpy_and_back(u):
    e = np.exp(np.asarray(u) - np.asarray(u).max(axis=1, keepdims=True))
    return u.__array_namespace__().asarray(e / e.sum(axis=1, keepdims=True))


# A constant that lies on the library's first device; another device shows it.
@put(EITHER)
def constant_on_the_first_device(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / (e @ xp.ones((u.shape[1], 1), dtype=u.dtype))


# --- wrong: NumPy, or what only NumPy has -----------------------------------------------------


@put(WRONG)
def numpy_only(u):
    # A NumPy array comes out, whatever went in.
    e = np.exp(u - np.max(u, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


@put(WRONG)
def made_a_numpy_array_first(u):
    u = np.asarray(u)
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def methods_of_the_array(u):
    # u.max() and e.sum() are no part of the standard.
    xp = array_namespace(u)
    e = xp.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@put(WRONG)
def method_for_the_sum(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / e.sum(axis=1)[:, None]


@put(WRONG)
def numpy_for_the_maximum(u):
    xp = array_namespace(u)
    e = xp.exp(u - np.max(np.asarray(u), axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def numpy_for_the_exponential(u):
    xp = array_namespace(u)
    e = np.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


@put(WRONG)
def numpy_name_for_the_maximum(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.amax(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def axis_by_position(u):
    # The standard takes the axis by its name only.
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, 1, keepdims=True))
    return e / xp.sum(e, 1, keepdims=True)


@put(WRONG)
def numpy_ufunc_method(u):
    xp = array_namespace(u)
    return xp.exp(u - xp.logaddexp.reduce(u, axis=1, keepdims=True))


@put(WRONG)
def einsum(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.einsum("nk->n", e)[:, None]


@put(WRONG)
def iterated_over(u):
    # Arrays of the standard cannot be iterated over.
    xp = array_namespace(u)
    rows = [xp.exp(row - xp.max(row)) for row in u]
    return xp.stack([e / xp.sum(e) for e in rows])


@put(WRONG)
def array_of_a_list(u):
    xp = array_namespace(u)
    return xp.array(made_a_numpy_array_first(u).tolist())


@put(WRONG)
def type_asked_for_as_in_numpy(u):
    xp = array_namespace(u)
    v = u.astype(xp.float64)
    return textbook(v).astype(u.dtype)


@put(WRONG)
def cupy_or_numpy(u):
    # As cupy.get_array_module: two libraries, not any.
    try:
        xp = importlib.import_module("cupy").get_array_module(u)
    except ImportError:
        xp = np
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def library_by_name(u):
    # if ... elif with the libraries known at the time of writing, NumPy for all others.
    name = type(u).__module__.partition(".")[0]
    xp = importlib.import_module(name) if name in ("numpy", "cupy", "torch") else np
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def numbers_of_numpy(u):
    # A numpy.float64 is no Python number.
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e * np.float64(1) / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def result_moved_to_numpy(u):
    return np.array(textbook(u))


@put(WRONG)
def nested_lists(u):
    return made_a_numpy_array_first(u).tolist()


# --- wrong: the softmax -----------------------------------------------------------------------


@put(WRONG)
def not_shifted(u):
    # inf / inf for large scores.
    xp = array_namespace(u)
    e = xp.exp(u)
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def shifted_by_the_largest_of_all(u):
    # 0 / 0 for rows far below.
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def over_the_batch(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=0))
    return e / xp.sum(e, axis=0)


@put(WRONG)
def over_everything(u):
    # Right for N = 1.
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u))
    return e / xp.sum(e)


@put(WRONG)
def axis_not_kept(u):
    # An error for N != K, wrong for N = K.
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1))
    return e / xp.sum(e, axis=1)


@put(WRONG)
def logarithms(u):
    xp = array_namespace(u)
    return xp.log(textbook(u))


@put(WRONG)
def not_normalised(u):
    xp = array_namespace(u)
    return xp.exp(u - xp.max(u, axis=1, keepdims=True))


@put(WRONG)
def normalised_by_the_mean(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.mean(e, axis=1, keepdims=True)


@put(WRONG)
def softmin(u):
    return textbook(-u)


@put(WRONG)
def transposed(u):
    return textbook(u).T


@put(WRONG)
def first_row_for_all(u):
    # Right for N = 1.
    xp = array_namespace(u)
    return xp.broadcast_to(textbook(u[:1, :]), u.shape)


@put(WRONG)
def clipped_scores(u):
    xp = array_namespace(u)
    return textbook(xp.where(u > 10, 10.0, u))


@put(WRONG)
def result_kept_for_the_shape(u, results={}):  # noqa: B006
    return results.setdefault((type(u), u.shape), textbook(u))


@put(WRONG)
def namespace_of_the_first_call(u, kept=[]):  # noqa: B006
    # The library is asked for once; the second one gets the functions of the first.
    kept.append(array_namespace(u))
    xp = kept[0]
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


@put(WRONG)
def namespace_returned(u):
    return array_namespace(u), textbook(u)


@put(WRONG)
def two_mistakes(u):
    e = np.exp(np.asarray(u))
    return e / e.sum(axis=0)


# The right changes make NumPy arrays, which is wrong here.
more: Any = carried(RIGHT["textbook"])
WRONG |= more[1]
