import itertools
from typing import Any

import numpy as np
import pytest

from course_lib.diagnostics import dead_fraction, layer_gradient_norms, saturated_fraction
from course_lib.functional import relu_backward, relu_forward, sigmoid_forward
from course_lib.gradient_check import numerical_gradient


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_saturated_fraction_counts_both_ends() -> None:
    z = np.array([[0.01, 0.5, 0.97], [0.99, 0.03, 0.6]])
    assert saturated_fraction(z, 0.02, 0.98) == pytest.approx(2 / 6)
    assert saturated_fraction(z, 0.05, 0.95) == pytest.approx(4 / 6)
    assert saturated_fraction(z, -1.0, 0.95) == pytest.approx(2 / 6)
    assert saturated_fraction(z, 0.05, 2.0) == pytest.approx(2 / 6)
    assert saturated_fraction(np.array([0.0, 0.5, 1.0]), 0.0, 1.0) == pytest.approx(2 / 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturation_grows_with_the_weights_up_to_all_units(dtype: Any) -> None:
    u = rng().normal(size=(50, 20)).astype(dtype)
    shares = [
        saturated_fraction(sigmoid_forward(scale * u)[0], 0.05, 0.95) for scale in (0.1, 1, 3, 1e6)
    ]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert shares[-1] == 1.0  # rounded to exactly 0 and 1


def test_dead_fraction_counts_columns_and_not_elements() -> None:
    z = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 2.0, 3.0, 0.0], [0.0, 0.0, 0.1, 0.0]])
    assert dead_fraction(z) == 0.5
    assert dead_fraction(z[1:2]) == 0.5
    assert dead_fraction(z[:1]) == 0.75
    assert dead_fraction(np.full((3, 2), -1.0)) == 1.0


def test_dead_units_get_no_gradient_and_others_do() -> None:
    u = rng().normal(size=(6, 30)) - 1.0
    z, cache = relu_forward(u)
    du = relu_backward(np.ones_like(z), cache)
    assert dead_fraction(z) == dead_fraction(u) == np.mean(np.all(du == 0, axis=0))
    assert 0 < dead_fraction(z) < 1


def chain(L: int, width: int = 4, scale: float = 1.0) -> list[np.ndarray]:
    return [scale * rng(i).normal(size=(width, width)) / width**0.5 for i in range(L)]


@pytest.mark.parametrize("sizes", [(3, 2), (3, 5, 2), (2, 4, 3, 1, 2)])
def test_norms_are_those_of_numerical_gradients(sizes: tuple[int, ...]) -> None:
    weights = [rng(i).normal(size=s) for i, s in enumerate(itertools.pairwise(sizes))]
    x, dy = rng(8).normal(size=(5, sizes[0])), rng(9).normal(size=(5, sizes[-1]))
    norms = layer_gradient_norms(weights, x, dy)
    assert len(norms) == len(weights)
    for i, norm in enumerate(norms):

        def loss(W: Any, i: int = i) -> float:
            z = x
            for other in [*weights[:i], W, *weights[i + 1 :]]:
                z = 1 / (1 + np.exp(-z @ other))
            return float(np.sum(dy * z))

        expected = np.linalg.norm(numerical_gradient(loss, weights[i], 1e-5))
        assert norm == pytest.approx(expected, rel=1e-6)


def test_gradients_vanish_with_depth_and_explode_with_large_weights() -> None:
    x, dy = rng(8).normal(size=(20, 30)), rng(9).normal(size=(20, 30))
    norms = layer_gradient_norms(chain(10, 30), x, dy)
    # z (1 - z) is at most 1/4, so nine layers let at most 4e-6 times the weights' effect through.
    assert norms[0] < 1e-4 * norms[-1]
    assert norms == sorted(norms)
    large = layer_gradient_norms(chain(10, 30, scale=20.0), x, dy)
    assert large[0] > large[-1]


def test_norms_are_linear_in_dy() -> None:
    weights, x, dy = chain(3), rng(8).normal(size=(5, 4)), rng(9).normal(size=(5, 4))
    once, thrice = (layer_gradient_norms(weights, x, s * dy) for s in (1.0, -3.0))
    np.testing.assert_allclose(thrice, 3 * np.array(once), rtol=1e-12)


def test_purity_layout_and_type() -> None:
    weights, x, dy = chain(3), rng(8).normal(size=(5, 4)), rng(9).normal(size=(5, 4))
    before = [a.copy() for a in (*weights, x, dy)]
    norms = layer_gradient_norms(weights, x, dy)
    scattered = layer_gradient_norms(weights, np.asfortranarray(x), np.repeat(dy, 2, axis=0)[::2])
    np.testing.assert_allclose(scattered, norms, rtol=1e-12)
    assert {type(n) for n in norms} == {float}
    for a, b in zip((*weights, x, dy), before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert type(dead_fraction(x)) is type(saturated_fraction(x, -1, 1)) is float


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="expected low < high"):
        saturated_fraction(np.ones(3), 0.9, 0.1)
    for function in (dead_fraction, lambda z: saturated_fraction(z, 0, 1)):
        with pytest.raises(ValueError, match="has no activations"):
            function(np.ones((0, 3)))
    with pytest.raises(ValueError, match=r"expected \(N, D\)"):
        dead_fraction(np.ones(3))
    with pytest.raises(ValueError, match="weights is empty"):
        layer_gradient_norms([], np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="n_in is 2 in z"):
        layer_gradient_norms([np.ones((3, 2)), np.ones((3, 2))], np.ones((4, 3)), np.ones((4, 2)))
    with pytest.raises(ValueError, match="in dy of shape"):
        layer_gradient_norms([np.ones((3, 2))], np.ones((4, 3)), np.ones((1, 2)))
