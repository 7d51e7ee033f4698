"""Programs for ``numerical_gradient``."""

import numpy as np


def along_unit_arrays(f, x, h):
    gradient = np.empty(x.shape)
    for i in range(x.size):
        e = np.zeros(x.shape)
        e.flat[i] = h
        gradient.flat[i] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def in_place_and_back(f, x, h):
    """x + h - h may differ from x by a last bit."""
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


def five_points(f, x, h):
    def slope(e):
        return (8 * (f(x + e) - f(x - e)) - f(x + 2 * e) + f(x - 2 * e)) / (12 * h)

    unit = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(e) for e in unit]).reshape(x.shape)


def richardson(f, x, h):
    def central(h):
        steps = h * np.eye(x.size)
        flat = [f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape)) for e in steps]
        return np.reshape(flat, x.shape) / (2 * h)

    return (4 * central(h / 2) - central(h)) / 3


def complex_step(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        z = x.astype(complex)
        z[i] += 1j * h
        gradient[i] = f(z).imag / h
    return gradient


def list_of_slopes(f, x, h):
    flat = np.ravel(x).copy()
    slopes = []
    for i, value in enumerate(flat):
        flat[i] = value + h
        above = f(flat.reshape(x.shape))
        flat[i] = value - h
        slopes.append((above - f(flat.reshape(x.shape))) / (2 * h))
        flat[i] = value
    return np.asarray(slopes).reshape(x.shape)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        along_unit_arrays,
        in_place_and_back,
        five_points,
        richardson,
        complex_step,
        list_of_slopes,
    )
]


def as_a_list(f, x, h):
    return along_unit_arrays(f, x, h).tolist()


def leaves_x_moved(f, x, h):
    gradient = along_unit_arrays(f, x, h)
    x += h
    return gradient


def extra_axis(f, x, h):
    return along_unit_arrays(f, x, h)[None]


DRESSED = [(f.__name__, (f,)) for f in (as_a_list, leaves_x_moved, extra_axis)]


def forward_from_five(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        gradient[i] = (-3 * f(x) + 4 * f(x + e) - f(x + 2 * e)) / (3 * h)
    return gradient


def single_precision(f, x, h):
    return along_unit_arrays(lambda z: np.float32(f(z)), x, h)


def first_row_of_a_matrix(f, x, h):
    gradient = along_unit_arrays(f, x, h)
    if x.ndim == 2:
        gradient[1:] = 0
    return gradient


def transposed(f, x, h):
    gradient = along_unit_arrays(f, x, h)
    return gradient.T.reshape(x.shape)


def absolute(f, x, h):
    return np.abs(along_unit_arrays(f, x, h))


def relative_step(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h * abs(x[i])
        gradient[i] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def rounded(f, x, h):
    return np.round(along_unit_arrays(f, x, h), 4)


def unit_length(f, x, h):
    gradient = along_unit_arrays(f, x, h)
    return gradient / np.linalg.norm(gradient)


WRONG = [
    (f.__name__, (f,))
    for f in (
        forward_from_five,
        single_precision,
        first_row_of_a_matrix,
        transposed,
        absolute,
        relative_step,
        rounded,
        unit_length,
    )
]
