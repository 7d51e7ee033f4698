"""Solutions of ``gradient_factors(weights, dfs, dy) -> by_f, by_W``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, dfs, dy):
    dz, by_f, by_W = dy, [], []
    for W, df in zip(weights[::-1], dfs[::-1], strict=True):
        du = dz * df
        by_f.append(np.linalg.norm(du) / np.linalg.norm(dz))
        dz = du @ W.T
        by_W.append(np.linalg.norm(dz) / np.linalg.norm(du))
    return np.array(by_f[::-1]), np.array(by_W[::-1])


@right
def norms_first(weights, dfs, dy):
    """All arrays of the backward pass, then the ratios of neighbours."""
    passed = [dy]
    for W, df in zip(reversed(weights), reversed(dfs), strict=True):
        passed.append(passed[-1] * df)
        passed.append(np.einsum("nj,ij->ni", passed[-1], W))
    norms = np.array([np.sum(a * a) for a in passed]) ** 0.5
    ratios = norms[1:] / norms[:-1]
    return ratios[-2::-2], ratios[::-2]


@right
def recursive(weights, dfs, dy):
    du = dfs[-1] * dy
    dz = weights[-1].dot(du.T).T
    own = [np.linalg.norm(du) / np.linalg.norm(dy)], [np.linalg.norm(dz) / np.linalg.norm(du)]
    if len(weights) == 1:
        return own
    below = recursive(weights[:-1], dfs[:-1], dz)
    return [*below[0], *own[0]], [*below[1], *own[1]]


@wrong
def lists_turned_over(weights, dfs, dy):
    weights.reverse()
    dfs.reverse()
    return textbook(weights[::-1], dfs[::-1], dy)


@wrong
def gathered_over_calls(weights, dfs, dy, kept=[]):  # noqa: B006
    kept.extend(zip(*textbook(weights, dfs, dy), strict=True))
    by_f, by_W = zip(*kept, strict=True)
    return np.array(by_f), np.array(by_W)


programs.beside_the_point = [
    "return np.ones(len(weights)), np.ones(len(weights))",
    "return [np.sqrt(np.mean(df**2)) for df in dfs], [np.linalg.norm(W) for W in weights]",
]

programs.equivalent = changes("""
for W, df in zip(reversed(weights), reversed(dfs), strict=True): -> for W, df in zip(reversed(weights), reversed(dfs), strict=False):
    strict= only guards against another mistake
""")
