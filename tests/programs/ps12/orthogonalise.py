"""Solutions of ``orthogonalise(G, steps)``: other polynomials, or the singular vectors at once."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def polynomial_of_muon(G, steps):
    X = G / np.linalg.norm(G)
    for _step in range(steps):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


@right
def cubic(G, steps):
    X = G / np.linalg.norm(G)
    for _step in range(steps):
        X = 1.5 * X - 0.5 * X @ X.T @ X
    return X


@right
def by_the_spectral_norm(G, steps):
    X = G / np.linalg.norm(G, 2)
    for _step in range(steps):
        X = 15 / 8 * X - 10 / 8 * X @ X.T @ X + 3 / 8 * X @ X.T @ X @ X.T @ X
    return X


@right
def singular_vectors(G, steps):
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    return U @ Vt


@right
def in_single_precision(G, steps):
    return polynomial_of_muon(G.astype(np.float32), steps)


@form
def divided_in_place(G, steps):
    G /= np.linalg.norm(G)
    return polynomial_of_muon(G, steps)


@wrong
def another_rotation(G, steps):
    return np.eye(*G.shape)


@wrong
def by_columns(G, steps):
    return G / np.linalg.norm(G, axis=0)
