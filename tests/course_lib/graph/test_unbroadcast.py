from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from course_lib.gradient_check import check_gradient
from course_lib.graph import backprop, evaluate_graph, unbroadcast
from tests.course_lib.graph.shapes import pairs_that_broadcast


def normal(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.asarray(np.random.default_rng(seed).normal(size=shape))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(shapes=pairs_that_broadcast())
def test_every_element_gets_the_sum_over_its_copies(shapes: Any) -> None:
    gradient = normal(shapes.result_shape)
    for shape in shapes.input_shapes:
        d = unbroadcast(gradient, shape)
        # The definition: number the elements, broadcast the numbers, and add up by number.
        numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        loop = np.zeros(numbers.size)
        copies = np.broadcast_to(numbers, gradient.shape)
        for place in product(*map(range, gradient.shape)):
            loop[copies[place]] += gradient[place]
        assert isinstance(d, np.ndarray)
        assert d.shape == shape
        np.testing.assert_allclose(d.reshape(-1), loop, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(shapes=pairs_that_broadcast())
@pytest.mark.parametrize("operation", ["add", "sub", "mul"])
def test_gradients_in_a_graph_have_the_shapes_of_the_inputs(operation: str, shapes: Any) -> None:
    graph = {
        "a": ("input", ()),
        "b": ("input", ()),
        "weights": ("input", ()),
        "y": (operation, ("a", "b")),
        "weighted": ("mul", ("y", "weights")),
        "L": ("sum", ("weighted",)),
    }
    leaves = {
        "a": normal(shapes.input_shapes[0], 1),
        "b": normal(shapes.input_shapes[1], 2),
        "weights": normal(shapes.result_shape, 3),
    }
    gradients = backprop(graph, evaluate_graph(graph, leaves), "L")
    for leaf in leaves:
        assert gradients[leaf].shape == leaves[leaf].shape
        if leaves[leaf].size == 0:
            continue

        def f(v: Any, leaf: str = leaf) -> float:
            return float(evaluate_graph(graph, {**leaves, leaf: v})["L"])

        check = check_gradient(f, leaves[leaf], gradients[leaf], np.random.default_rng(4))
        assert check, f"{leaf}: {check}"


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (3,), (1, 3), (4, 1), (4, 3)])
def test_is_new_and_pure_and_keeps_single_precision(shape: tuple[int, ...]) -> None:
    gradient = normal((4, 3)).astype(np.float32)
    before = gradient.copy()
    d = unbroadcast(gradient, shape)
    assert d.dtype == np.float32
    assert d.shape == shape
    assert not np.shares_memory(d, gradient)
    np.testing.assert_array_equal(gradient, before)
    np.testing.assert_allclose(unbroadcast(np.asfortranarray(gradient), shape), d, rtol=1e-6)


def test_a_scalar_stays_a_scalar() -> None:
    d = unbroadcast(np.asarray(2.5), ())
    assert d.shape == ()
    assert d == 2.5


@pytest.mark.parametrize("shape", [(2,), (4,), (4, 3, 1), (1, 4, 3), (3, 4), (4, 0)])
def test_shapes_that_do_not_broadcast_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^unbroadcast: an array of shape .* to the shape \(4, 3"):
        unbroadcast(np.ones((4, 3)), shape)


def test_a_list_is_refused() -> None:
    with pytest.raises(TypeError, match=r"unbroadcast: gradient is a list.*numpy\.asarray"):
        unbroadcast([1.0, 2.0], ())
