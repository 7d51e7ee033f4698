"""``topological_order(graph) -> list``: all nodes, each one after its inputs."""

from collections import Counter
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


def topological_order(graph):
    order = []

    def visit(node):
        if node not in order:
            for name in graph[node][1]:
                visit(name)
            order.append(node)

    for node in graph:
        visit(node)
    return order


def graph(rng: np.random.Generator, about: str, lines: str) -> Case:
    """``"z tanh u, u"``: the node z is made by tanh of u; a name alone is a leaf.

    The order of the lines is that of the dictionary. Names get a random number behind them, which
    changes neither that order nor the alphabetical one.
    """
    nodes = [line.split() for line in lines.split(", ")]
    name = {node[0]: f"{node[0]}_{rng.integers(10, 100)}" for node in nodes}
    tape: dict[str, Any] = {
        name[node]: [*(operation or ["input"]), [name[i] for i in inputs]]
        for node, operation, inputs in ((n[0], n[1:2], n[2:]) for n in nodes)
    }
    # Each node by itself once more, because reports show short values only.
    shown = {node: " ".join([operation, *inputs]) for node, (operation, inputs) in tape.items()}
    return case(about, graph=tape, **(shown if len(shown) < 10 else {}))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    steps = [f"k{i:02} tanh k{i - 1:02}" for i in range(1, 60)]
    return {
        "a chain, written in any order": [
            graph(rng, "two steps", "a exp x, x, s sum a"),
            graph(rng, "from the end to the beginning", "y sum q, q exp p, p tanh x, x"),
        ],
        "a node that uses a value twice": [graph(rng, "", "s sum b, b mul a a, a")],
        "branches that join again": [
            graph(rng, "a branch that joins again", "u sum w, d exp x, w mul d c, c tanh x, x"),
            graph(
                rng,
                "a short path and a long one",
                "z sum m, m add x r, x, p exp x, r tanh q, q tanh p",
            ),
            graph(rng, "a node with three inputs", "y sum s, s stack z x t, t tanh z, x, z exp x"),
            graph(rng, "a layer", "v add u b, L sum z, z tanh v, W, u matmul x W, b, x"),
        ],
        "nodes that no other node uses are included": [
            graph(rng, "two ends", "r exp e, L sum h, e, h tanh x, q log f, x, f"),
            graph(rng, "leaves alone", "b, a"),
        ],
        "sixty steps in a row": [graph(rng, "", ", ".join([*steps[::-1], "k00"]))],
    }


def run(topological_order, case):
    def tape():
        return {node: (operation, tuple(i)) for node, (operation, i) in case["graph"].items()}

    topological_order(tape())  # shows a list that is kept between calls
    graph = tape()
    order = topological_order(graph)
    if graph != tape():
        case["graph"] = {}
    if isinstance(order, (dict, str, set, frozenset)) or not hasattr(order, "__iter__"):
        return {"order": order, "type": type(order).__name__}
    return {"order": list(order), "type": "list"}


NODES, ORDER, TYPE = "the nodes", "their order", "the type of the result"


def observe(case, outputs):
    """Several orders are right; this says whether the result is one of them."""
    graph, order = case["graph"], outputs["order"]
    kind = outputs["type"]
    if isinstance(order, dict):
        order = list(order)
    if not isinstance(order, list) or not all(isinstance(node, str) for node in order):
        pairs = isinstance(order, list) and order and all(isinstance(one, list) for one in order)
        what = "pairs and not nodes" if pairs else "no list of nodes"
        return {NODES: what, ORDER: what, TYPE: kind}
    return {NODES: complete(graph, order), ORDER: in_words(graph, order), TYPE: kind}


def complete(graph, order):
    """Which nodes are missing or occur too often."""
    missing = sorted(graph.keys() - set(order))
    others = sorted(set(order) - graph.keys())
    often = sorted(node for node, count in Counter(order).items() if count > 1)
    problems = [
        f"{words}: {', '.join(names[:4])}{', …' if len(names) > 4 else ''}"
        for words, names in (("missing", missing), ("no node", others), ("more than once", often))
        if names
    ]
    return "; ".join(problems) or "each of them once"


def in_words(graph, order):
    """Whether each node comes after its inputs, else the first ones that do not."""
    place = {}
    for i, node in enumerate(order):
        place.setdefault(node, i)
    if not place or not place.keys() <= graph.keys():
        return "none that can be judged"
    early = [
        f"{node} comes before its input {name}"
        for node in place
        for name in graph[node][1]
        if place.get(name, len(order)) > place[node]
    ]
    return ", ".join(early[:6]) or "inputs first"


def users(graph, node):
    return [user for user in graph if node in graph[user][1]]


def breadth_first(graph):
    """You append a node as soon as ONE of its inputs is in the list. If a short and a long path
    lead to it, that is too early. Wait for all inputs.
    """
    order = [node for node in graph if not graph[node][1]]
    for node in order:
        order += [user for user in users(graph, node) if user not in order]
    return order


def counts_an_input_once(graph):
    """A node such as `a * a` is never appended: you count two inputs for it, but subtract only one
    when `a` is done.
    """
    missing = {node: len(inputs) for node, (_operation, inputs) in graph.items()}
    order = [node for node in graph if missing[node] == 0]
    for node in order:
        for user in users(graph, node):
            missing[user] -= 1
            if missing[user] == 0:
                order.append(user)
    return order


def before_their_inputs(graph, starts):
    order = []

    def visit(node):
        if node not in order:
            order.append(node)
            for name in graph[node][1]:
                visit(name)

    for node in starts:
        visit(node)
    return order[::-1]


def written_down_too_early(graph):
    """You append a node when you first reach it, before its inputs, and reverse the list at the
    end. If two paths lead to a node, does it then come after all its inputs?
    """
    return before_their_inputs(graph, graph)


def written_down_too_early_from_the_end(graph):
    """You append a node when you reach it, starting from the last entry of the dictionary, and
    reverse the list at the end. When may you append a node?
    """
    return before_their_inputs(graph, reversed(graph))


def one_sweep(graph):
    """You go through the dictionary once. A node whose inputs are not ready at that moment is never
    tried again.
    """
    order = []
    for node, (_operation, inputs) in graph.items():
        if all(name in order for name in inputs):
            order.append(node)
    return order


def takes_from_the_graph(graph):
    """The order is right, but your code changes the graph, which belongs to the caller. Work on a
    copy, or keep a list of the nodes that are done.
    """
    order = topological_order(graph)
    graph.clear()
    return order


exercise = function(
    topological_order,
    returns="a list of nodes",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(NODES, ORDER, weight=3, cases="a chain, written in any order"),
        values(NODES, ORDER, weight=3, cases="branches that join again"),
        values(
            NODES,
            ORDER,
            weight=2,
            cases="a node that uses a value twice",
            help="""A node such as `a * a` has the same input twice. How often does your code count
            this input, and how often does it find it?""",
        ),
        values(
            NODES,
            ORDER,
            weight=2,
            cases="nodes that no other node uses are included",
            help="""No other node uses the result of these nodes, but they belong in the list, too.
            At which nodes does your search start?""",
        ),
        values(
            NODES,
            ORDER,
            cases="sixty steps in a row",
            help="""This is the same chain, but longer. Does your code limit the number of
            iterations or of nested calls?""",
        ),
    ],
    form=(values(TYPE, alone=False, title="a list"), unchanged_inputs()),
    without=("in place",),  # it is given a graph, and the mistake has a hint of its own below
    answers=("course_lib.graph.backprop",),
    hints=(
        step(
            "Which nodes can you compute first? And which ones after those?",
            *("a chain, written in any order", "branches that join again"),
        ),
        "There are two methods. Either repeat: append the nodes whose inputs are all in the "
        "list. Or, to visit a node, visit its inputs first, then append the node, and visit no "
        "node twice.",
        "A smaller example: {'L': ('sum', ('c',)), 'c': ('mul', ('a', 'b')), 'a': leaf, 'b': "
        "leaf}. First a and b, which have no inputs, then c, then L. ['a', 'b', 'c', 'L'] and "
        "['b', 'a', 'c', 'L'] are both right.",
    ),
    mistakes=(
        *slips("""
return list(graph)
    You return the nodes in the order of the dictionary. It may be written in any order, even the
    last step first. Look at the inputs of each node.
return sorted(graph)
    You sort the nodes by their names, but the names do not determine the order of computation.
return list(graph)[::-1]
    You reverse the dictionary. That is right only if the dictionary was written in reverse order.
    Look at the inputs of each node.
return order[::-1]
    The order is reversed: each node comes before its inputs. (The backward pass needs exactly this
    order.)
if True:
    A node that is used several times is appended several times. What do you have to check before
    you visit a node?
for node in [n for n in graph if all(n not in inputs for _, inputs in graph.values())][:1]:
    You start at one node without users and miss the nodes on which it does not depend. A graph may
    have several such nodes. Where do you have to start so that you find every node?
for node in list(graph)[-1:]:
    You start at the last entry of the dictionary, as if it were the end of the computation. Any
    node may be written last.
for node in list(graph)[:1]:
    You start only at the first entry and miss the nodes on which it does not depend.
return [node for node in order if graph[node][1]]
    The leaves are missing. They are nodes like the others, with an empty tuple of inputs.
return sorted(graph, key=lambda node: bool(graph[node][1]))
    The leaves come first, and the other nodes keep the order of the dictionary. Each of them has to
    come after its inputs, too.
return sorted(graph, key=lambda node: len(graph[node][1]))
    You sort by the number of inputs. A node with one input can still depend on a node with two.
    Append a node only when all of its inputs are in the list.
return [(node, graph[node]) for node in order]
    Each entry is a tuple or a list. Return only the names of the nodes, without their operations.
"""),
        slip(
            """            for name in graph[node][1]:
                visit(name)
            order.append(node)""",
            """            order.append(node)
            for name in graph[node][1]:
                visit(name)""",
            "You visit the inputs of a node, but append the node before them. When may you "
            "append it?",
        ),
        mistake(breadth_first),
        mistake(
            counts_an_input_once,
            needs=("a chain, written in any order", "branches that join again"),
        ),
        mistake(written_down_too_early),
        mistake(written_down_too_early_from_the_end),
        mistake(one_sweep),
        mistake(
            takes_from_the_graph,
            needs=("a chain, written in any order", "branches that join again"),
        ),
    ),
)
