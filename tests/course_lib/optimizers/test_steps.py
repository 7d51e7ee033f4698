"""Steps where gradients are zero, what they orthogonalise, and clipping at its limits."""

import math
from typing import Any

import numpy as np
import pytest

from course_lib.optimizers import average_step, clip_by_norm, muon_step, orthogonalise
from tests.catalogue.operation import Operation
from tests.catalogue.optimizers import STEPS

WITH_STATES = [row for row in STEPS if len(row.given()[0]) > 1 and row.name != "average_step"]


@pytest.mark.parametrize("row", WITH_STATES, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_zero_gradient_does_not_divide_by_zero(row: Operation, dtype: Any) -> None:
    inputs, rest = row.given()
    for result in row.outputs(*(np.zeros_like(a, dtype=dtype) for a in inputs), **rest):
        np.testing.assert_array_equal(result, 0.0)


@pytest.mark.parametrize("shape", [(4, 4), (3, 9), (9, 3)])
def test_singular_values_come_near_1_and_the_vectors_stay(shape: tuple[int, int]) -> None:
    G = np.random.default_rng(1).normal(size=shape)
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    np.testing.assert_allclose(orthogonalise(G, 25), U @ Vt, atol=1e-8)
    step = muon_step(0.0 * G, G, 0.0 * G, lr=0.1, mu=0.9)[0]
    np.testing.assert_allclose(np.linalg.svd(step)[1], 0.1, rtol=2e-2)


@pytest.mark.parametrize("shape", [(8,), (4, 3, 2, 2)])
def test_filters_are_rows_and_a_vector_has_the_length_of_the_rate(shape: tuple[int, ...]) -> None:
    dw = np.random.default_rng(0).normal(size=shape)
    new, _ = muon_step(np.zeros(shape), dw, np.zeros(shape), lr=0.1, mu=0.0)
    rows = dw.reshape(len(dw), -1) if dw.ndim > 1 else dw[None]
    np.testing.assert_allclose(new, -0.1 * orthogonalise(rows, 12).reshape(shape), rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.97])
def test_the_average_is_a_mean_with_shares_that_fall_by_decay(decay: float) -> None:
    weights = np.random.default_rng(0).normal(size=(7, 3, 2))
    average = np.full((3, 2), 1e6)  # ignored at t = 1
    for t, w in enumerate(weights, start=1):
        average = average_step(average, w, decay=decay, t=t)
        shares = decay ** np.arange(t - 1.0, -1, -1)
        expected = np.tensordot(shares / shares.sum(), weights[:t], axes=1)
        np.testing.assert_allclose(average, expected, rtol=1e-9, atol=1e-9)


def test_gradients_at_or_below_the_limit_and_zeros_are_not_clipped() -> None:
    rng = np.random.default_rng(0)
    given = [rng.normal(size=shape) for shape in ((3, 4), (4,), (), (2, 1, 2, 2), (0, 3))]
    norm = clip_by_norm(given, math.inf)[1]
    zeros = [np.zeros((2, 3)), np.zeros(4)]
    for gradients, limit, length in ((given, norm, norm), (given, 9.0, norm), (zeros, 1e-300, 0.0)):
        clipped, found = clip_by_norm(gradients, limit)
        assert (type(found), found) == (float, length)
        for new, old in zip(clipped, gradients, strict=True):
            np.testing.assert_array_equal(new, old)
    assert clip_by_norm([], 1.0) == ([], 0.0)


@pytest.mark.parametrize("size", [1e-30, 1e-23, 1e18, 1e30])
def test_norms_of_single_precision_whose_squares_are_beyond_it(size: float) -> None:
    gradients = [np.float32(size) * np.ones(3, np.float32), np.zeros(2, np.float32)]
    (clipped, _), norm = clip_by_norm(gradients, size)
    assert norm == pytest.approx(math.sqrt(3.0) * size, rel=1e-6)
    np.testing.assert_allclose(clipped, size / math.sqrt(3.0), rtol=1e-6)
    X = orthogonalise(gradients[0][:, None], 12)
    np.testing.assert_allclose(X, 1.0 / math.sqrt(3.0), rtol=1e-6)


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="max_norm is '1', expected a number"):
        clip_by_norm([np.ones(3)], "1")  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_gradients_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(FloatingPointError, match=r"the norm of the gradients is (nan|inf)"):
        clip_by_norm([np.ones(3), np.array([bad])], 1.0)
