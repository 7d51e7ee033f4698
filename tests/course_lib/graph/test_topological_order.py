import numpy as np
import pytest

from course_lib.graph import topological_order

Graph = dict[str, tuple[str, tuple[str, ...]]]


def random_graph(seed: int, n: int = 12) -> Graph:
    """Nodes with up to two inputs among earlier ones, written down in random order."""
    rng = np.random.default_rng(seed)
    graph: Graph = {}
    for i in range(n):
        n_inputs = min(i, int(rng.integers(0, 3)))
        inputs = tuple(f"n{k}" for k in rng.integers(0, max(i, 1), n_inputs))
        graph[f"n{i}"] = (("input", "tanh", "add")[n_inputs], inputs)
    names = [f"n{i}" for i in rng.permutation(n)]
    return {name: graph[name] for name in names}


@pytest.mark.parametrize("seed", range(20))
def test_every_node_comes_once_and_after_its_inputs(seed: int) -> None:
    graph = random_graph(seed)
    order = topological_order(graph)
    assert sorted(order) == sorted(graph)
    for node, (_, inputs) in graph.items():
        assert all(order.index(name) < order.index(node) for name in inputs)


def test_a_node_that_uses_another_twice_waits_for_it_once() -> None:
    assert topological_order({"b": ("mul", ("a", "a")), "a": ("input", ())}) == ["a", "b"]
    graph: Graph = {"d": ("any", ("a", "a", "c")), "a": ("input", ()), "c": ("exp", ("a",))}
    assert topological_order(graph) == ["a", "c", "d"]


def test_an_empty_graph_and_a_very_long_chain() -> None:
    assert topological_order({}) == []
    chain: Graph = {f"n{i}": ("exp", (f"n{i - 1}",)) for i in range(5000, 0, -1)}
    chain["n0"] = ("input", ())
    assert topological_order(chain) == [f"n{i}" for i in range(5001)]


def test_impossible_graphs_are_refused() -> None:
    with pytest.raises(ValueError, match="'b' needs 'c', which is not a node"):
        topological_order({"a": ("input", ()), "b": ("add", ("a", "c"))})
    circle: Graph = {"a": ("input", ()), "b": ("add", ("a", "c")), "c": ("exp", ("b",))}
    with pytest.raises(ValueError, match=r"\['b', 'c'\] wait for each other"):
        topological_order(circle)
