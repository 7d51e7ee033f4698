"""Solutions of ``backprop(graph, values, output) -> {node: gradient}``.

Each entry has the ``topological_order`` that stands before it in the notebook.
"""

import functools
from collections import defaultdict
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


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


right, form = put(RIGHT, topological_order), put(FORM, topological_order)
wrong, either = put(WRONG, topological_order), put(EITHER, topological_order)


def fitted(d, x):
    """Sum over what was stretched."""
    while np.ndim(d) > np.ndim(x):
        d = d.sum(axis=0)
    for axis, length in enumerate(np.shape(x)):
        if length == 1 and d.shape[axis] != 1:
            d = d.sum(axis=axis, keepdims=True)
    return d


LOCAL: dict[str, Any] = {
    "add": lambda dy, y, a, b: (dy, dy),
    "sub": lambda dy, y, a, b: (dy, -dy),
    "mul": lambda dy, y, a, b: (dy * b, dy * a),
    "matmul": lambda dy, y, a, b: (dy @ b.T, a.T @ dy),
    "exp": lambda dy, y, a: (dy * y,),
    "log": lambda dy, y, a: (dy / a,),
    "tanh": lambda dy, y, a: (dy * (1 - y**2),),
    "sum": lambda dy, y, a: (dy * np.ones_like(a),),
}


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
    needed = ancestors(graph, output)
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if operation == "input" or node not in needed:
            continue
        parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] + fitted(part, values[name])
    return grads


@right
def chain_of_ifs(graph, values, output):
    grads = {output: np.ones_like(values[output])}

    def give(name, d):
        d = fitted(np.asarray(d), values[name])
        grads[name] = grads[name] + d if name in grads else d

    for node in topological_order(graph)[::-1]:
        if node not in grads:
            continue
        op, names = graph[node]
        g = grads[node]
        if op == "add":
            give(names[0], g)
            give(names[1], g)
        elif op == "sub":
            give(names[0], g)
            give(names[1], -g)
        elif op == "mul":
            give(names[0], g * values[names[1]])
            give(names[1], g * values[names[0]])
        elif op == "matmul":
            give(names[0], np.dot(g, np.transpose(values[names[1]])))
            give(names[1], np.dot(np.transpose(values[names[0]]), g))
        elif op == "exp":
            give(names[0], g * np.exp(values[names[0]]))
        elif op == "log":
            give(names[0], g / values[names[0]])
        elif op == "tanh":
            give(names[0], g * (1 - np.tanh(values[names[0]]) ** 2))
        elif op == "sum":
            give(names[0], np.full_like(values[names[0]], g))
    return {node: grads.get(node, np.zeros_like(values[node])) for node in graph}


@right
def asked_from_the_leaves(graph, values, output):
    # The gradient at a node is the sum over its users; remembered once it is known.
    users = defaultdict(list)
    for node, (_, inputs) in graph.items():
        for place, name in enumerate(inputs):
            users[name].append((node, place))
    needed = ancestors(graph, output)

    @functools.cache
    def gradient(node):
        total = np.zeros_like(values[node])
        if node == output:
            total = np.ones_like(values[node])
        for user, place in users[node]:
            if user in needed:
                operation, inputs = graph[user]
                arguments = [values[name] for name in inputs]
                part = LOCAL[operation](gradient(user), values[user], *arguments)[place]
                total = total + fitted(part, values[node])
        return total

    return {node: gradient(node) for node in graph}


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
                descend(name, fitted(part, values[name]))

    descend(output, np.ones_like(values[output]))
    return grads


@right
def list_of_contributions(graph, values, output):
    incoming = {node: [] for node in graph}
    incoming[output].append(np.ones_like(values[output]))
    result = {}
    for node in reversed(topological_order(graph)):
        dy = functools.reduce(np.add, incoming[node]) if incoming[node] else None
        result[node] = np.zeros_like(values[node]) if dy is None else dy
        if dy is not None and graph[node][1]:
            names = graph[node][1]
            parts = LOCAL[graph[node][0]](dy, values[node], *map(values.get, names))
            for k in range(len(names)):
                incoming[names[k]].append(fitted(parts[k], values[names[k]]))
    return result


@right
def counting_the_users(graph, values, output):
    # Its own order: a node is ready once all its users that matter have reported.
    needed = ancestors(graph, output)
    waiting = dict.fromkeys(graph, 0)
    for node in needed:
        for name in graph[node][1]:
            waiting[name] += 1
    grads = {node: np.zeros_like(values[node]) for node in values}
    grads[output] = grads[output] + np.ones_like(values[output])
    ready = [output]
    while ready:
        node = ready.pop()
        operation, inputs = graph[node]
        if not inputs:
            continue
        parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] + fitted(part, values[name])
            waiting[name] -= 1
            if waiting[name] == 0:
                ready.append(name)
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


class Node:
    """A value that knows where it came from."""

    def __init__(self, value):
        self.value, self.grad, self.parents, self.operation = value, None, (), "input"

    def receive(self, d):
        d = fitted(d, self.value)
        self.grad = d if self.grad is None else self.grad + d

    def hand_on(self):
        if self.grad is None or not self.parents:
            return
        arguments = [parent.value for parent in self.parents]
        parts = LOCAL[self.operation](self.grad, self.value, *arguments)
        for parent, part in zip(self.parents, parts, strict=True):
            parent.receive(part)


@right
def objects(graph, values, output, *, seed=1):
    nodes = {name: Node(values[name]) for name in graph}
    for name, (operation, inputs) in graph.items():
        nodes[name].operation = operation
        nodes[name].parents = tuple(nodes[i] for i in inputs)
    nodes[output].receive(np.full_like(values[output], seed))
    for name in reversed(topological_order(graph)):
        nodes[name].hand_on()
    return {
        name: np.zeros_like(node.value) if node.grad is None else node.grad
        for name, node in nodes.items()
    }


RIGHT["partially_applied"] = (topological_order, functools.partial(objects, seed=1))


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(graph, values, output):  # lists
    return {node: np.asarray(d).tolist() for node, d in textbook(graph, values, output).items()}


@form
def leading_axis(graph, values, output):  # (1, ...)
    return {node: np.asarray(d)[None] for node, d in textbook(graph, values, output).items()}


@form
def double_precision(graph, values, output):  # float64 from float32
    return textbook(graph, {n: np.asarray(v, dtype=float) for n, v in values.items()}, output)


@form
def gradients_put_into_values(graph, values, output):  # values are changed
    grads = textbook(graph, values, output)
    values.update(grads)
    return grads


# --- left open --------------------------------------------------------------------------------


# Whether add, sub and mul stretch the smaller array is said by the library alone.
@either
def same_shapes_only(graph, values, output):
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    needed = ancestors(graph, output)
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if inputs and node in needed:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads[name] + part
    return grads


# Zeros are handed on too: nan where a node the output does not need has an infinite slope.
@either
def nodes_beside_not_skipped(graph, values, output):
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if inputs:
            with np.errstate(all="ignore"):
                parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads[name] + fitted(part, values[name])
    return grads


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
    fit=fitted,
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
            grads[name] = join(grads[name], fit(np.asarray(part), values[name]))
    return end(grads, graph, values, output)


def first_kept(old, new):
    return old if np.any(old) else new


for name, spoilt in {
    "overwritten": {"join": lambda old, new: new},
    "first_use_only": {"join": first_kept},
    "largest_use": {"join": np.maximum},
    "uses_averaged": {"join": lambda old, new: (old + new) / 2 if np.any(old) else new},
    "uses_subtracted": {"join": lambda old, new: new - old},
    "forward_order": {"order": lambda order: order},
    "last_node_skipped": {"order": lambda order: order[-2::-1]},
    "two_steps_back_only": {"order": lambda order: order[: -len(order) // 2 - 1 : -1]},
    "seed_of_zeros": {"seed": np.zeros_like},
    "seed_is_the_value": {"seed": lambda y: y},
    "seed_is_minus_one": {"seed": lambda y: -np.ones_like(y)},
    "seed_of_two": {"seed": lambda y: 2 * np.ones_like(y)},
    "add_to_the_first_only": {"local": {"add": lambda g, y, a, b: (g, 0 * g)}},
    "add_halved": {"local": {"add": lambda g, y, a, b: (g / 2, g / 2)}},
    "sub_without_minus": {"local": {"sub": lambda g, y, a, b: (g, g)}},
    "sub_exchanged": {"local": {"sub": lambda g, y, a, b: (-g, g)}},
    "mul_not_exchanged": {"local": {"mul": lambda g, y, a, b: (g * a, g * b)}},
    "mul_as_add": {"local": {"mul": lambda g, y, a, b: (g, g)}},
    "mul_without_upstream": {"local": {"mul": lambda g, y, a, b: (b + 0 * g, a + 0 * g)}},
    "mul_by_the_product": {"local": {"mul": lambda g, y, a, b: (g * y, g * y)}},
    "exp_by_the_input": {"local": {"exp": lambda g, y, a: (g * a,)}},
    "exp_without_upstream": {"local": {"exp": lambda g, y, a: (y,)}},
    "exp_forgotten": {"local": {"exp": lambda g, y, a: (g,)}},
    "exp_twice": {"local": {"exp": lambda g, y, a: (g * np.exp(y),)}},
    "log_by_the_output": {"local": {"log": lambda g, y, a: (g / y,)}},
    "log_multiplied": {"local": {"log": lambda g, y, a: (g * a,)}},
    "log_without_upstream": {"local": {"log": lambda g, y, a: (1 / a,)}},
    "log_guarded_too_much": {"local": {"log": lambda g, y, a: (g / (a + 0.1),)}},
    "log_sign": {"local": {"log": lambda g, y, a: (-g / a,)}},
    "tanh_by_the_input": {"local": {"tanh": lambda g, y, a: (g * (1 - a**2),)}},
    "tanh_not_squared": {"local": {"tanh": lambda g, y, a: (g * (1 - y),)}},
    "tanh_as_sigmoid": {"local": {"tanh": lambda g, y, a: (g * y * (1 - y),)}},
    "tanh_twice": {"local": {"tanh": lambda g, y, a: (g * (1 - np.tanh(y) ** 2),)}},
    "tanh_without_upstream": {"local": {"tanh": lambda g, y, a: (1 - y**2,)}},
    "tanh_as_relu": {"local": {"tanh": lambda g, y, a: (g * (a > 0),)}},
    "sum_as_mean": {"local": {"sum": lambda g, y, a: (g * np.ones_like(a) / np.size(a),)}},
    "sum_by_the_input": {"local": {"sum": lambda g, y, a: (g * a,)}},
    "sum_without_upstream": {"local": {"sum": lambda g, y, a: (np.ones_like(a),)}},
    "matmul_exchanged": {"local": {"matmul": lambda g, y, a, b: (a.T @ g, g @ b.T)}},
    "matmul_not_transposed": {"local": {"matmul": lambda g, y, a, b: (g @ b, a @ g)}},
    "matmul_right_reshaped": {
        "local": {"matmul": lambda g, y, a, b: (g @ b.T, (g.T @ a).reshape(b.shape))}
    },
    "matmul_left_averaged": {"local": {"matmul": lambda g, y, a, b: (g @ b.T, a.T @ g / len(a))}},
    "matmul_left_only": {"local": {"matmul": lambda g, y, a, b: (g @ b.T, 0 * b)}},
    "matmul_right_only": {"local": {"matmul": lambda g, y, a, b: (0 * a, a.T @ g)}},
    "leaves_only": {"end": lambda d, graph, v, o: {n: d[n] for n in d if not graph[n][1]}},
    "leaves_missing": {"end": lambda d, graph, v, o: {n: d[n] for n in d if graph[n][1]}},
    "output_missing": {"end": lambda d, graph, v, o: {n: d[n] for n in d if n != o}},
    "output_is_zero": {"end": lambda d, graph, v, o: d | {o: np.zeros_like(v[o])}},
    "unreached_missing": {
        "end": lambda d, graph, v, o: {n: d[n] for n in d if n in ancestors(graph, o)}
    },
    "unreached_none": {
        "end": lambda d, graph, v, o: {n: d[n] if n in ancestors(graph, o) else None for n in d}
    },
    "unreached_ones": {
        "end": lambda d, graph, v, o: {
            n: d[n] if n in ancestors(graph, o) else np.ones_like(d[n]) for n in d
        }
    },
    "summed_over_everything": {
        "end": lambda d, graph, v, o: {n: np.sum(d[n]) + np.zeros_like(d[n]) for n in d}
    },
    "clipped": {"end": lambda d, graph, v, o: {n: np.clip(d[n], -1, 1) for n in d}},
    "divided_by_the_rows": {
        "end": lambda d, graph, v, o: {n: d[n] / (len(d[n]) if np.ndim(d[n]) else 1) for n in d}
    },
    "list_of_gradients": {"end": lambda d, graph, v, o: list(d.values())},
    "values_returned": {"end": lambda d, graph, v, o: dict(v)},
    "same_for_every_leaf": {
        "end": lambda d, graph, v, o: {
            n: d[n] if graph[n][1] else np.full_like(d[n], np.mean(d[n])) for n in d
        }
    },
}.items():
    WRONG[name] = (topological_order, functools.partial(variant, **spoilt))  # type: ignore[arg-type]


@wrong
def same_input_twice_counted_once(graph, values, output):
    # mul of x and x gives x in place of 2 x.
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    needed = ancestors(graph, output)
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if inputs and node in needed:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in dict(zip(inputs, parts, strict=True)).items():
                grads[name] = grads[name] + fitted(part, values[name])
    return grads


@wrong
def order_of_the_dictionary(graph, values, output):
    # Right where the graph stands in order.
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    needed = ancestors(graph, output)
    for node in reversed(graph):
        operation, inputs = graph[node]
        if inputs and node in needed:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads[name] + fitted(part, values[name])
    return grads


@wrong
def handed_on_with_every_visit(graph, values, output):
    # Breadth first from the output: what was handed on before is handed on again.
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    queue = [output]
    while queue:
        node = queue.pop(0)
        operation, inputs = graph[node]
        if inputs:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads[name] + fitted(part, values[name])
                queue.append(name)
    return grads


@wrong
def visited_once_breadth_first(graph, values, output):
    # A node hands on before its longer paths have arrived.
    grads = {node: np.zeros_like(values[node]) for node in graph}
    grads[output] = np.ones_like(values[output])
    queue = [output]
    for node in queue:
        operation, inputs = graph[node]
        if inputs:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads[name] + fitted(part, values[name])
                if name not in queue:
                    queue.append(name)
    return grads


@wrong
def last_node_for_output(graph, values, output):
    scalars = [node for node in topological_order(graph) if np.shape(values[node]) == ()]
    return textbook(graph, values, scalars[-1])


@wrong
def every_node_starts_with_one(graph, values, output):
    grads = textbook(graph, values, output)
    return {node: d if node == output else d + 1 for node, d in grads.items()}


@wrong
def added_in_place_to_shared_arrays(graph, values, output):
    # add hands the same array to both inputs, and += changes it for both.
    grads = {output: np.array(np.ones_like(values[output]))}
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if inputs and node in grads:
            parts = LOCAL[operation](grads[node], values[node], *(values[n] for n in inputs))
            for name, part in zip(inputs, parts, strict=True):
                part = fitted(np.asarray(part), values[name])
                if name in grads:
                    grads[name] += part
                else:
                    grads[name] = part
    return {node: grads.get(node, np.zeros_like(values[node])) for node in graph}


@wrong
def two_mistakes(graph, values, output):
    return variant(
        graph,
        values,
        output,
        join=lambda old, new: new,
        local={"sub": lambda g, y, a, b: (g, g)},
    )


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
