"""Programs for ``portable_softmax``."""

import math

import array_api_compat
import numpy as np

from course_lib.backend import array_namespace


def library_namespace(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def compatible_namespace(u):
    xp = array_api_compat.array_namespace(u)
    m = xp.max(u, axis=1)
    e = xp.exp(u - m[:, None])
    s = xp.sum(e, axis=1)
    return xp.divide(e, xp.expand_dims(s, axis=1))


def asked_itself(u):
    xp = u.__array_namespace__()
    e = xp.exp(xp.subtract(u, xp.reshape(xp.max(u, axis=1), (-1, 1))))
    return e / xp.reshape(xp.sum(e, axis=1), (u.shape[0], 1))


def through_logarithms(u):
    xp = u.__array_namespace__()
    u = u - xp.max(u, axis=1, keepdims=True)
    return xp.exp(u - xp.log(xp.sum(xp.exp(u), axis=1, keepdims=True)))


def power_of_e(u):
    xp = array_namespace(u)
    e = xp.e ** (u - xp.max(u, axis=1, keepdims=True))
    return e / (e @ xp.ones((u.shape[1], 1), dtype=u.dtype))


def differences_of_scores(u):
    """1 / sum_j exp(u_j - u_k) for each k; it may overflow to infinity, and 1 over that is 0."""
    xp = array_namespace(u)
    with np.errstate(over="ignore"):
        return 1 / xp.sum(xp.exp(u[:, None, :] - u[:, :, None]), axis=2)


def row_by_row(u):
    xp = array_namespace(u)
    rows = []
    for n in range(u.shape[0]):
        e = xp.exp(u[n, :] - xp.max(u[n, :]))
        rows.append(e / xp.sum(e))
    return xp.stack(rows)


def columns_as_rows(u):
    xp = array_namespace(u)
    e = xp.exp(u.T - xp.max(u.T, axis=0))
    return (e / xp.sum(e, axis=0)).T


def number_by_number(u):
    xp = array_namespace(u)
    N, K = u.shape
    y = []
    for n in range(N):
        row = [float(u[n, k]) for k in range(K)]
        e = [math.exp(value - max(row)) for value in row]
        y.append([value / sum(e) for value in e])
    return xp.asarray(y, dtype=u.dtype, device=u.device)


def written_into_a_new_array(u):
    xp = array_namespace(u)
    y = xp.empty_like(u)
    y[...] = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    y /= xp.sum(y, axis=1, keepdims=True)
    return y


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        library_namespace,
        compatible_namespace,
        asked_itself,
        through_logarithms,
        power_of_e,
        differences_of_scores,
        row_by_row,
        columns_as_rows,
        number_by_number,
        written_into_a_new_array,
    )
]


def numpy_in_the_end(u):
    N, K = u.shape
    rows = [[float(u[n, k]) for k in range(K)] for n in range(N)]
    e = [[math.exp(value - max(row)) for value in row] for row in rows]
    return np.array([[value / sum(row) for value in row] for row in e], dtype=np.float64)


def list_of_rows(u):
    return [library_namespace(u)[n, :] for n in range(u.shape[0])]


def extra_axis(u):
    return library_namespace(u)[None, ...]


def half_precision_lost(u):
    xp = array_namespace(u)
    return library_namespace(xp.astype(u, xp.float64))


def shifts_in_place(u):
    xp = array_namespace(u)
    u[...] = u - xp.max(u, axis=1, keepdims=True)
    return library_namespace(u)


DRESSED = [
    (f.__name__, (f,))
    for f in (numpy_in_the_end, list_of_rows, extra_axis, half_precision_lost, shifts_in_place)
]


def numpy_only(u):
    u = np.asarray(u)
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def as_numpy_if_it_is(u):
    return library_namespace(u) if isinstance(u, np.ndarray) else u


def clipped(u):
    xp = array_namespace(u)
    e = xp.exp(xp.clip(u, -500.0, 500.0))
    return e / xp.sum(e, axis=1, keepdims=True)


def sigmoid(u):
    xp = array_namespace(u)
    return 1 / (1 + xp.exp(-u))


def squares(u):
    xp = array_namespace(u)
    return u**2 / xp.sum(u**2, axis=1, keepdims=True)


def base_two(u):
    xp = array_namespace(u)
    e = 2.0 ** (u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


def averaged(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.mean(e, axis=1, keepdims=True)


def hardest(u):
    xp = array_namespace(u)
    return xp.astype(u == xp.max(u, axis=1, keepdims=True), u.dtype)


def twice(u):
    return library_namespace(library_namespace(u))


def reshaped_by_method(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1).reshape(-1, 1))
    return e / xp.sum(e, axis=1).reshape(-1, 1)


def numpy_for_one_step(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


WRONG = [
    (f.__name__, (f,))
    for f in (
        numpy_only,
        as_numpy_if_it_is,
        clipped,
        sigmoid,
        squares,
        base_two,
        averaged,
        hardest,
        twice,
        reshaped_by_method,
        numpy_for_one_step,
    )
]
