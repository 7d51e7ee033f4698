"""The forward pass through a graph: the value of every node."""

from collections.abc import Callable, Mapping, Sequence

from course_lib.backend import Array, array_namespace
from course_lib.graph.backprop import Graph, topological_order
from course_lib.shapes import require_shapes

FORWARD: dict[str, tuple[int, Callable[..., Array]]] = {
    "add": (2, lambda a, b: a + b),
    "sub": (2, lambda a, b: a - b),
    "mul": (2, lambda a, b: a * b),
    "matmul": (2, lambda a, b: a @ b),
    "exp": (1, lambda a: array_namespace(a).exp(a)),
    "log": (1, lambda a: array_namespace(a).log(a)),
    "tanh": (1, lambda a: array_namespace(a).tanh(a)),
    "sum": (1, lambda a: array_namespace(a).sum(a)),
}
"""operation -> (number of inputs, function)."""


def evaluate_graph(
    graph: Graph,
    leaves: Mapping[str, Array],
    order: Callable[[Graph], Sequence[str]] = topological_order,
) -> dict[str, Array]:
    """Compute every node from its inputs.

    Parameters
    ----------
    graph : node -> (operation, inputs). A leaf is ``("input", ())``; the operations are ``add``,
        ``sub`` and ``mul`` (element by element; the smaller array is broadcast), ``matmul`` (of two
        matrices), ``exp``, ``log``, ``tanh`` and ``sum`` (of all elements).
    leaves : leaf -> array
    order : a function to use instead of the library's `topological_order`

    Returns
    -------
    values : node -> array

    Raises
    ------
    ValueError
        If a leaf has no value or a value no leaf, an operation is unknown or has the wrong number
        of inputs, shapes do not fit, or the graph has no order.
    """
    wanted = {node for node, (operation, _) in graph.items() if operation == "input"}
    if wanted != set(leaves):
        raise ValueError(
            f"evaluate_graph: the graph has the leaves {sorted(wanted)}, but values were given for "
            f"{sorted(leaves)}"
        )
    values: dict[str, Array] = {}
    for node in order(graph):
        operation, inputs = graph[node]
        if operation == "input":
            require_shapes("evaluate_graph", **{node: (leaves[node], "...")})
            values[node] = leaves[node]
            continue
        if operation not in FORWARD:
            raise ValueError(
                f"evaluate_graph: {node!r} has the operation {operation!r}; there are "
                f"{', '.join(FORWARD)}, and input for leaves"
            )
        n_inputs, function = FORWARD[operation]
        if len(inputs) != n_inputs:
            raise ValueError(
                f"evaluate_graph: {node!r} has {len(inputs)} inputs, but {operation} takes "
                f"{n_inputs}"
            )
        arguments = [values[name] for name in inputs]
        if operation == "matmul":
            a, b = arguments
            require_shapes(f"evaluate_graph, node {node!r}", left=(a, "N D"), right=(b, "D K"))
        values[node] = function(*arguments)
    return values
