"""Solutions of ``topological_order(graph) -> list``: every node after its inputs, any order."""

import functools
import heapq
from collections import Counter, defaultdict, deque
from graphlib import TopologicalSorter

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(graph):
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for name in graph[node][1]:
            visit(name)
        order.append(node)

    for node in graph:
        visit(node)
    return order


@put(RIGHT)
def queue_of_ready_nodes(graph):
    missing = {node: len(inputs) for node, (_, inputs) in graph.items()}
    users = defaultdict(list)
    for node, (_, inputs) in graph.items():
        for name in inputs:
            users[name].append(node)
    ready = deque(node for node, count in missing.items() if count == 0)
    order = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for user in users[node]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
    return order


@put(RIGHT)
def stack_of_ready_nodes(graph):
    needs = {node: set(inputs) for node, (_, inputs) in graph.items()}
    stack, order = [node for node in needs if not needs[node]], []
    while stack:
        node = stack.pop()
        order.append(node)
        for user, names in needs.items():
            if node in names:
                names.discard(node)
                if not names:
                    stack.append(user)
    return order


@put(RIGHT)
def swept_again_and_again(graph):
    order = []
    while len(order) < len(graph):
        for node, (_, inputs) in graph.items():
            if node not in order and all(name in order for name in inputs):
                order.append(node)
    return order


@put(RIGHT)
def library(graph):
    return list(
        TopologicalSorter({n: set(inputs) for n, (_, inputs) in graph.items()}).static_order()
    )


@put(RIGHT)
def sorted_by_depth(graph):
    depth: dict[str, int] = {}

    def deep(node):
        if node not in depth:
            depth[node] = 1 + max((deep(name) for name in graph[node][1]), default=-1)
        return depth[node]

    return sorted(graph, key=deep)


@put(RIGHT)
def first_in_the_alphabet_first(graph):
    counts = {node: len(set(inputs)) for node, (_, inputs) in graph.items()}
    heap, order = [node for node in graph if counts[node] == 0], []
    heapq.heapify(heap)
    while heap:
        node = heapq.heappop(heap)
        order.append(node)
        for user, (_, inputs) in graph.items():
            if node in inputs:
                counts[user] -= 1
                if counts[user] == 0:
                    heapq.heappush(heap, user)
    return order


@put(RIGHT)
def sinks_taken_off(graph):
    # From the end: a node that nobody uses any more comes last.
    left, order = dict(graph), []
    while left:
        used = {name for _, inputs in left.values() for name in inputs}
        node = next(node for node in left if node not in used)
        order.append(node)
        del left[node]
    return order[::-1]


@put(RIGHT)
def layers(graph):
    order, rest = [], set(graph)
    while rest:
        layer = [node for node in graph if node in rest and not rest & set(graph[node][1])]
        order += layer
        rest -= set(layer)
    return order


@put(RIGHT)
def number_of_ancestors(graph):
    # Whoever is needed has fewer nodes below it.
    below = {node: set(inputs) for node, (_, inputs) in graph.items()}
    while True:
        wider = {node: names.union(*(below[n] for n in names)) for node, names in below.items()}
        if wider == below:
            return sorted(graph, key=lambda node: len(below[node]))
        below = wider


@put(RIGHT)
def own_stack(graph):
    order, placed = [], set()
    for start in reversed(list(graph)):
        stack = [(start, iter(graph[start][1]))]
        while stack:
            node, names = stack[-1]
            name = next((n for n in names if n not in placed), None)
            if name is not None:
                stack.append((name, iter(graph[name][1])))
            else:
                stack.pop()
                if node not in placed:
                    placed.add(node)
                    order.append(node)
    return order


@put(RIGHT)
def keys_of_a_dict(graph, done=None):
    done = {} if done is None else done
    for node in graph:
        if node not in done:
            pending = [node]
            while pending:
                top = pending[-1]
                before = [name for name in graph[top][1] if name not in done]
                if before:
                    pending.extend(before)
                else:
                    done[pending.pop()] = True
    return list(done)


RIGHT["partially_applied"] = (functools.partial(keys_of_a_dict, done=None),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nodes_removed_from_the_graph(graph):  # graph is changed
    order = []
    while graph:
        node = next(n for n, (_, names) in graph.items() if all(m not in graph for m in names))
        order.append(node)
        del graph[node]
    return order


# The same graph, its entries in another order: whether that is a change is not said.
@put(EITHER)
def graph_brought_into_order(graph):  # graph is changed
    order = textbook(graph)
    for node in order:
        graph[node] = graph.pop(node)
    return order


# --- left open --------------------------------------------------------------------------------


# A list was asked for; a loop over it works all the same.
@put(EITHER)
def tuple_of_nodes(graph):
    return tuple(textbook(graph))


@put(EITHER)
def array_of_nodes(graph):
    return np.array(textbook(graph))


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "as_it_stands": list,
    "reversed_as_it_stands": lambda graph: list(graph)[::-1],
    "alphabetical": sorted,
    "outputs_first": lambda graph: textbook(graph)[::-1],
    "first_node_left_out": lambda graph: textbook(graph)[1:],
    "last_node_left_out": lambda graph: textbook(graph)[:-1],
    "first_node_twice": lambda graph: [*textbook(graph)[:1], *textbook(graph)],
    "as_a_set": lambda graph: set(textbook(graph)),
    "numbers": lambda graph: list(range(len(graph))),
    "node_to_place": lambda graph: {node: i for i, node in enumerate(textbook(graph))},
    "operations": lambda graph: [graph[node][0] for node in textbook(graph)],
    "pairs": lambda graph: [(node, graph[node]) for node in textbook(graph)],
    "joined_text": lambda graph: " ".join(textbook(graph)),
    "without_leaves": lambda graph: [n for n in textbook(graph) if graph[n][1]],
    "leaves_only": lambda graph: [n for n in graph if not graph[n][1]],
    "leaves_first_then_as_it_stands": lambda graph: sorted(graph, key=lambda n: bool(graph[n][1])),
    "number_of_inputs": lambda graph: sorted(graph, key=lambda n: len(graph[n][1])),
    "most_used_first": lambda graph: sorted(
        graph, key=lambda n: -sum(n in inputs for _, inputs in graph.values())
    ),
    "nothing": lambda graph: [],
    "none": lambda graph: None,
    "constant": lambda graph: ["x", "W", "u", "z", "L"],
    "random_order": lambda graph: np.random.default_rng(3).permutation(list(graph)).tolist(),
    "last_two_exchanged": lambda graph: [*textbook(graph)[:-2], *textbook(graph)[:-3:-1]],
}.items():
    WRONG[name] = (wrong,)


@put(WRONG)
def not_marked_as_seen(graph):
    # Nodes that are used twice come twice.
    order = []

    def visit(node):
        for name in graph[node][1]:
            visit(name)
        order.append(node)

    for node in graph:
        visit(node)
    return order


@put(WRONG)
def before_its_inputs(graph):
    # A node is appended before it is gone down from.
    order = []

    def visit(node):
        if node not in order:
            order.append(node)
            for name in graph[node][1]:
                visit(name)

    for node in graph:
        visit(node)
    return order


@put(WRONG)
def before_its_inputs_reversed(graph):
    # Looks like an order, and is none where two paths of different length meet.
    return before_its_inputs(dict(reversed(graph.items())))[::-1]


@put(WRONG)
def breadth_first(graph):
    # A node comes as soon as its first input is there.
    order = [node for node in graph if not graph[node][1]]
    for node in order:
        order += [user for user in graph if node in graph[user][1] and user not in order]
    return order


@put(WRONG)
def smallest_depth(graph):
    def depth(node):
        return 1 + min((depth(name) for name in graph[node][1]), default=-1)

    return sorted(graph, key=depth)


@put(WRONG)
def depth_of_the_first_input(graph):
    def depth(node):
        return 1 + depth(graph[node][1][0]) if graph[node][1] else 0

    return sorted(graph, key=depth)


@put(WRONG)
def one_input_is_enough(graph):
    order = []
    while len(order) < len(graph):
        for node, (_, inputs) in graph.items():
            if node not in order and (not inputs or any(name in order for name in inputs)):
                order.append(node)
    return order


@put(WRONG)
def last_input_is_enough(graph):
    order = []
    while len(order) < len(graph):
        for node, (_, inputs) in graph.items():
            if node not in order and (not inputs or inputs[-1] in order):
                order.append(node)
    return order


@put(WRONG)
def what_the_last_node_needs(graph):
    # Nodes that lead elsewhere are missing.
    order = []

    def visit(node):
        if node not in order:
            for name in graph[node][1]:
                visit(name)
            order.append(node)

    visit(list(graph)[-1])
    return order


@put(WRONG)
def used_twice_counted_once(graph):
    # "mul" of x and x: the count falls to -1 and is never 0 where it is looked at.
    missing = {node: len(set(inputs)) for node, (_, inputs) in graph.items()}
    order = [node for node in graph if missing[node] == 0]
    for node in order:
        for user, (_, inputs) in graph.items():
            missing[user] -= Counter(inputs)[node]
            if node in inputs and missing[user] == 0:
                order.append(user)
    return order


@put(WRONG)
def counted_twice_used_once(graph):
    # "mul" of x and x waits for a second x for ever, and is missing.
    missing = {node: len(inputs) for node, (_, inputs) in graph.items()}
    order = [node for node in graph if missing[node] == 0]
    for node in order:
        for user, (_, inputs) in graph.items():
            if node in inputs:
                missing[user] -= 1
                if missing[user] == 0:
                    order.append(user)
    return order


@put(WRONG)
def unused_leaves_left_out(graph):
    used = {name for _, inputs in graph.values() for name in inputs}
    return [node for node in textbook(graph) if node in used or graph[node][1]]


@put(WRONG)
def two_passes(graph):
    # Enough for graphs that are nearly in order.
    order = []
    for _ in range(2):
        for node, (_, inputs) in graph.items():
            if node not in order and all(name in order for name in inputs):
                order.append(node)
    return order + [node for node in graph if node not in order]


@put(WRONG)
def one_exchange(graph):
    # Each node is moved behind its last input, once, which may move it before its users or not.
    order = list(graph)
    for node in list(graph):
        places = [order.index(name) for name in graph[node][1]]
        if places and max(places) > order.index(node):
            last = order[max(places)]
            order.remove(node)
            order.insert(order.index(last) + 1, node)
    return order


@put(WRONG)
def remembered_between_calls(graph, seen=set()):  # noqa: B006
    # Right in the first call.
    order = []
    for node in textbook(graph):
        if node not in seen:
            seen.add(node)
            order.append(node)
    return order


@put(WRONG)
def leaves_by_name(graph):
    # Only leaves with the usual names are found.
    return [n for n in textbook(graph) if graph[n][1] or n in {"x", "W", "b", "w", "t", "y", "a"}]


@put(WRONG)
def two_inputs_expected(graph):
    # Operations with one input fail.
    order = []

    def visit(node):
        if node not in order:
            if graph[node][0] != "input":
                left, right = graph[node][1]
                visit(left)
                visit(right)
            order.append(node)

    for node in graph:
        visit(node)
    return order


@put(WRONG)
def raises(graph):
    raise NotImplementedError


@put(WRONG)
def two_mistakes(graph):
    return [node for node in reversed(list(graph)) if graph[node][1]]
