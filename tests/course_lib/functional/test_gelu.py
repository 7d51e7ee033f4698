"""Both forms of GELU: the tanh form, which is the course's, and the exact one."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from course_lib import functional as F

both = pytest.mark.parametrize("name", ["gelu", "gelu_erf"])


def value_and_slope(name: str, u: np.ndarray) -> tuple[Any, Any]:
    z, cache = getattr(F, f"{name}_forward")(u)
    return z, getattr(F, f"{name}_backward")(np.ones_like(u), cache)


def test_exact_form_is_u_times_the_normal_distribution_function() -> None:
    u = np.linspace(-6, 6, 121)
    expected = [value * NormalDist().cdf(value) for value in u]
    np.testing.assert_allclose(value_and_slope("gelu_erf", u)[0], expected, atol=1e-15)


def test_tanh_form_as_it_is_written_down() -> None:
    u = np.linspace(-6, 6, 121)
    for value, z in zip(u, value_and_slope("gelu", u)[0], strict=True):
        inner = math.sqrt(2 / math.pi) * (value + 0.044715 * value**3)
        assert z == pytest.approx(0.5 * value * (1 + math.tanh(inner)), abs=1e-15)


def test_the_forms_differ_by_less_than_a_thousandth_but_do_differ() -> None:
    u = np.linspace(-10, 10, 2001)
    gap = np.abs(value_and_slope("gelu", u)[0] - value_and_slope("gelu_erf", u)[0])
    assert 1e-4 < gap.max() < 1e-3


@both
def test_the_odd_part_is_half_the_identity(name: str) -> None:
    # Phi(u) + Phi(-u) = 1, and tanh is odd.
    u = np.linspace(-8, 8, 101)
    z, mirrored = (value_and_slope(name, v)[0] for v in (u, -u))
    np.testing.assert_allclose(z - mirrored, u, atol=1e-14)


@both
def test_dips_below_zero_once_and_the_slope_there_is_zero(name: str) -> None:
    u = np.linspace(-3, 0, 3001)
    z, du = value_and_slope(name, u)
    lowest = int(np.argmin(z))
    assert -0.18 < z[lowest] < -0.16
    assert -0.8 < u[lowest] < -0.7
    assert abs(du[lowest]) < 1e-3  # second derivative below 1, step of u 1e-3
    assert np.all(np.diff(z[:lowest]) < 0)
    assert np.all(np.diff(z[lowest:]) > 0)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_zero_or_the_identity_without_overflow(name: str, dtype: Any) -> None:
    u = np.array([-1e30, -50.0, 0.0, 50.0, 1e30], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        z, du = value_and_slope(name, u)
    np.testing.assert_array_equal(z, np.array([0.0, 0.0, 0.0, 50.0, 1e30], dtype=dtype))
    np.testing.assert_array_equal(du, [0.0, 0.0, 0.5, 1.0, 1.0])
    assert z.dtype == du.dtype == dtype


@both
def test_nan_is_not_hidden(name: str) -> None:
    assert np.isnan(value_and_slope(name, np.array([np.nan]))[0][0])
