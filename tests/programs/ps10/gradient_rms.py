"""Solutions of ``gradient_rms(us, weights, df, dz) -> sizes``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(us, weights, df, dz):
    sizes = [np.sqrt(np.mean(dz**2))]
    for W, u in zip(reversed(weights), reversed(us), strict=True):
        dz = (dz * df(u)) @ W.T
        sizes.append(np.sqrt(np.mean(dz**2)))
    return np.array(sizes[::-1])


@right
def by_place(us, weights, df, dz):
    L = len(weights)
    sizes = np.empty(L + 1)
    sizes[L] = np.linalg.norm(dz) / dz.size**0.5
    for k in range(L - 1, -1, -1):
        dz = np.einsum("nj,ij->ni", dz * df(us[k]), weights[k])
        sizes[k] = np.linalg.norm(dz) / dz.size**0.5
    return sizes


@right
def recursive(us, weights, df, dz):
    size = np.sqrt((dz * dz).mean())[None]
    if not us:
        return size
    below = weights[-1].dot((dz * df(us[-1])).T).T
    return np.append(recursive(us[:-1], weights[:-1], df, below), size)


@wrong
def lists_turned_over(us, weights, df, dz):
    us.reverse()
    weights.reverse()
    return textbook(us[::-1], weights[::-1], df, dz)


@wrong
def first_derivative_only(us, weights, df, dz):
    return textbook(us, weights, lambda u: df(u) if u is us[-1] else np.ones_like(u), dz)


programs.beside_the_point = [
    "return np.full(len(us) + 1, np.sqrt(np.mean(dz**2)))",
    "dz = dz @ W.T",
]

programs.equivalent = changes("""
for W, u in zip(reversed(weights), reversed(us), strict=True): -> for W, u in zip(reversed(weights), reversed(us), strict=False):
    strict= only guards against another mistake
""")
