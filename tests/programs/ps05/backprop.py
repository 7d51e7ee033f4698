"""Solutions of ``backprop(graph, values, output) -> {node: gradient}``.

Each entry has the ``topological_order`` that stands before it in the notebook.
"""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue


def topological_order(graph):
    order: list[str] = []

    def visit(node):
        if node not in order:
            for name in graph[node][1]:
                visit(name)
            order.append(node)

    for node in graph:
        visit(node)
    return order


programs = Catalogue(topological_order)
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
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if operation == "input":
            continue
        parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] + collapse(part, values[name])
    return grads


@right
def with_ifs(graph, values, output):
    d = {node: np.zeros(np.shape(values[node]), np.asarray(values[node]).dtype) for node in graph}
    d[output] = np.ones_like(values[output])
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        dy = d[node]
        v = [values[i] for i in inputs]
        if operation == "add":
            parts = [dy, dy]
        elif operation == "sub":
            parts = [dy, -1 * dy]
        elif operation == "mul":
            parts = [dy * v[1], dy * v[0]]
        elif operation == "matmul":
            parts = [np.dot(dy, v[1].T), np.dot(v[0].T, dy)]
        elif operation == "exp":
            parts = [dy * np.exp(v[0])]
        elif operation == "log":
            parts = [dy * (1 / v[0])]
        elif operation == "tanh":
            parts = [dy / np.cosh(v[0]) ** 2]
        elif operation == "sum":
            parts = [np.full(v[0].shape, dy)]
        else:
            parts = []
        for name, part in zip(inputs, parts, strict=True):
            d[name] = d[name] + collapse(part, values[name])
    return d


@right
def in_place(graph, values, output):
    """The arrays are its own, so that += is safe."""
    d = {node: np.array(np.zeros_like(value)) for node, value in values.items()}
    d[output][...] = 1
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if operation == "input":
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


@right
def element_by_element_forwards(graph, values, output):
    # Forward mode: one push of a unit vector through the graph for every element.
    needed, order = ancestors(graph, output), topological_order(graph)
    push = {
        "add": lambda y, a, b, da, db: da + db,
        "sub": lambda y, a, b, da, db: da - db,
        "mul": lambda y, a, b, da, db: da * b + a * db,
        "matmul": lambda y, a, b, da, db: da @ b + a @ db,
        "exp": lambda y, a, da: y * da,
        "log": lambda y, a, da: da / a,
        "tanh": lambda y, a, da: (1 - y * y) * da,
        "sum": lambda y, a, da: da.sum(),
    }
    grads = {}
    for start in graph:
        grads[start] = np.array(np.zeros_like(values[start]))
        if start not in needed:
            continue
        for i in np.ndindex(np.shape(values[start])):
            moved = {node: np.array(np.zeros_like(values[node])) for node in graph}
            moved[start][i] = 1
            for node in order:
                names = graph[node][1]
                if node in needed and node != start and names:
                    a = [values[n] for n in names] + [moved[n] for n in names]
                    moved[node] = np.asarray(push[graph[node][0]](values[node], *a))
            grads[start][i] = moved[output]
    return grads


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(graph, values, output):  # lists
    return {node: np.asarray(d).tolist() for node, d in textbook(graph, values, output).items()}


@form
def leading_axis(graph, values, output):  # (1, ...)
    return {node: np.asarray(d)[None] for node, d in textbook(graph, values, output).items()}


@form
def scalars_in_a_row(graph, values, output):
    return {node: np.atleast_1d(d) for node, d in textbook(graph, values, output).items()}


@form
def double_precision(graph, values, output):  # float64 from float32
    return textbook(graph, {n: np.asarray(v, dtype=float) for n, v in values.items()}, output)


@form
def gradients_put_into_values(graph, values, output):  # values are changed
    grads = textbook(graph, values, output)
    values.update(grads)
    return grads


@form
def forgets_the_graph(graph, values, output):
    d = textbook(graph, values, output)
    graph.clear()
    return d


# --- wrong ------------------------------------------------------------------------------------


def variant(
    graph,
    values,
    output,
    *,
    local=None,
    join=lambda old, new: old + new,
    seed=np.ones_like,
    order=lambda order: order[::-1],
    end=lambda grads, graph, values, output: grads,
):
    """Backpropagation with places to go wrong."""
    rules = LOCAL | (local or {})
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = seed(values[output])
    needed = ancestors(graph, output)
    for node in order(topological_order(graph)):
        operation, inputs = graph[node]
        if not inputs or node not in needed:
            continue
        parts = rules[operation](grads[node], values[node], *(values[n] for n in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = join(grads[name], collapse(part, values[name]))
    return end(grads, graph, values, output)


for name, spoilt in {
    "unreached_ones": {
        "end": lambda d, graph, v, o: {
            n: d[n] if n in ancestors(graph, o) else np.ones_like(d[n]) for n in d
        }
    },
}.items():
    wrong.add(name, topological_order, functools.partial(variant, **spoilt))


@wrong
def kept_between_calls(graph, values, output, kept={}):  # noqa: B006
    for node, d in textbook(graph, values, output).items():
        kept[node] = kept.get(node, 0) + d
    return {node: kept[node] for node in graph}
