"""Solutions of ``unbroadcast(gradient, shape) -> array``."""

import string

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


@right
def all_axes_at_once(gradient, shape):
    padded = (1,) * (np.ndim(gradient) - len(shape)) + tuple(shape)
    axes = tuple(i for i, (old, new) in enumerate(zip(padded, gradient.shape)) if old != new)  # noqa: B905
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


@right
def added_up_by_number(gradient, shape):
    # Which element is each place a copy of? The numbers are broadcast like the array itself.
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    copies = np.broadcast_to(numbers, np.shape(gradient))
    d = np.bincount(copies.ravel(), weights=np.ravel(gradient), minlength=numbers.size)
    return d.reshape(shape).astype(np.asarray(gradient).dtype)


@right
def with_einsum(gradient, shape):
    letters = string.ascii_lowercase[: np.ndim(gradient)]
    own = letters[np.ndim(gradient) - len(shape) :]
    kept = "".join(c for c, size in zip(own, shape, strict=True) if size != 1)
    return np.einsum(f"{letters}->{kept}", gradient).reshape(shape)


@right
def dot_with_the_copies(gradient, shape):
    # Broadcasting is linear; its transpose takes the gradient back.
    n = int(np.prod(shape))
    units = np.eye(n, dtype=np.asarray(gradient).dtype).reshape(n, *shape)
    sums = [np.sum(np.broadcast_to(unit, np.shape(gradient)) * gradient) for unit in units]
    return np.reshape(np.array(sums, dtype=np.asarray(gradient).dtype), shape)


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(gradient, shape):  # lists
    return np.asarray(textbook(gradient, shape)).tolist()


@form
def leading_axis(gradient, shape):  # (1, ...)
    return np.asarray(textbook(gradient, shape))[None]


@form
def double_precision(gradient, shape):  # float64 from float32
    return np.asarray(textbook(gradient, shape)).astype(float)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def kept_between_calls(gradient, shape, kept={}):  # noqa: B006
    kept[shape] = kept.get(shape, 0) + textbook(gradient, shape)
    return np.array(kept[shape])
