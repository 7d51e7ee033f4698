"""The backward pass through a graph, and the order that both passes need (S1, S3)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from course_lib.backend import Array, array_namespace
from course_lib.graph.unbroadcast import unbroadcast

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


BACKWARD: dict[str, Callable[..., tuple[Array, ...]]] = {
    "add": lambda dy, y, a, b: (dy, dy),
    "sub": lambda dy, y, a, b: (dy, -dy),
    "mul": lambda dy, y, a, b: (dy * b, dy * a),
    "matmul": lambda dy, y, a, b: (dy @ b.T, a.T @ dy),
    "exp": lambda dy, y, a: (dy * y,),
    "log": lambda dy, y, a: (dy / a,),
    "tanh": lambda dy, y, a: (dy * (1.0 - y * y),),
    "sum": lambda dy, y, a: (dy * array_namespace(a).ones_like(a),),
}
"""operation -> function of (dy, y, inputs …): the gradient with respect to each input."""


def backprop(graph: Graph, values: Mapping[str, Array], output: str) -> dict[str, Array]:
    """Gradient of one node with respect to every node.

    From the output backwards, each node passes a gradient to each of its inputs, by the chain rule.
    The gradient of a node that is used several times is the sum over its uses. Shared weights need
    nothing else. ``add``, ``sub`` and ``mul`` broadcast a smaller input, whose gradient is the sum
    over its copies (:func:`unbroadcast`).

    Parameters
    ----------
    graph : node -> (operation, inputs), as in :func:`evaluate_graph`
    values : the value of every node, from :func:`evaluate_graph`
    output : the node to differentiate, a scalar of shape ()

    Returns
    -------
    gradients : node -> array of the shape of its value; zeros where the output does not depend on
        the node

    Raises
    ------
    ValueError
        If the output is not a node or not a scalar, a value is missing, an operation is unknown, or
        the graph has no order.
    """
    order = topological_order(graph)
    for node in (output, *order):
        if node not in graph or node not in values:
            raise ValueError(f"backprop: {node!r} is not a node of the graph, or it has no value")
    if values[output].shape != ():
        raise ValueError(
            f"backprop: {output!r} has shape {tuple(values[output].shape)}; only a scalar has one "
            "gradient, make it one with the operation sum"
        )
    xp = array_namespace(*values.values())
    gradients = {node: xp.zeros_like(values[node]) for node in graph}
    gradients[output] = xp.ones_like(values[output])
    reached = {output}  # other nodes are skipped: 0 times an infinite derivative would be nan
    for node in reversed(order):
        operation, inputs = graph[node]
        if node not in reached or operation == "input":
            continue
        if operation not in BACKWARD:
            raise ValueError(f"backprop: {node!r} has the unknown operation {operation!r}")
        arguments = [values[name] for name in inputs]
        parts = BACKWARD[operation](gradients[node], values[node], *arguments)
        for name, part in zip(inputs, parts, strict=True):
            gradients[name] = gradients[name] + unbroadcast(part, values[name].shape)
            reached.add(name)
    return gradients
