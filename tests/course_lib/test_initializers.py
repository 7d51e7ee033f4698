import math
from typing import Any

import numpy as np
import pytest

from course_lib import initializers
from course_lib.functional import relu_backward, relu_forward, tanh_forward
from course_lib.initializers import gain_of, linear_gradient_variance, linear_output_variance

VARIANCES = [  # name, variance as a function of fan_in and fan_out
    ("lecun_normal", lambda fan_in, fan_out: 1 / fan_in),
    ("glorot_uniform", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("glorot_normal", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("he_uniform", lambda fan_in, fan_out: 2 / fan_in),
    ("he_normal", lambda fan_in, fan_out: 2 / fan_in),
]


@pytest.mark.parametrize(("name", "variance"), VARIANCES)
@pytest.mark.parametrize(
    ("shape", "fan_in", "fan_out"),
    [((300, 100), 300, 100), ((100, 300), 100, 300), ((64, 16, 5, 3), 240, 960)],
)
def test_mean_and_variance(
    name: str, variance: Any, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> None:
    W = getattr(initializers, name)(shape, np.random.default_rng(0))
    assert W.shape == shape
    expected = variance(fan_in, fan_out)
    # Of n normal values the mean spreads by sd / sqrt(n), the variance by var * sqrt(2 / n); six of
    # these, with n >= 15,360. A standard deviation taken for a variance is off by a factor of 10.
    assert abs(W.mean()) < 6 * (expected / W.size) ** 0.5
    assert W.var() == pytest.approx(expected, rel=6 * (2 / W.size) ** 0.5)
    assert np.unique(W).size > 0.99 * W.size


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_ones_have_a_limit_and_fill_the_space_below_it(name: str) -> None:
    W = getattr(initializers, name)((200, 200), np.random.default_rng(0))
    limit = np.sqrt(3) * W.std()
    assert np.abs(W).max() == pytest.approx(limit, rel=0.02)
    upper_quarter = W > limit / 2
    assert upper_quarter.mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("name", ["lecun_normal", "glorot_normal", "he_normal"])
def test_normal_ones_have_the_tails_of_a_normal_distribution(name: str) -> None:
    W = getattr(initializers, name)((200, 200), np.random.default_rng(0))
    assert (np.abs(W) > 2 * W.std()).mean() == pytest.approx(0.0455, abs=0.006)


def test_the_generator_decides() -> None:
    first, second = (initializers.he_normal((3, 4), np.random.default_rng(seed)) for seed in (0, 0))
    np.testing.assert_array_equal(first, second)
    rng = np.random.default_rng(0)
    assert not np.array_equal(
        initializers.he_normal((3, 4), rng), initializers.he_normal((3, 4), rng)
    )


def test_a_bias_is_refused() -> None:
    with pytest.raises(ValueError, match="Initialise biases with zeros"):
        initializers.he_normal((4,), np.random.default_rng(0))


def test_output_variance_is_that_of_many_random_layers() -> None:
    rng = np.random.default_rng(0)
    z = np.abs(rng.normal(size=50)) + 0.5  # like activations: positive, mean not 0
    u = np.array([z @ rng.uniform(-0.3, 0.3, size=(50, 20)) for _ in range(1000)])
    expected = linear_output_variance(50, 0.3**2 / 3, float(np.mean(z**2)))
    # 20,000 nearly normal values: their variance spreads by sqrt(2 / 20000) = 1 %; six of these.
    assert u.var() == pytest.approx(expected, rel=0.06)
    # With the variance of z in place of its mean square it would be less than half.
    assert linear_output_variance(50, 0.03, float(np.var(z))) < 0.5 * expected


def test_gradient_variance_is_that_of_many_random_layers() -> None:
    rng = np.random.default_rng(0)
    du = rng.normal(size=50)
    du = 0.7 * (du - du.mean()) / du.std()  # mean 0, variance 0.49
    dz = np.array([rng.uniform(-0.3, 0.3, size=(20, 50)) @ du for _ in range(1000)])
    # 20,000 nearly normal values: their variance spreads by sqrt(2 / 20000) = 1 %; six of these.
    # The number of inputs, 20, in place of the number of outputs would give less than half.
    assert dz.var() == pytest.approx(linear_gradient_variance(50, 0.3**2 / 3, 0.49), rel=0.06)


def test_he_keeps_the_variance_of_gradients_through_a_layer_and_a_relu() -> None:
    rng = np.random.default_rng(0)
    u = rng.normal(size=(400, 300))
    _, cache = relu_forward(u)
    dz = rng.normal(size=(400, 300))
    du = relu_backward(dz, cache)  # half of them are 0
    # 120,000 products of a normal number and 0 or 1, with the fourth moment 3/2: the mean square
    # 1/2 spreads by sqrt((3/2 - 1/4) / 120000) = 0.0032; six of these.
    assert np.mean(du**2) == pytest.approx(0.5, abs=6 * (1.25 / 120_000) ** 0.5)
    assert linear_gradient_variance(300, 2 / 300, 0.5) == pytest.approx(1.0, rel=1e-14)


def test_lecun_keeps_the_variance_of_a_linear_layer_and_he_makes_up_for_relu() -> None:
    assert linear_output_variance(100, 1 / 100, 1.7) == pytest.approx(1.7)
    # ReLU of a symmetric u has half of its mean square.
    assert linear_output_variance(100, 2 / 100, 1.7 / 2) == pytest.approx(1.7)


def signal(name: str, factor: float, layers: int) -> float:
    """Mean square of what arrives after so many layers of weights ``factor / sqrt(fan_in)``."""
    rng = np.random.default_rng(0)
    activation = {"linear": lambda u: (u, None), "relu": relu_forward, "tanh": tanh_forward}[name]
    z = rng.normal(size=(50, 200))
    for _ in range(layers):
        z, _ = activation(factor * (z @ initializers.lecun_normal((200, 200), rng)))
    return float(np.mean(z**2))


@pytest.mark.parametrize(
    ("name", "f"),
    [("linear", lambda u: u), ("relu", lambda u: np.maximum(u, 0)), ("tanh", np.tanh)],
)
def test_the_gain_keeps_the_signal_alive_through_twenty_layers(name: str, f: Any) -> None:
    # A layer changes the mean square by a factor of 1 with a spread of about sqrt(5 / 200) = 0.16
    # over draws of the weights; 20 of them by e^0.7, and a factor of 100 is six of these.
    assert 0.01 < signal(name, gain_of(f), 20) < 100
    if name == "relu":
        assert signal(name, 1.0, 20) < 1e-4  # halved twenty times


def test_gains_of_functions_with_known_integrals() -> None:
    assert gain_of(lambda u: 3 * u) == pytest.approx(1 / 3, rel=1e-10)
    assert gain_of(lambda u: np.maximum(u, 0)) == pytest.approx(math.sqrt(2), rel=1e-10)
    assert gain_of(lambda u: u**2) == pytest.approx(1 / math.sqrt(3), rel=1e-10)
    assert gain_of(np.abs) == pytest.approx(1.0, rel=1e-10)


@pytest.mark.parametrize("f", [np.zeros_like, lambda u: np.full_like(u, np.inf)])
def test_a_function_without_a_mean_square_has_no_gain(f: Any) -> None:
    with pytest.raises(ValueError, match=r"gain_of: the mean of f\(u\)\^2 is"):
        gain_of(f)


@pytest.mark.parametrize("how", [{"rule": "xavier"}, {"rule": "he", "distribution": "gaussian"}])
def test_rules_and_distributions_are_known_by_name(how: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"initialise: rule is '.*', choose one of"):
        initializers.initialise((3, 4), np.random.default_rng(0), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [(0, 1.0, 1.0), (5, -1.0, 1.0), (5, 1.0, -1.0)])
def test_impossible_variances_are_refused(arguments: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="linear_output_variance: n_in is"):
        linear_output_variance(*arguments)
    with pytest.raises(ValueError, match="linear_gradient_variance: n_out is"):
        linear_gradient_variance(*arguments)
