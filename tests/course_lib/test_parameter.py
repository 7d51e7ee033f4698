import numpy as np
import pytest

from course_lib import Parameter


def test_gradients_add_up_until_they_are_forgotten() -> None:
    p = Parameter(np.zeros((2, 3), dtype=np.float32))
    dw = np.random.default_rng(0).normal(size=(2, 3))
    p.add_grad(dw)
    p.add_grad(2 * dw)
    np.testing.assert_allclose(p.grad, 3 * dw, rtol=1e-6)
    assert p.grad.dtype == np.float32
    p.zero_grad()
    np.testing.assert_array_equal(p.grad, 0.0)


def test_adding_does_not_change_what_was_added() -> None:
    p = Parameter(np.zeros(3))
    dw = np.ones(3)
    p.add_grad(dw)
    p.add_grad(dw)
    np.testing.assert_array_equal(dw, 1.0)


def test_a_gradient_has_the_shape_of_its_parameter() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 3\) was computed for a parameter of shape"):
        Parameter(np.zeros(3)).add_grad(np.ones((1, 3)))


def test_prints_its_shape() -> None:
    p = Parameter(np.zeros(3))
    assert repr(p).startswith("Parameter(shape=(3,)")
