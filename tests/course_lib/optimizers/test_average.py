"""The exponential average of weights, and matrices with singular values near 1."""

import numpy as np
import pytest

from course_lib.optimizers import average_step, orthogonalise


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.97])
def test_the_average_is_a_mean_with_shares_that_fall_by_decay(decay):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(7, 3, 2))
    average = np.full((3, 2), 1e6)  # ignored at t = 1
    for t, w in enumerate(weights, start=1):
        average = average_step(average, w, decay=decay, t=t)
        shares = decay ** np.arange(t - 1.0, -1, -1)
        want = np.tensordot(shares / shares.sum(), weights[:t], axes=1)
        np.testing.assert_allclose(average, want, rtol=1e-9, atol=1e-9)


def test_an_average_that_cannot_be_is_refused():
    w = np.ones(3)
    with pytest.raises(ValueError, match="decay is 1"):
        average_step(w, w, decay=1.0, t=1)
    with pytest.raises(ValueError, match="counts from 1"):
        average_step(w, w, decay=0.9, t=0)
    with pytest.raises(ValueError, match="average_step"):
        average_step(w, np.ones(2), decay=0.9, t=1)


@pytest.mark.parametrize("shape", [(4, 4), (3, 9), (9, 3)])
def test_singular_values_come_near_1_and_the_vectors_stay(shape):
    G = np.random.default_rng(1).normal(size=shape)
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    np.testing.assert_allclose(orthogonalise(G, 25), U @ Vt, atol=1e-8)
    once = orthogonalise(G, 1)
    s = np.linalg.svd(G, compute_uv=False) / np.linalg.norm(G)
    np.testing.assert_allclose(np.linalg.svd(once, compute_uv=False), 1.5 * s - 0.5 * s**3)


def test_only_a_matrix_is_orthogonalised():
    with pytest.raises(ValueError, match="orthogonalise"):
        orthogonalise(np.ones(3), 5)


def test_a_matrix_of_zeros_stays_zero():
    np.testing.assert_array_equal(orthogonalise(np.zeros((3, 2)), 5), np.zeros((3, 2)))
