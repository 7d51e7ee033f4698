import numpy as np
import pytest

from course_lib.gradient_check import numerical_gradient


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 2), (2, 1, 3)])
def test_exact_for_quadratic_functions(shape: tuple[int, ...]) -> None:
    # Central differences have no error from the formula below third order, even with a large h.
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape)
    H = rng.normal(size=(x.size, x.size))  # couples the elements: each has to be moved alone
    gradient = numerical_gradient(lambda v: float(v.ravel() @ H @ v.ravel()), x, 0.5)
    assert gradient.shape == shape
    expected = ((H + H.T) @ x.ravel()).reshape(shape)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-12)


def test_the_error_falls_with_the_square_of_the_step() -> None:
    x = np.array([0.3, 1.2])
    errors = [
        np.abs(numerical_gradient(lambda v: float(np.sum(np.exp(v))), x, h) - np.exp(x)).max()
        for h in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_x_is_not_changed_and_every_element_has_its_own_place() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    before = x.copy()
    weights = np.arange(12.0).reshape(3, 4)
    gradient = numerical_gradient(lambda v: float(np.sum(weights * v)), x, 1e-3)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(gradient, weights, atol=1e-9)
    view = np.asfortranarray(x)[:, ::-1]
    np.testing.assert_allclose(
        numerical_gradient(lambda v: float(np.sum(weights * v)), view, 1e-3), weights, atol=1e-9
    )


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="positive step"):
        numerical_gradient(lambda v: 0.0, np.ones(2), 0.0)
    with pytest.raises(TypeError, match="make it floating point"):
        numerical_gradient(lambda v: 0.0, np.array([1, 2]), 1e-5)
