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
def added_to_a_copy(dy, cache, f_backward):
    dx = dy.copy()
    dx += f_backward(dy, cache)
    return dx


@right
def block_of_a_copy(dy, cache, f_backward):
    dx = f_backward(np.array(dy), cache)
    dx += dy
    return dx


@right.together
def cache_in_a_dictionary():
    def residual_forward(x, f_forward):
        z, inner = f_forward(x)
        return x + z, {"inner": inner, "shape": x.shape}

    def residual_backward(dy, cache, f_backward):
        two = np.stack([dy, f_backward(dy, cache["inner"])])
        return two.sum(axis=0).reshape(cache["shape"])

    return residual_forward, residual_backward


@form
def upstream_gradient_changed(dy, cache, f_backward):
    dy += f_backward(dy, cache)
    return dy


@form
def nested_list(dy, cache, f_backward):
    return textbook(dy, cache, f_backward).tolist()


@form
def double_precision(dy, cache, f_backward):
    return textbook(dy, cache, f_backward).astype(float)


@form
def leading_axis(dy, cache, f_backward):
    return textbook(dy, cache, f_backward)[None]


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
