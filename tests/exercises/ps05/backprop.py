"""Programs for ``backprop``; the order is one of their own in some of them."""

from collections import defaultdict

import numpy as np


def order_of(graph):
    order = []

    def visit(node):
        if node not in order:
            for name in graph[node][1]:
                visit(name)
            order.append(node)

    for node in graph:
        visit(node)
    return order


def last_first(graph):
    return list(reversed(order_of(graph)))


def with_ifs(graph, values, output):
    d = {node: np.zeros(np.shape(values[node]), np.asarray(values[node]).dtype) for node in graph}
    d[output] = np.ones_like(values[output])
    for node in reversed(order_of(graph)):
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
            d[name] = d[name] + part
    return d


def in_place(graph, values, output):
    """The arrays are its own, so that += is safe."""
    d = {node: np.array(np.zeros_like(value)) for node, value in values.items()}
    d[output][...] = 1
    for node in last_first(graph):
        operation, inputs = graph[node]
        if operation == "input":
            continue
        a = values[inputs[0]]
        b = values[inputs[-1]]
        if operation in ("add", "sub"):
            d[inputs[0]] += d[node]
            if operation == "add":
                d[inputs[1]] += d[node]
            else:
                d[inputs[1]] -= d[node]
        elif operation == "mul":
            d[inputs[0]] += d[node] * b
            d[inputs[1]] += d[node] * a
        elif operation == "matmul":
            d[inputs[0]] += d[node] @ b.T
            d[inputs[1]] += a.T @ d[node]
        else:
            slope = {"exp": np.exp, "log": np.reciprocal, "sum": np.ones_like}.get(
                operation, lambda a: 1 - np.tanh(a) ** 2
            )
            d[inputs[0]] += d[node] * slope(a)
    return d


RULES = {
    "add": lambda y, a, b: (lambda d: d, lambda d: d),
    "sub": lambda y, a, b: (lambda d: d, lambda d: -d),
    "mul": lambda y, a, b: (lambda d: d * b, lambda d: d * a),
    "matmul": lambda y, a, b: (lambda d: d @ b.T, lambda d: a.T @ d),
    "exp": lambda y, a: (lambda d: d * y,),
    "log": lambda y, a: (lambda d: d / a,),
    "tanh": lambda y, a: (lambda d: d * (1 - y) * (1 + y),),
    "sum": lambda y, a: (lambda d: np.broadcast_to(d, a.shape),),
    "input": lambda y: (),
}


def from_the_users(graph, values, output):
    """Asks each node's users, and remembers: backwards without any order."""
    users = defaultdict(list)
    for node, (operation, inputs) in graph.items():
        rules = RULES[operation](values[node], *[values[name] for name in inputs])
        for name, rule in zip(inputs, rules, strict=True):
            users[name].append((node, rule))
    known = {}

    def gradient(node):
        if node not in known:
            start = np.ones_like if node == output else np.zeros_like
            parts = [] if node == output else [rule(gradient(user)) for user, rule in users[node]]
            known[node] = sum(parts, start(values[node]))
        return known[node]

    return {node: gradient(node) for node in graph}


def along_all_paths(graph, values, output):
    """Slow: hands on each part by itself, as often as there are paths."""
    d = {node: 0 * np.asarray(value) for node, value in values.items()}

    def arrive(node, part):
        d[node] = d[node] + part
        operation, inputs = graph[node]
        rules = RULES[operation](values[node], *[values[name] for name in inputs])
        for name, rule in zip(inputs, rules, strict=True):
            arrive(name, rule(part))

    arrive(output, np.ones_like(values[output]))
    return d


def list_of_parts(graph, values, output):
    """Collects what comes back in lists and adds at a node's turn."""
    parts = {node: [] for node in graph}
    parts[output].append(1.0)
    d = {}
    for node in last_first(graph):
        operation, inputs = graph[node]
        value = np.asarray(values[node])
        d[node] = (np.zeros(value.shape) + sum(parts[node])).astype(value.dtype)
        rules = RULES[operation](value, *[values[name] for name in inputs])
        for name, rule in zip(inputs, rules, strict=True):
            parts[name].append(rule(d[node]))
    return d


def forward_mode(graph, values, output):
    """A tangent for every single number; slow, and right as well."""
    order = order_of(graph)
    jvp = {
        "add": lambda y, a, b, da, db: da + db,
        "sub": lambda y, a, b, da, db: da - db,
        "mul": lambda y, a, b, da, db: da * b + a * db,
        "matmul": lambda y, a, b, da, db: da @ b + a @ db,
        "exp": lambda y, a, da: da * y,
        "log": lambda y, a, da: da / a,
        "tanh": lambda y, a, da: da * (1 - y * y),
        "sum": lambda y, a, da: np.sum(da),
    }

    def slope(start, i):
        tangents = {node: np.zeros(np.shape(values[node])) for node in graph}
        tangents[start][i] = 1
        for node in order[order.index(start) + 1 :]:
            operation, inputs = graph[node]
            if operation != "input":
                v, t = [values[n] for n in inputs], [tangents[n] for n in inputs]
                tangents[node] = jvp[operation](values[node], *v, *t)
        return float(tangents[output])

    gradients = {}
    for node in graph:
        value = np.asarray(values[node])
        gradients[node] = np.zeros_like(value)
        for i in np.ndindex(value.shape):
            gradients[node][i] = slope(node, i)
    return gradients


VARIANTS = [
    (f.__name__, (order_of, f))
    for f in (
        with_ifs,
        in_place,
        from_the_users,
        along_all_paths,
        list_of_parts,
        forward_mode,
    )
]


def as_lists(graph, values, output):
    return {node: d.tolist() for node, d in with_ifs(graph, values, output).items()}


def double_precision(graph, values, output):
    return {node: d.astype(float) for node, d in with_ifs(graph, values, output).items()}


def scalars_in_a_row(graph, values, output):
    return {node: np.atleast_1d(d) for node, d in with_ifs(graph, values, output).items()}


def forgets_the_graph(graph, values, output):
    d = with_ifs(graph, values, output)
    graph.clear()
    return d


def adds_to_the_values(graph, values, output):
    d = with_ifs(graph, values, output)
    values.update(d)
    return d


DRESSED = [
    (f.__name__, (order_of, f))
    for f in (
        as_lists,
        double_precision,
        scalars_in_a_row,
        forgets_the_graph,
        adds_to_the_values,
    )
]


def only_first_inputs(graph, values, output):
    cut = {node: (op, inputs) for node, (op, inputs) in graph.items()}
    d = with_ifs(cut, values, output)
    for _node, (_operation, inputs) in graph.items():
        for name in inputs[1:]:
            d[name] = np.zeros_like(d[name])
    return d


def negative(graph, values, output):
    return {node: -d for node, d in with_ifs(graph, values, output).items()}


def all_ones(graph, values, output):
    return {node: np.ones_like(value) for node, value in values.items()}


def output_counts_twice(graph, values, output):
    return {node: 2 * d for node, d in with_ifs(graph, values, output).items()}


def mean_over_users(graph, values, output):
    d = with_ifs(graph, values, output)
    count = {node: sum(list(i).count(node) for _, i in graph.values()) for node in graph}
    return {node: g / max(count[node], 1) for node, g in d.items()}


KEPT = {}


def kept_between_calls(graph, values, output):
    for node, g in with_ifs(graph, values, output).items():
        KEPT[node] = KEPT.get(node, 0) + g
    return {node: KEPT[node] for node in graph}


def only_output(graph, values, output):
    return {output: np.ones_like(values[output])}


def numerical_of_leaves(graph, values, output):
    """Rough slopes: half the digits are lost."""
    return {n: np.round(d, 3) for n, d in with_ifs(graph, values, output).items()}


def list_in_order(graph, values, output):
    d = with_ifs(graph, values, output)
    return [d[node] for node in order_of(graph)]


def zeros_replace_the_output(graph, values, output):
    d = with_ifs(graph, values, output)
    d[output] = np.zeros_like(d[output])
    return d


WRONG = [
    (f.__name__, (order_of, f))
    for f in (
        only_first_inputs,
        negative,
        all_ones,
        output_counts_twice,
        mean_over_users,
        kept_between_calls,
        only_output,
        numerical_of_leaves,
        list_in_order,
        zeros_replace_the_output,
    )
]
