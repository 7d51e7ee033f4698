"""Solutions of ``topological_order(graph) -> list``: every node after its inputs, any order."""

from collections import defaultdict, deque
from graphlib import TopologicalSorter

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
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


@right
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


@right
def library(graph):
    return list(
        TopologicalSorter({n: set(inputs) for n, (_, inputs) in graph.items()}).static_order()
    )


@right
def a_tuple(graph):
    return tuple(textbook(graph))


@right
def a_generator(graph):
    yield from textbook(graph)


# --- right values in a deviating form ---------------------------------------------------------


@form
def a_dictionary(graph):
    return {node: graph[node] for node in textbook(graph)}


# --- left open --------------------------------------------------------------------------------


# The same graph, its entries in another order: whether that is a change is not said.
@open_
def graph_brought_into_order(graph):  # graph is changed
    order = textbook(graph)
    for node in order:
        graph[node] = graph.pop(node)
    return order


# --- wrong ------------------------------------------------------------------------------------


@wrong
def unused_leaves_left_out(graph):
    used = {name for _, inputs in graph.values() for name in inputs}
    return [node for node in textbook(graph) if node in used or graph[node][1]]


wrong.add("depth_limited", lambda graph: textbook(graph)[:30])


@wrong
def last_input_is_enough(graph):
    order = []
    while len(order) < len(graph):
        for node, (_, inputs) in graph.items():
            if node not in order and (not inputs or inputs[-1] in order):
                order.append(node)
    return order


@wrong
def one_list_for_all_calls(graph, order=[]):  # noqa: B006
    for node in textbook(graph):
        if node not in order:
            order.append(node)
    return order


wrong.edit("two_inputs_of_each_node", textbook, "graph[node][1]:", "graph[node][1][:2]:")

programs.beside_the_point = [
    "return list(graph)",
    "return sorted(graph)",
]
