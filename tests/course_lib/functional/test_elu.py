import numpy as np
import pytest

from course_lib.functional import elu_backward, elu_forward


@pytest.mark.parametrize("alpha", [1.0, 0.3, 2.0])
def test_agrees_with_the_definition_number_by_number(alpha: float) -> None:
    u = np.linspace(-5, 5, 101)
    z, _ = elu_forward(u, alpha)
    for i, value in enumerate(u):
        expected = value if value > 0 else alpha * (np.exp(value) - 1.0)
        assert z[i] == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_levels_off_at_minus_alpha_without_overflow_on_the_other_side() -> None:
    u = np.array([-1e300, -800.0, 0.0, 800.0, 1e300])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        z, cache = elu_forward(u, 1.5)
        du = elu_backward(np.ones(5), cache)
    np.testing.assert_array_equal(z, [-1.5, -1.5, 0.0, 800.0, 1e300])
    np.testing.assert_array_equal(du, [0.0, 0.0, 1.5, 1.0, 1.0])


def test_small_values_and_slopes_are_not_rounded_away() -> None:
    z, _ = elu_forward(np.array([-1e-18]), 1.0)
    assert z[0] == -1e-18
    du = elu_backward(np.ones(1), elu_forward(np.array([-100.0]), 1.0)[1])
    np.testing.assert_allclose(du, np.exp(-100.0), rtol=1e-14)


def test_with_alpha_one_there_is_no_kink() -> None:
    u = np.array([-1e-9, 0.0, 1e-9])
    du = elu_backward(np.ones(3), elu_forward(u, 1.0)[1])
    np.testing.assert_allclose(du, 1.0, rtol=2e-9)  # exp(-1e-9) is 1e-9 below 1


def test_outputs_have_a_mean_nearer_to_zero_than_those_of_relu() -> None:
    u = np.random.default_rng(0).normal(size=10_000)
    # Exactly 0.161 and 0.399 for a normal u; means of 10,000 spread by 0.01 at most.
    assert abs(elu_forward(u, 1.0)[0].mean()) < 0.25 < np.maximum(u, 0).mean()
