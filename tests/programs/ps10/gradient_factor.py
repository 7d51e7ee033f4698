"""Solutions of ``gradient_factor(us, weights, df, dz) -> factor``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(us, weights, df, dz):
    dx = dz
    for W, u in zip(reversed(weights), reversed(us), strict=True):
        dx = (dx * df(u)) @ W.T
    return np.sqrt(np.mean(dx**2) / np.mean(dz**2))


@right
def layer_by_layer(us, weights, df, dz):
    """The product of the factors of all layers."""
    factor = 1.0
    for k in range(len(weights) - 1, -1, -1):
        before = np.linalg.norm(dz) / dz.size**0.5
        dz = np.einsum("nj,ij->ni", dz * df(us[k]), weights[k])
        factor *= np.linalg.norm(dz) / dz.size**0.5 / before
    return factor


@right
def recursive(us, weights, df, dz):
    below = weights[-1].dot((dz * df(us[-1])).T).T
    own = ((below * below).mean() / (dz * dz).mean()) ** 0.5
    return own * recursive(us[:-1], weights[:-1], df, below) if us[1:] else own


@wrong
def lists_turned_over(us, weights, df, dz):
    us.reverse()
    weights.reverse()
    return textbook(us[::-1], weights[::-1], df, dz)


wrong.edit("a_small_number_below", textbook, "np.mean(dz**2)", "(np.mean(dz**2) + 1e-12)")


@wrong
def first_derivative_only(us, weights, df, dz):
    return textbook(us, weights, lambda u: df(u) if u is us[-1] else np.ones_like(u), dz)


programs.beside_the_point = [
    "return 1.0",
    "return np.prod([np.sqrt(np.mean(W**2)) for W in weights])",
    "return np.prod([np.sqrt(W.shape[1]) * np.std(W) for W in weights])",
]

programs.equivalent = changes("""
for W, u in zip(reversed(weights), reversed(us), strict=True): -> for W, u in zip(reversed(weights), reversed(us), strict=False):
    strict= only guards against another mistake
""")
