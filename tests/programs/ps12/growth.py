"""Solutions of ``growth(lr, mu, curvature)``: the larger root of r² − (1 + mu − lr·λ)·r + mu."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(lr, mu, curvature):
    return max(abs(np.roots([1, -(1 + mu - lr * curvature), mu])))


@right
def three_branches(lr, mu, curvature):
    c = 1 + mu - lr * curvature
    if c**2 < 4 * mu:
        return mu**0.5
    return (abs(c) + math.sqrt(c**2 - 4 * mu)) / 2


@right
def eigenvalues_of_a_step(lr, mu, curvature):
    M = np.array([[1 - lr * curvature, mu], [-lr * curvature, mu]])
    return np.max(np.abs(np.linalg.eigvals(M)))


@right
def squared_matrix(lr, mu, curvature):
    # Gelfand: the norm of M to the power 2**k, to the power 1/2**k.
    M, log = np.array([[1 - lr * curvature, mu], [-lr * curvature, mu]]), 0.0
    for _ in range(45):
        size = np.abs(M).max()
        M, log = (M / size) @ (M / size), 2 * (log + np.log(size))
    return float(np.exp((log + np.log(np.abs(M).max())) / 2.0**45))


@wrong
def kept_from_the_first_call(lr, mu, curvature, results={}):  # noqa: B006
    return results.setdefault("growth", textbook(lr, mu, curvature))


@wrong
def tolerance_for_a_double_root(lr, mu, curvature):
    c = 1 + mu - lr * curvature
    return mu**0.5 if c**2 < 4 * mu + 1e-7 else (abs(c) + math.sqrt(c**2 - 4 * mu)) / 2


programs.beside_the_point = [
    "return np.sqrt(mu)",
    "return abs(1 - lr * curvature)",
    "return abs(1 - lr / (1 - mu) * curvature)",
]

programs.equivalent = changes("""
c = 1 + mu - lr * curvature -> c = lr * curvature - (1 + mu)
    the opposite c has the opposite roots, of the same size
factor = max(abs(first), abs(second)) -> factor = max(first, abs(second))
    a first root of the larger size is real and positive, or the other is as large
first, second = ((c + d) / 2, (c - d) / 2) -> first, second = ((c + d) / 2, (d - c) / 2)
    the opposite of a root has its size
""")
