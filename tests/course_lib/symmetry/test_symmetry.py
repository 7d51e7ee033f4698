import itertools
import math
from typing import Any

import numpy as np
import pytest

from course_lib.functional import relu_forward, tanh_forward
from course_lib.symmetry import balance_units, make_twin, match_units


def network(*widths: int, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    shapes = itertools.pairwise(widths or (3, 5, 2))
    return [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in shapes]


def output(params: Any, activation: Any = tanh_forward) -> Any:
    z = np.random.default_rng(9).normal(size=(7, 3))
    for W, b in params[:-1]:
        z = activation(z @ W + b)[0]
    return z @ params[-1][0] + params[-1][1]


ORDER = np.array([3, 1, 4, 0, 2])
SIGNS = np.array([-1.0, 1.0, -1.0, -1.0, 1.0])
ONES = np.ones(5)


def units(params: Any) -> Any:
    (W1, b1), (W2, _) = params
    return np.concatenate([W1.T, b1[:, None], W2], axis=1)


@pytest.mark.parametrize("activation", [tanh_forward, relu_forward])
def test_a_permuted_network_computes_the_same_with_other_weights(activation: Any) -> None:
    params = network()
    permuted = make_twin(params, [ORDER], [ONES])
    # The sum over hidden units runs in another order: equal up to rounding.
    np.testing.assert_allclose(
        output(permuted, activation), output(params, activation), rtol=1e-12, atol=1e-14
    )
    assert not np.any(np.isclose(permuted[0][0], params[0][0]).all(axis=0)[ORDER != np.arange(5)])


def test_a_flipped_tanh_network_computes_the_same_and_a_relu_network_does_not() -> None:
    params = network()
    flipped = make_twin(params, [np.arange(5)], [SIGNS])
    np.testing.assert_allclose(output(flipped), output(params), rtol=1e-12, atol=1e-14)
    assert not np.allclose(output(flipped, relu_forward), output(params, relu_forward))


def test_unit_order_j_becomes_unit_j_with_the_sign_j() -> None:
    params = network()
    twin = make_twin(params, [ORDER], [SIGNS])
    for j in range(5):
        np.testing.assert_array_equal(units(twin)[j], SIGNS[j] * units(params)[ORDER[j]])
    np.testing.assert_array_equal(twin[1][1], params[1][1])


def test_all_hidden_layers_change_and_the_output_stays() -> None:
    params = network(3, 5, 5, 4, 2)
    orders = [ORDER, ORDER[::-1], np.array([2, 0, 3, 1])]
    signs = [SIGNS, -SIGNS, SIGNS[:4]]
    twin = make_twin(params, orders, signs)
    np.testing.assert_allclose(output(twin), output(params), rtol=1e-12, atol=1e-14)
    for (W, _), (V, _) in zip(params, twin, strict=True):
        assert not np.allclose(W, V)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_every_order_and_sign_gives_another_network(m: int) -> None:
    params = network(3, m, 2)
    seen = set()
    for order in itertools.permutations(range(m)):
        for signs in itertools.product([-1.0, 1.0], repeat=m):
            twin = make_twin(params, [np.array(order)], [np.array(signs)])
            np.testing.assert_allclose(output(twin), output(params), rtol=1e-12, atol=1e-14)
            seen.add(tuple(float(w) for pair in twin for a in pair for w in a.ravel()))
    assert len(seen) == math.factorial(m) * 2**m


def test_the_units_of_a_twin_are_matched_with_their_images() -> None:
    params = network()
    twin = make_twin(params, [ORDER], [SIGNS])
    order, signs = match_units(units(params), units(twin))
    np.testing.assert_array_equal(order, ORDER)
    np.testing.assert_array_equal(signs, SIGNS)
    # A long unit that is parallel to a short one does not take its place.
    A = np.array([[1.0, 2.0], [3.0, 6.0]])
    np.testing.assert_array_equal(match_units(A, A)[0], [0, 1])


def test_units_that_are_alike_are_matched_and_each_once() -> None:
    rng = np.random.default_rng(1)
    A = rng.normal(size=(30, 4))
    order, signs = match_units(A, rng.normal(size=(30, 4)))
    assert sorted(order.tolist()) == list(range(30))
    assert set(signs.tolist()) == {-1.0, 1.0}
    near = SIGNS[:, None] * A[ORDER] + 0.01 * rng.normal(size=(5, 4))
    np.testing.assert_array_equal(match_units(A[:5], near)[0], ORDER)


def test_a_balanced_relu_network_computes_the_same_and_a_tanh_network_does_not() -> None:
    params = network()
    balanced = balance_units(params)
    before = output(params, relu_forward)
    np.testing.assert_allclose(output(balanced, relu_forward), before, rtol=1e-12, atol=1e-14)
    assert not np.allclose(output(balanced), output(params))
    (W1, b1), (W2, _) = balanced
    incoming = np.linalg.norm(np.vstack([W1, b1]), axis=0)
    np.testing.assert_allclose(incoming, np.linalg.norm(W2, axis=1))


def test_balanced_units_have_the_smallest_sum_of_squares() -> None:
    (W1, b1), (W2, b2) = balance_units(network())

    def squares(c: Any) -> float:
        parts = W1 * c, b1 * c, W2 / c[:, None]
        return float(sum(np.sum(part**2) for part in parts))

    rng = np.random.default_rng(2)
    assert all(squares(rng.uniform(0.5, 2, size=5)) > squares(ONES) for _ in range(20))


@pytest.mark.parametrize(
    "function", [lambda params: make_twin(params, [ORDER], [SIGNS]), balance_units]
)
def test_precision_layout_and_purity(function: Any) -> None:
    params = network()
    before = [a.copy() for pair in params for a in pair]
    result = [a for pair in function(params) for a in pair]
    for a, b in zip([a for pair in params for a in pair], before, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not any(np.shares_memory(a, r) for r in result)
    scattered = [tuple(np.asfortranarray(a)[::-1][::-1] for a in pair) for pair in params]
    for a, b in zip([a for pair in function(scattered) for a in pair], result, strict=True):
        np.testing.assert_array_equal(a, b)


def test_float32_stays_float32() -> None:
    single = [tuple(a.astype(np.float32) for a in pair) for pair in network()]
    twin = make_twin(single, [ORDER], [SIGNS.astype(np.float32)])
    arrays = [a for params in (twin, balance_units(single)) for pair in params for a in pair]
    arrays.append(match_units(units(single), units(twin))[1])
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 3], [1, 2, 3, 4, 5], [0.5, 1, 2, 3, 4]])
def test_other_orders_than_permutations_are_refused(order: list[float]) -> None:
    with pytest.raises(ValueError, match="expected each of 0 … 4 once"):
        make_twin(network(), [np.array(order)], [ONES])


def test_impossible_arguments_are_refused() -> None:
    params = network()
    with pytest.raises(ValueError, match="m is 5 in W"):
        make_twin(params, [np.arange(4)], [ONES])
    with pytest.raises(ValueError, match="expected 1 or -1"):
        make_twin(params, [ORDER], [2 * ONES])
    with pytest.raises(ValueError, match="2 orders and 1 signs for 1 hidden"):
        make_twin(params, [ORDER, ORDER], [ONES])
    with pytest.raises(ValueError, match="m is 5 in A"):
        match_units(np.ones((5, 3)), np.ones((4, 3)))
    (W1, b1), (W2, b2) = params
    with pytest.raises(ValueError, match="away from it, are 0"):
        balance_units([(W1, b1), (0 * W2, b2)])
