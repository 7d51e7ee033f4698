"""Solutions of ``residual_backward(dy, cache, f_backward) -> dx``, with their forwards."""

import numpy as np

from tests.programs.catalogue import Catalogue


def residual_forward(x, f_forward):
    """A right forward whose cache is the one of the block."""
    z, f_cache = f_forward(x)
    return x + z, f_cache


programs = Catalogue(residual_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache, f_backward):
    return dy + f_backward(dy, cache)


@right
def block_in_double_precision(dy, cache, f_backward):
    wide = dy.astype(np.float64)
    return (wide + f_backward(wide, cache)).astype(dy.dtype)


@right.together
def cache_in_a_dictionary():
    def residual_forward(x, f_forward):
        z, inner = f_forward(x)
        return x + z, {"inner": inner, "shape": x.shape}

    def residual_backward(dy, cache, f_backward):
        both = [3 * dy, 3 * f_backward(dy, cache["inner"])]
        return np.mean(both, axis=0, dtype=dy.dtype).reshape(cache["shape"]) / dy.dtype.type(1.5)

    return residual_forward, residual_backward


@wrong
def two_calls(dy, cache, f_backward):
    f_backward(dy, cache)
    return dy + f_backward(dy, cache)


def keeps_nothing(x, f_forward):
    return x + f_forward(x)[0], None


@wrong.behind(keeps_nothing)
def cache_of_the_block_lost(dy, cache, f_backward):
    return dy + f_backward(dy, cache)


def keeps_a_pair(x, f_forward):
    z, f_cache = f_forward(x)
    return x + z, (x, f_cache)


@wrong.behind(keeps_a_pair)
def whole_cache_into_the_block(dy, cache, f_backward):
    return dy + f_backward(dy, cache)
