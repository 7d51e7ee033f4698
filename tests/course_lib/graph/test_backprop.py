from typing import Any

import numpy as np
import pytest

from course_lib.functional import sigmoid_backward, sigmoid_forward
from course_lib.gradient_check import check_gradient
from course_lib.graph import backprop, evaluate_graph, topological_order
from tests.course_lib.graph.tapes import TAPES, Tape

each_tape = pytest.mark.parametrize("tape", TAPES, ids=str)


@each_tape
def test_values_are_those_of_the_formula(tape: Tape) -> None:
    leaves = tape.leaves()
    values = evaluate_graph(tape.graph, leaves)
    assert values.keys() == tape.graph.keys()
    assert values["L"] == pytest.approx(tape.formula(**leaves), rel=1e-12)


@each_tape
@pytest.mark.parametrize("seed", range(3))
def test_gradients_of_all_leaves_agree_with_differences(tape: Tape, seed: int) -> None:
    leaves = tape.leaves(seed)
    gradients = backprop(tape.graph, evaluate_graph(tape.graph, leaves), "L")
    for leaf in leaves:

        def f(a: Any, leaf: str = leaf) -> float:
            return float(tape.formula(**{**leaves, leaf: a}))

        check = check_gradient(f, leaves[leaf], gradients[leaf], np.random.default_rng(seed + 9))
        assert check, f"{leaf}: {check}"


@each_tape
def test_gradients_of_inner_nodes_agree_with_differences(tape: Tape) -> None:
    # Cut the graph at a node: from there on it is a leaf like any other.
    values = evaluate_graph(tape.graph, tape.leaves())
    gradients = backprop(tape.graph, values, "L")
    for node in tape.graph:
        cut = {**tape.graph, node: ("input", ())}
        inputs = {
            leaf: values[leaf] for leaf, (operation, _) in cut.items() if operation == "input"
        }

        def f(a: Any, node: str = node, cut: Any = cut, inputs: Any = inputs) -> float:
            return float(evaluate_graph(cut, {**inputs, node: a})["L"])

        assert gradients[node].shape == values[node].shape
        check = check_gradient(
            f, np.asarray(values[node]), gradients[node], np.random.default_rng(1)
        )
        assert check, f"{node}: {check}"


@each_tape
@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_a_graph_is_written_down_does_not_matter(tape: Tape, seed: int) -> None:
    names = list(tape.graph)
    np.random.default_rng(seed).shuffle(names)
    shuffled = {name: tape.graph[name] for name in names}
    values = evaluate_graph(tape.graph, tape.leaves())
    assert evaluate_graph(shuffled, tape.leaves()).keys() == values.keys()
    expected = backprop(tape.graph, values, "L")
    for node, gradient in backprop(shuffled, values, "L").items():
        np.testing.assert_allclose(gradient, expected[node], rtol=1e-12)


def test_a_value_used_twice_adds_up_its_gradients() -> None:
    graph = {"a": ("input", ()), "b": ("add", ("a", "a"))}
    gradients = backprop(graph, evaluate_graph(graph, {"a": np.asarray(3.0)}), "b")
    assert gradients["a"] == 2.0  # and not 1, as when the second one replaces the first


def test_a_shared_weight_gets_the_sum_over_its_uses() -> None:
    # S3's W used three times; tanh(u / 2) / 2 + 1 / 2 is the sigmoid.
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    graph: dict[str, Any] = dict.fromkeys(("z0", "W", "half", "dy"), ("input", ()))
    for i in (1, 2, 3):
        graph |= {
            f"u{i}": ("matmul", (f"z{i - 1}", "W")),
            f"h{i}": ("mul", (f"u{i}", "half")),
            f"t{i}": ("tanh", (f"h{i}",)),
            f"s{i}": ("mul", (f"t{i}", "half")),
            f"z{i}": ("add", (f"s{i}", "half")),
        }
    graph |= {"weighted": ("mul", ("z3", "dy")), "L": ("sum", ("weighted",))}
    dy = rng.normal(size=(4, 3))
    values = evaluate_graph(graph, {"z0": x, "W": W, "half": np.asarray(0.5), "dy": dy})
    gradients = backprop(graph, values, "L")
    z, steps = x, []
    for _ in range(3):
        before = z
        z, cache = sigmoid_forward(before @ W)
        steps.append((before, cache))
    np.testing.assert_allclose(values["z3"], z, rtol=1e-12)
    dz, dW = dy, np.zeros_like(W)
    for before, cache in reversed(steps):
        du = sigmoid_backward(dz, cache)
        dz, dW = du @ W.T, dW + before.T @ du
    np.testing.assert_allclose(gradients["z0"], dz, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(gradients["W"], dW, rtol=1e-10, atol=1e-14)


def test_what_the_output_does_not_depend_on_gets_zeros() -> None:
    graph = {
        "a": ("input", ()),
        "b": ("input", ()),
        "L": ("sum", ("a",)),
        "beside": ("log", ("b",)),
        "after": ("mul", ("L", "beside")),
    }
    values = evaluate_graph(graph, {"a": np.ones((2, 3)), "b": np.ones(4)})
    values["b"] = np.zeros(4)  # where the logarithm has an infinite slope
    gradients = backprop(graph, values, "L")
    np.testing.assert_array_equal(gradients["a"], np.ones((2, 3)))
    assert gradients["L"] == 1.0
    for node, shape in [("b", (4,)), ("beside", (4,)), ("after", (4,))]:
        np.testing.assert_array_equal(gradients[node], np.zeros(shape))


@each_tape
def test_precision_and_purity(tape: Tape) -> None:
    leaves = tape.leaves()
    before = {leaf: a.copy() for leaf, a in leaves.items()}
    values = evaluate_graph(tape.graph, leaves)
    kept = {node: np.copy(a) for node, a in values.items()}
    gradients = backprop(tape.graph, values, "L")
    single = {leaf: a.astype(np.float32) for leaf, a in leaves.items()}
    single_gradients = backprop(tape.graph, evaluate_graph(tape.graph, single), "L")
    for node in tape.graph:
        assert single_gradients[node].dtype == np.float32
        np.testing.assert_array_equal(values[node], kept[node])
        assert not any(np.shares_memory(gradients[node], values[other]) for other in tape.graph)
        assert not any(
            np.shares_memory(gradients[node], gradients[other])
            for other in tape.graph
            if other != node
        )
    for leaf in leaves:
        np.testing.assert_array_equal(leaves[leaf], before[leaf])


def test_your_own_order_can_be_used() -> None:
    asked = []

    def order(graph: Any) -> list[str]:
        asked.append(graph)
        return topological_order(graph)

    tape = TAPES[3]
    values = evaluate_graph(tape.graph, tape.leaves(), order=order)
    assert asked == [tape.graph]
    assert values["L"] == pytest.approx(tape.formula(**tape.leaves()))


ONE = {"a": np.ones(2)}


@pytest.mark.parametrize(
    ("nodes", "leaves", "error", "message"),
    [
        ({}, {}, ValueError, r"has the leaves \['a'\], but values were given for \[\]"),
        ({}, {**ONE, "b": 1}, ValueError, r"given for \['a', 'b'\]"),
        ({"b": ("relu", ("a",))}, ONE, ValueError, "'b' has the operation 'relu'; there are add"),
        ({"b": ("add", ("a",))}, ONE, ValueError, "'b' has 1 inputs, but add takes 2"),
        ({"b": ("exp", ("a", "a"))}, ONE, ValueError, "'b' has 2 inputs, but exp takes 1"),
        ({"b": ("matmul", ("a", "a"))}, ONE, ValueError, r"node 'b': left has shape \(2,\)"),
        ({"b": ("exp", ("c",))}, ONE, ValueError, "'b' needs 'c', which is not a node"),
        ({}, {"a": 3.0}, TypeError, r"a is a float.*numpy\.asarray\(a\)"),
    ],
)
def test_impossible_graphs_are_not_evaluated(
    nodes: Any, leaves: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        evaluate_graph({"a": ("input", ()), **nodes}, leaves)


def test_what_cannot_be_differentiated_is_refused() -> None:
    graph: dict[str, Any] = {"a": ("input", ()), "L": ("exp", ("a",))}
    values = evaluate_graph(graph, ONE)
    with pytest.raises(ValueError, match=r"'L' has shape \(2,\); only a scalar"):
        backprop(graph, values, "L")
    with pytest.raises(ValueError, match="'M' is not a node"):
        backprop(graph, values, "M")
    with pytest.raises(ValueError, match="'a' is not a node of the graph, or it has no value"):
        backprop(graph, {"L": np.asarray(1.0)}, "L")
    with pytest.raises(ValueError, match="'L' has the unknown operation 'relu'"):
        backprop(
            {**graph, "L": ("relu", ("a",))}, {"a": np.asarray(1.0), "L": np.asarray(1.0)}, "L"
        )
