from typing import Any

import numpy as np
import pytest

from course_lib import functional as F


def norm(C: int, seed: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "gamma": rng.normal(size=C),
        "beta": rng.normal(size=C),
        "mean": rng.normal(size=C),
        "var": 0.5 + rng.random(C),
    }


def evaluated(u: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    """Batch norm in evaluation, of rows or images."""
    forward = F.batchnorm_forward if u.ndim == 2 else F.spatial_batchnorm_forward
    state = {"mean": mean, "var": var}
    return forward(u, gamma, beta, state, training=False, momentum=0.1, eps=eps)[0]


@pytest.mark.parametrize(("n_in", "n_out"), [(4, 3), (3, 3), (1, 1)])
def test_one_linear_layer_does_what_two_did(n_in: int, n_out: int) -> None:
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(5, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)
    expected = evaluated(F.linear_forward(x, W, b)[0], **norm(n_out), eps=0.02)
    folded = F.fold_batchnorm(W, b, **norm(n_out), eps=0.02)
    # The same sums in another order.
    np.testing.assert_allclose(F.linear_forward(x, *folded)[0], expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("C_in", "C_out"), [(2, 3), (3, 3)])
def test_one_convolution_does_what_two_layers_did(C_in: int, C_out: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, C_in, 5, 5))
    W, b = rng.normal(size=(C_out, C_in, 3, 3)), rng.normal(size=C_out)
    expected = evaluated(F.conv2d_forward(x, W, b, padding=1)[0], **norm(C_out), eps=0.02)
    folded = F.fold_batchnorm(W, b, **norm(C_out), eps=0.02)
    y, _ = F.conv2d_forward(x, *folded, padding=1)
    np.testing.assert_allclose(y, expected, rtol=1e-11, atol=1e-12)


def test_a_norm_that_does_nothing_folds_into_nothing() -> None:
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(4, 3)), rng.normal(size=3)
    var = 0.5 + rng.random(3)
    # gamma = sqrt(var + eps) and beta = mean: the identity (S2's slide leaves eps out).
    mean = rng.normal(size=3)
    W2, b2 = F.fold_batchnorm(W, b, np.sqrt(var + 0.02), mean, mean, var, 0.02)
    np.testing.assert_allclose(W2, W, rtol=1e-14)
    np.testing.assert_allclose(b2, b, rtol=1e-12)


def test_pure_and_precise() -> None:
    rng = np.random.default_rng(0)
    arguments = [rng.normal(size=(4, 3)), rng.normal(size=3), *norm(3).values()]
    before = [a.copy() for a in arguments]
    folded = F.fold_batchnorm(*arguments, 0.02)
    for a, b in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not any(np.shares_memory(a, new) for new in folded)
    single = F.fold_batchnorm(*(a.astype(np.float32) for a in arguments), 0.02)
    assert {a.dtype for a in single} == {np.dtype(np.float32)}


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="n_out is 2 in W"):
        F.fold_batchnorm(np.ones((3, 2)), np.ones(3), **norm(3), eps=0.02)
    with pytest.raises(ValueError, match="n_out is 2 in W"):
        F.fold_batchnorm(np.ones((2, 3, 1, 1)), np.ones(3), **norm(3), eps=0.02)
    with pytest.raises(TypeError, match="W is a list"):
        F.fold_batchnorm([[1.0]], np.ones(1), **norm(1), eps=0.02)
