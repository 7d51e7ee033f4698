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
def with_einsum(gradient, shape):
    letters = string.ascii_lowercase[: np.ndim(gradient)]
    own = letters[np.ndim(gradient) - len(shape) :]
    kept = "".join(c for c, size in zip(own, shape, strict=True) if size != 1)
    return np.einsum(f"{letters}->{kept}", gradient).reshape(shape)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def kept_between_calls(gradient, shape, kept={}):  # noqa: B006
    kept[shape] = kept.get(shape, 0) + textbook(gradient, shape)
    return np.array(kept[shape])
