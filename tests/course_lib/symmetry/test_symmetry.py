import itertools
import math
from typing import Any

import numpy as np
import pytest

from course_lib.functional import relu_forward, tanh_forward
from course_lib.symmetry import (
    flip_tanh_units,
    n_equivalent,
    permute_hidden_units,
    rescale_relu_units,
)


def network(m: int = 5, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(3, m)), rng.normal(size=m)),
        (rng.normal(size=(m, 2)), rng.normal(size=2)),
    ]


def output(params: Any, activation: Any = tanh_forward) -> Any:
    (W1, b1), (W2, b2) = params
    x = np.random.default_rng(9).normal(size=(7, 3))
    return activation(x @ W1 + b1)[0] @ W2 + b2


ORDER = np.array([3, 1, 4, 0, 2])
MASK = np.array([True, False, True, True, False])


@pytest.mark.parametrize("activation", [tanh_forward, relu_forward])
def test_a_permuted_network_computes_the_same_with_other_weights(activation: Any) -> None:
    params = network()
    permuted = permute_hidden_units(params, ORDER)
    # The sum over hidden units runs in another order: equal up to rounding.
    np.testing.assert_allclose(
        output(permuted, activation), output(params, activation), rtol=1e-12, atol=1e-14
    )
    assert not np.any(np.isclose(permuted[0][0], params[0][0]).all(axis=0)[ORDER != np.arange(5)])


def test_unit_order_j_becomes_unit_j() -> None:
    (W1, b1), (W2, b2) = network()
    (V1, c1), (V2, c2) = permute_hidden_units([(W1, b1), (W2, b2)], ORDER)
    for j in range(5):
        np.testing.assert_array_equal(V1[:, j], W1[:, ORDER[j]])
        assert c1[j] == b1[ORDER[j]]
        np.testing.assert_array_equal(V2[j], W2[ORDER[j]])
    np.testing.assert_array_equal(c2, b2)


def test_permuting_back_restores_every_bit() -> None:
    params = network()
    back = permute_hidden_units(permute_hidden_units(params, ORDER), np.argsort(ORDER))
    for pair, other in zip(back, params, strict=True):
        for a, b in zip(pair, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_flipped_tanh_network_computes_the_same_and_a_relu_network_does_not() -> None:
    params = network()
    flipped = flip_tanh_units(params, MASK)
    np.testing.assert_allclose(output(flipped), output(params), rtol=1e-12, atol=1e-14)
    assert not np.allclose(output(flipped, relu_forward), output(params, relu_forward))
    twice = flip_tanh_units(flipped, MASK)
    for j in range(5):
        sign = -1 if MASK[j] else 1
        np.testing.assert_array_equal(flipped[0][0][:, j], sign * params[0][0][:, j])
    for pair, other in zip(twice, params, strict=True):
        for a, b in zip(pair, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_rescaled_relu_network_computes_the_same_and_a_tanh_network_does_not() -> None:
    params, scales = network(), np.array([0.5, 2.0, 3.0, 1.0, 0.1])
    rescaled = rescale_relu_units(params, scales)
    before = output(params, relu_forward)
    np.testing.assert_allclose(output(rescaled, relu_forward), before, rtol=1e-12, atol=1e-14)
    assert not np.allclose(output(rescaled), output(params))
    np.testing.assert_allclose(rescaled[0][0], params[0][0] * scales)
    np.testing.assert_array_equal(rescaled[1][1], params[1][1])


def test_scales_are_above_0() -> None:
    with pytest.raises(ValueError, match="expected scales above 0"):
        rescale_relu_units(network(), np.array([1.0, 1.0, 0.0, 1.0, 1.0]))


@pytest.mark.parametrize("m", [1, 2, 3])
def test_all_orders_and_signs_together_are_as_many_networks_as_counted(m: int) -> None:
    params = network(m)
    seen = set()
    for order in itertools.permutations(range(m)):
        for mask in itertools.product([False, True], repeat=m):
            twin = flip_tanh_units(permute_hidden_units(params, np.array(order)), np.array(mask))
            np.testing.assert_allclose(output(twin), output(params), rtol=1e-12, atol=1e-14)
            seen.add(tuple(float(w) for pair in twin for a in pair for w in a.ravel()))
    assert len(seen) == n_equivalent(m)


def test_counting_is_exact_for_any_size() -> None:
    assert n_equivalent(0) == 1
    assert n_equivalent(10) == 3_715_891_200  # ten hidden units have 3.7e9 twins
    for m in (1, 7, 300):
        assert n_equivalent(m) == 2 * m * n_equivalent(m - 1)
    assert type(n_equivalent(300)) is int
    assert math.log10(n_equivalent(300)) > 700
    with pytest.raises(ValueError, match="m is -1"):
        n_equivalent(-1)


@pytest.mark.parametrize(
    ("function", "how"), [(permute_hidden_units, ORDER), (flip_tanh_units, MASK)]
)
def test_precision_layout_and_purity(function: Any, how: Any) -> None:
    params = network()
    before = [a.copy() for pair in params for a in pair]
    result = [a for pair in function(params, how) for a in pair]
    for a, b in zip([a for pair in params for a in pair], before, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not any(np.shares_memory(a, r) for r in result)
    single = [tuple(a.astype(np.float32) for a in pair) for pair in params]
    assert {a.dtype for pair in function(single, how) for a in pair} == {np.dtype(np.float32)}
    scattered = [tuple(np.asfortranarray(a)[::-1][::-1] for a in pair) for pair in params]
    for a, b in zip([a for pair in function(scattered, how) for a in pair], result, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 3], [1, 2, 3, 4, 5], [0.5, 1, 2, 3, 4]])
def test_other_orders_than_permutations_are_refused(order: list[float]) -> None:
    with pytest.raises(ValueError, match="expected each of 0 … 4 once"):
        permute_hidden_units(network(), np.array(order))


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="m is 5 in W1"):
        permute_hidden_units(network(), np.arange(4))
    with pytest.raises(ValueError, match="m is 5 in W1"):
        flip_tanh_units([network()[0], network(4)[1]], MASK)
    with pytest.raises(TypeError, match="mask has dtype int64"):
        flip_tanh_units(network(), MASK.astype(np.int64))
