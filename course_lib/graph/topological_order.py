"""An order in which a graph can be computed (S1, S3)."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Graph: TypeAlias = Mapping[str, tuple[str, Sequence[str]]]
"""node -> (operation, inputs); a leaf is ``("input", ())``."""


def topological_order(graph: Graph) -> list[str]:
    """All nodes, each one after its inputs.

    Parameters
    ----------
    graph : node -> (operation, inputs), where the inputs are nodes

    Returns
    -------
    order : there may be several such orders, this is one of them

    Raises
    ------
    ValueError
        If an input is not a node of the graph, or if the graph has a cycle.
    """
    users: dict[str, list[str]] = {node: [] for node in graph}
    missing = {node: len(inputs) for node, (_, inputs) in graph.items()}
    for node, (_, inputs) in graph.items():
        for name in inputs:
            if name not in graph:
                raise ValueError(
                    f"topological_order: {node!r} needs {name!r}, which is not a node of the graph"
                )
            users[name].append(node)  # twice if it is used twice, as it is counted in missing
    order = [node for node in graph if missing[node] == 0]
    for node in order:  # the list grows during the loop
        for user in users[node]:
            missing[user] -= 1
            if missing[user] == 0:
                order.append(user)
    if len(order) < len(graph):
        waiting = [node for node in graph if missing[node] > 0]
        raise ValueError(f"topological_order: {waiting} wait for each other: the graph has a cycle")
    return order
