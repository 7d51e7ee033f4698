"""Muon: steps whose singular values are all the learning rate."""

import numpy as np
import pytest

from course_lib.optimizers import Muon, muon_step, orthogonalise
from course_lib.parameter import Parameter


def test_all_singular_values_of_a_step_are_the_learning_rate() -> None:
    rng = np.random.default_rng(0)
    w, dw = rng.normal(size=(2, 6, 4))
    new, v = muon_step(w, dw, np.zeros_like(w), lr=0.1, mu=0.9)
    assert np.allclose(v, 0.1 * dw)
    assert np.linalg.svd(w - new)[1] == pytest.approx(np.full(4, 0.1), rel=1e-3)
    assert np.sum((w - new) * dw) > 0


@pytest.mark.parametrize("shape", [(8,), (4, 3, 2, 2)])
def test_filters_are_rows_and_a_vector_has_the_length_of_the_rate(shape: tuple[int, ...]) -> None:
    dw = np.random.default_rng(0).normal(size=shape)
    new, _ = muon_step(np.zeros(shape), dw, np.zeros(shape), lr=0.1, mu=0.0)
    rows = dw.reshape(len(dw), -1) if dw.ndim > 1 else dw[None]
    assert np.allclose(new, -0.1 * orthogonalise(rows, 12).reshape(shape))


def test_the_class_applies_the_step() -> None:
    rng = np.random.default_rng(0)
    p = Parameter(rng.normal(size=(5, 3)))
    optimizer = Muon([p], lr=0.1, momentum=0.5, ns_steps=7)
    w, v = p.data, np.zeros((5, 3))
    for _ in range(3):
        p.grad = rng.normal(size=(5, 3))
        w, v = muon_step(w, p.grad, v, lr=0.1, mu=0.5, steps=7)
        optimizer.step()
    assert np.array_equal(p.data, w) and np.array_equal(optimizer.v[0], v)
    with pytest.raises(ValueError, match="ns_steps is 0"):
        Muon([p], ns_steps=0)
