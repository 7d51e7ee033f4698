"""Programs for ``topological_order``."""

from collections import Counter, deque
from graphlib import TopologicalSorter


def depth_first(graph):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for name in graph[node][1]:
                visit(name)
            order.append(node)

    for node in graph:
        visit(node)
    return order


def from_the_end_of_the_dictionary(graph):
    done = {}

    def visit(node):
        if node in done:
            return
        for name in reversed(graph[node][1]):
            visit(name)
        done[node] = True

    for node in reversed(list(graph)):
        visit(node)
    return list(done)


def with_a_queue(graph):
    waiting = {node: Counter(inputs) for node, (_, inputs) in graph.items()}
    free = deque(node for node, inputs in waiting.items() if not inputs)
    order = []
    while free:
        node = free.popleft()
        order.append(node)
        for user, inputs in waiting.items():
            if node in inputs:
                del inputs[node]
                if not inputs:
                    free.append(user)
    return order


def again_and_again(graph):
    order = []
    while len(order) < len(graph):
        for node in graph:
            if node not in order and set(graph[node][1]) <= set(order):
                order.append(node)
                break
    return order


def by_depth(graph):
    """How many steps the longest way to a node has, and sort by it."""
    depth = dict.fromkeys(graph, 0)
    for _ in graph:
        for node, (_, inputs) in graph.items():
            depth[node] = max((depth[name] + 1 for name in inputs), default=0)
    return sorted(graph, key=depth.get)


def with_a_stack(graph):
    order, done, stack = [], set(), list(graph)
    while stack:
        node = stack[-1]
        open_inputs = [name for name in graph[node][1] if name not in done]
        if open_inputs:
            stack.extend(open_inputs)
            continue
        stack.pop()
        if node not in done:
            done.add(node)
            order.append(node)
    return order


def standard_library(graph):
    return list(TopologicalSorter({n: inputs for n, (_, inputs) in graph.items()}).static_order())


def outputs_first_then_reversed(graph):
    users = {node: [] for node in graph}
    for node, (_, inputs) in graph.items():
        for name in set(inputs):
            users[name].append(node)
    left = {node: len(them) for node, them in users.items()}
    free, order = [node for node in graph if not left[node]], []
    while free:
        node = free.pop()
        order.append(node)
        for name in set(graph[node][1]):
            left[name] -= 1
            if not left[name]:
                free.append(name)
    return order[::-1]


def a_tuple(graph):
    return tuple(depth_first(graph))


def a_generator(graph):
    yield from depth_first(graph)


def duplicates_taken_out(graph):
    def ways(node):
        return [n for name in graph[node][1] for n in ways(name)] + [node]

    return list(dict.fromkeys(n for node in graph for n in ways(node)))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        depth_first,
        from_the_end_of_the_dictionary,
        with_a_queue,
        again_and_again,
        by_depth,
        with_a_stack,
        standard_library,
        outputs_first_then_reversed,
        a_tuple,
        a_generator,
        duplicates_taken_out,
    )
]


def a_dictionary(graph):
    return {node: graph[node] for node in depth_first(graph)}


def empties_the_graph(graph):
    order = depth_first(graph)
    graph.clear()
    return order


def marks_in_the_graph(graph):
    order = depth_first(graph)
    for node in order:
        graph[node] = ("done", graph[node][1])
    return order


DRESSED = [(f.__name__, (f,)) for f in (a_dictionary, empties_the_graph, marks_in_the_graph)]


def by_number_of_inputs(graph):
    return sorted(graph, key=lambda node: len(graph[node][1]))


def by_shortest_depth(graph):
    def depth(node):
        return min((depth(name) + 1 for name in graph[node][1]), default=0)

    return sorted(graph, key=depth)


def first_inputs_only(graph):
    order = []

    def visit(node):
        if node not in order:
            for name in graph[node][1][:1]:
                visit(name)
            order.append(node)

    for node in graph:
        visit(node)
    return order


def two_sweeps(graph):
    order = []
    for _ in range(2):
        for node, (_, inputs) in graph.items():
            if node not in order and all(name in order for name in inputs):
                order.append(node)
    return order


def only_what_is_used(graph):
    used = {name for _, inputs in graph.values() for name in inputs}
    return [node for node in depth_first(graph) if node in used]


MEMORY = []


def one_list_for_all_calls(graph, order=MEMORY):
    for node in depth_first(graph):
        if node not in order:
            order.append(node)
    return order


def levels(graph):
    return [[node] for node in depth_first(graph)]


def marks_after_its_users(graph):
    order = depth_first(graph)
    order[0], order[-1] = order[-1], order[0]
    return order


def depth_limited(graph):
    return depth_first(graph)[:30]


WRONG = [
    (f.__name__, (f,))
    for f in (
        by_number_of_inputs,
        by_shortest_depth,
        first_inputs_only,
        two_sweeps,
        only_what_is_used,
        one_list_for_all_calls,
        levels,
        marks_after_its_users,
        depth_limited,
    )
]
