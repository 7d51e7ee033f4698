"""Clipping by the common norm, against its definition in loops and against PyTorch."""

import math

import numpy as np
import pytest

from course_lib.optimizers import clip_by_norm
from tests.catalogue.optimizers import clipped as in_loops


def gradients(scale: float = 1.0, dtype: str = "float64") -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes: list[tuple[int, ...]] = [(3, 4), (4,), (), (2, 1, 2, 2), (0, 3)]
    return [(scale * rng.normal(size=shape)).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("max_norm", [1e-3, 1.0, 4.0, 1e3, math.inf])
def test_the_same_as_slow_loops(max_norm: float) -> None:
    given = gradients()
    before = [g.copy() for g in given]
    clipped, norm = clip_by_norm(given, max_norm)
    expected, expected_norm = in_loops(given, max_norm)
    assert type(norm) is float
    assert norm == pytest.approx(expected_norm, rel=1e-14)
    assert 1.0 < norm < 1e3  # some of the limits clip and some do not
    for array, numbers, old in zip(clipped, expected, before, strict=True):
        assert array.shape == old.shape
        np.testing.assert_allclose(array, numbers, rtol=1e-13)
    for g, old in zip(given, before, strict=True):
        np.testing.assert_array_equal(g, old)


@pytest.mark.torch
@pytest.mark.parametrize("max_norm", [0.5, 3.0, 50.0])
def test_the_same_as_in_pytorch(max_norm: float) -> None:
    """PyTorch divides by norm + 1e-6; multiplied by (norm + 1e-6) / norm its result is ours."""
    import torch

    given = gradients()
    theirs = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in given]
    for parameter, g in zip(theirs, given, strict=True):
        parameter.grad = torch.tensor(g)
    their_norm = float(torch.nn.utils.clip_grad_norm_(theirs, max_norm))
    clipped, norm = clip_by_norm(given, max_norm)
    assert norm == pytest.approx(their_norm, rel=1e-12)
    correction = (norm + 1e-6) / norm if norm > max_norm else 1.0
    for ours, parameter in zip(clipped, theirs, strict=True):
        assert parameter.grad is not None
        np.testing.assert_allclose(ours, correction * parameter.grad.numpy(), rtol=1e-12)


def test_at_or_below_the_limit_nothing_changes() -> None:
    given = gradients()
    _, norm = clip_by_norm(given, 1.0)
    for limit in (norm, 2.0 * norm):
        clipped, again = clip_by_norm(given, limit)
        assert again == norm
        for new, old in zip(clipped, given, strict=True):
            np.testing.assert_array_equal(new, old)


def test_zero_gradients_and_none_at_all() -> None:
    zeros = [np.zeros((2, 3)), np.zeros(4)]
    clipped, norm = clip_by_norm(zeros, 1e-300)
    assert norm == 0.0
    for new, old in zip(clipped, zeros, strict=True):
        np.testing.assert_array_equal(new, old)
    assert clip_by_norm([], 1.0) == ([], 0.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    given = gradients()
    given[1] = given[1] * bad
    with pytest.raises(FloatingPointError, match=r"the norm of the gradients is (nan|inf)"):
        clip_by_norm(given, 1.0)
