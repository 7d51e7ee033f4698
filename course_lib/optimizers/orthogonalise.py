"""Orthogonalise a matrix by Newton-Schulz steps, as in Muon (Jordan et al. 2024)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def orthogonalise(G: Array, steps: int) -> Array:
    """Bring all singular values of a matrix near 1 and keep its singular vectors.

    Each step is ``X = 1.5 X - 0.5 X XᵀX``. It applies ``1.5 s - 0.5 s³`` to every singular value s,
    which has its fixed point at 1. At first G is divided by its Frobenius norm, so that no singular
    value is above 1. (Muon has a polynomial of degree 5, which needs fewer steps.)

    Parameters
    ----------
    G : (n_in, n_out); a matrix of zeros has no singular vectors and stays zero
    steps : number of Newton-Schulz steps; twelve bring all values above 0.02 of the norm near 1

    Returns
    -------
    X : shape of G

    Raises
    ------
    ValueError
        If G is not a matrix.
    """
    if G.ndim != 2:
        require_shapes("orthogonalise", G=(G, "n_in n_out"))
    xp = array_namespace(G)
    norm = xp.sqrt(xp.sum(G * G))
    X = G / xp.where(norm > 0, norm, xp.ones_like(norm))
    tall = G.shape[0] > G.shape[1]  # the smaller of XᵀX and XXᵀ is cheaper
    for _step in range(steps):
        X = 1.5 * X - 0.5 * (X @ (X.T @ X) if tall else (X @ X.T) @ X)
    return X
