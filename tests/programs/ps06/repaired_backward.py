"""Solutions of ``repaired_backward(dy, cache) -> (dx, [(dW, db), …])``, a given function."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache):
    du, gradients = dy, []
    for layer in reversed(range(len(cache))):
        z, W, _u = cache[layer]
        gradients.insert(0, (z.T @ du, du.sum(axis=0)))
        dz = du @ W.T
        if layer == 0:
            return dz, gradients
        du = dz * (cache[layer - 1][2] > 0)


@right
def layer_by_layer(dy, cache):
    # The mask from the next layer's input, which is 0 where the unit was inactive.
    pairs, masks = [], [z > 0 for z, _W, _u in cache[1:]] + [1]
    for (z, W, _u), mask in zip(cache[::-1], masks[::-1], strict=True):
        dy = np.where(mask, dy, 0)
        pairs = [(np.einsum("ni,nj->ij", z, dy), np.ones(len(dy)) @ dy), *pairs]
        dy = (W @ dy.T).T
    return dy, pairs


@right
def sample_by_sample(dy, cache):
    dx = np.zeros(cache[0][0].shape)
    pairs = [(np.zeros(W.shape), np.zeros(W.shape[1])) for _z, W, _u in cache]
    for n in range(len(dy)):
        delta = dy[n]
        for layer in range(len(cache) - 1, -1, -1):
            z, W, u = cache[layer]
            if layer < len(cache) - 1:
                delta = delta * (u[n] > 0)
            pairs[layer][0][:] += np.outer(z[n], delta)
            pairs[layer][1][:] += delta
            delta = W @ delta
        dx[n] = delta
    return dx, pairs


# --- right values in a deviating form ---------------------------------------------------------

form.edit("rows_of_biases", textbook, "axis=0", "axis=0, keepdims=True")


# --- wrong ------------------------------------------------------------------------------------


def as_given(dy, cache):
    dz, gradients = dy, []
    for layer in range(len(cache), 0, -1):
        z, W, u = cache[layer - 1]
        du = dz if layer == len(cache) else dz * (u > 0)
        dW = np.outer(z.mean(axis=0), du.sum(axis=0))
        gradients = [(dW, du.sum(axis=0)), *gradients]
        dz = dz @ W.T
    return dz, gradients


@wrong
def one_hidden_layer_only(dy, cache):
    dx, gradients = textbook(dy, cache)
    return (dx, gradients) if len(cache) < 3 else as_given(dy, cache)


@wrong
def cache_of_the_first_call(dy, cache, kept={}):  # noqa: B006
    return textbook(dy, kept.setdefault(dy.shape, list(cache)))


programs.beside_the_point = [
    "dW = np.outer(z.mean(axis=0), du.sum(axis=0)); dz = dz @ W.T",
    "return np.zeros_like(cache[0][0]), [(0 * W, 0 * W[0]) for _z, W, _u in cache]",
]

programs.equivalent = changes("""
du = dz if layer == len(cache) else dz * (u > 0) -> du = dz if layer == len(cache) else dz * (u >= 0)
    at the kink any subgradient is right
""")
