"""Solutions of ``backprop(graph, values, output) -> {node: gradient}``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

LOCAL = {
    "add": lambda dy, y, a, b: (dy, dy),
    "sub": lambda dy, y, a, b: (dy, -dy),
    "mul": lambda dy, y, a, b: (dy * b, dy * a),
    "matmul": lambda dy, y, a, b: (dy @ b.T, a.T @ dy),
    "exp": lambda dy, y, a: (dy * y,),
    "log": lambda dy, y, a: (dy / a,),
    "tanh": lambda dy, y, a: (dy * (1 - y**2),),
    "sum": lambda dy, y, a: (dy * np.ones_like(a),),
}


def collapse(part, like):
    """The sum over the copies that broadcasting has made of an array."""
    shape = np.shape(like)
    part = np.sum(part, axis=tuple(range(np.ndim(part) - len(shape))))
    ones = tuple(i for i, size in enumerate(shape) if size == 1)
    return np.sum(part, axis=ones, keepdims=True).reshape(shape)


def ancestors(graph, output):
    found, stack = set(), [output]
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(graph[node][1])
    return found


@right
def textbook(graph, values, output):
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    for node in reversed(graph):
        operation, inputs = graph[node]
        if operation == "input" or not grads[node].any():
            continue
        parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] + collapse(part, values[name])
    return grads


@right
def in_place(graph, values, output):
    """The arrays are its own, so that += is safe."""
    d = {node: np.array(np.zeros_like(value)) for node, value in values.items()}
    d[output][...] = 1
    for node in reversed(graph):
        operation, inputs = graph[node]
        if operation == "input" or not d[node].any():
            continue
        a = values[inputs[0]]
        b = values[inputs[-1]]
        if operation in ("add", "sub"):
            d[inputs[0]] += collapse(d[node], a)
            if operation == "add":
                d[inputs[1]] += collapse(d[node], b)
            else:
                d[inputs[1]] -= collapse(d[node], b)
        elif operation == "mul":
            d[inputs[0]] += collapse(d[node] * b, a)
            d[inputs[1]] += collapse(d[node] * a, b)
        elif operation == "matmul":
            d[inputs[0]] += d[node] @ b.T
            d[inputs[1]] += a.T @ d[node]
        else:
            slope = {"exp": np.exp, "log": np.reciprocal, "sum": np.ones_like}.get(
                operation, lambda a: 1 - np.tanh(a) ** 2
            )
            d[inputs[0]] += d[node] * slope(a)
    return d


@right
def every_path(graph, values, output):
    # Each path from the output carries its own part down.
    grads = {node: np.array(values[node]) * 0 for node in graph}

    def descend(node, d):
        grads[node] = grads[node] + d
        operation, inputs = graph[node]
        if operation != "input":
            parts = LOCAL[operation](d, values[node], *(values[name] for name in inputs))
            for name, part in zip(inputs, parts, strict=True):
                descend(name, collapse(part, values[name]))

    descend(output, np.ones_like(values[output]))
    return grads


# --- right values in a deviating form ---------------------------------------------------------


@form
def scalars_in_a_row(graph, values, output):
    return {node: np.atleast_1d(d) for node, d in textbook(graph, values, output).items()}


@form
def forgets_the_graph(graph, values, output):
    d = textbook(graph, values, output)
    graph.clear()
    return d


# --- wrong ------------------------------------------------------------------------------------


@wrong
def unreached_ones(graph, values, output):
    d = textbook(graph, values, output)
    return {n: d[n] if n in ancestors(graph, output) else np.ones_like(d[n]) for n in d}


@wrong
def kept_between_calls(graph, values, output, kept={}):  # noqa: B006
    for node, d in textbook(graph, values, output).items():
        kept[node] = kept.get(node, 0) + d
    return {node: kept[node] for node in graph}


wrong.edit(  # nodes may stand before a leaf, and wait for their turn
    "ends_at_a_leaf",
    textbook,
    'if operation == "input" or not grads[node].any():',
    """if operation == "input":
            break
        if not grads[node].any():""",
)


programs.beside_the_point = [
    "return {node: np.ones_like(value) for node, value in values.items()}",
]

programs.equivalent = changes("""
for name, part in zip(inputs, parts, strict=True): -> for name, part in zip(inputs, parts, strict=False):
    strict= only guards against another mistake
rules['sum'] = lambda dy, y, a, b: [dy * np.ones_like(a)] -> rules['sum'] = lambda dy, y, a, b: [dy / np.ones_like(a)]
    the signs are 1 and -1, their own reciprocals
""")
