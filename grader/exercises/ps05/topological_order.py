"""``topological_order(graph) -> list``: all nodes, each one after its inputs."""

from collections import Counter
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, step, unchanged_inputs, values


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


def graph(rng: np.random.Generator, about: str, *lines: str) -> Case:
    """``"z tanh u"`` is the node z made by tanh of u; a name alone is a leaf.

    The order of the lines is that of the dictionary. Names get a random number behind them, which
    changes neither that order nor the alphabetical one.
    """
    nodes = [line.split() for line in lines]
    name = {node[0]: f"{node[0]}_{rng.integers(10, 100)}" for node in nodes}
    tape: dict[str, Any] = {
        name[node]: [*(operation or ["input"]), [name[i] for i in inputs]]
        for node, operation, inputs in ((n[0], n[1:2], n[2:]) for n in nodes)
    }
    # Each node by itself once more, because reports show short values only.
    shown = {node: " ".join([operation, *inputs]) for node, (operation, inputs) in tape.items()}
    return case(about, graph=tape, **(shown if len(shown) < 10 else {}))


def cases(rng: np.random.Generator) -> list[Case]:
    steps = [f"k{i:02} tanh k{i - 1:02}" for i in range(1, 60)]
    return [
        graph(rng, "two steps", "a exp x", "x", "s sum a"),
        graph(rng, "from the end to the beginning", "y sum q", "q exp p", "p tanh x", "x"),
        graph(rng, "a value used twice by one node", "s sum b", "b mul a a", "a"),
        graph(
            rng,
            "a branch that joins again",
            *("u sum w", "d exp x", "w mul d c", "c tanh x", "x"),
        ),
        graph(
            rng,
            "a short way and a long one",
            *("z sum m", "m add x r", "x", "p exp x", "r tanh q", "q tanh p"),
        ),
        graph(
            rng,
            "a layer",
            *("v add u b", "L sum z", "z tanh v", "W", "u matmul x W", "b", "x"),
        ),
        graph(
            rng,
            "nodes that nobody needs",
            *("r exp e", "L sum h", "e", "h tanh x", "q log f", "x", "f"),
        ),
        graph(rng, "leaves alone", "b", "a"),
        graph(rng, "sixty steps in a row", *steps[::-1], "k00"),
    ]


def run(topological_order, case):
    # A first call with a copy: a list kept outside of the call would show.
    first = {
        node: (operation, tuple(inputs)) for node, (operation, inputs) in case["graph"].items()
    }
    topological_order(first)
    graph = {
        node: (operation, tuple(inputs)) for node, (operation, inputs) in case["graph"].items()
    }
    given = dict(graph)
    order = topological_order(graph)
    if graph != given:
        case["graph"] = {}
    if isinstance(order, (dict, str, set, frozenset)) or not hasattr(order, "__iter__"):
        return {"order": order, "type": type(order).__name__}
    return {"order": list(order), "type": "list"}


NODES, ORDER, TYPE = "the nodes", "their order", "the type of the result"


def observe(case, outputs):
    """Several orders are right; whether this is one of them can be said."""
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
    """Which nodes are missing, or there too often."""
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
    """Whether each node stands behind its inputs, else the first that do not."""
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


CHAINS = ("two steps", "from the end to the beginning")
JOINED = ("a branch that joins again", "a short way and a long one", "a layer")
NOWHERE = ("nodes that nobody needs", "leaves alone")

exercise = function(
    topological_order,
    returns="a list of nodes",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(NODES, ORDER, weight=3, cases=CHAINS, title="a chain, however it is written down"),
        values(NODES, ORDER, weight=3, cases=JOINED, title="branches that join again"),
        values(
            NODES,
            ORDER,
            weight=2,
            cases="a value used twice by one node",
            title="a node that uses a value twice",
        ),
        values(
            NODES,
            ORDER,
            weight=2,
            cases=NOWHERE,
            title="nodes that lead nowhere are there as well",
        ),
        values(NODES, ORDER, cases="sixty steps in a row", title="sixty steps in a row"),
    ],
    form=(values(TYPE, form=True, title="a list"), unchanged_inputs()),
    answers=("course_lib.graph.topological_order",),
    hints=(
        step(
            "Which nodes can be computed at once? And which, when those are done?",
            *("a chain, however it is written down", "branches that join again"),
        ),
        step(
            "A node such as `a * a` has the same input twice. How often does it count in your "
            "calculation, and how often is it found?",
            "a node that uses a value twice",
        ),
        step(
            "No other node needs the result of these nodes, and yet they belong in the list. From "
            "where does your search begin?",
            "nodes that lead nowhere are there as well",
        ),
        step(
            "The same chain, but longer: is there a limit to the number of rounds or calls?",
            "sixty steps in a row",
        ),
        "Two ways lead there. Again and again, take the nodes whose inputs are all taken. Or: "
        "to visit a node, visit its inputs first, then write it down, and visit nothing twice.",
        "Smaller: {'L': ('sum', ('c',)), 'c': ('mul', ('a', 'b')), 'a': leaf, 'b': leaf}. At "
        "once: a and b. With those: c. Then L. ['a', 'b', 'c', 'L'] and ['b', 'a', 'c', 'L'] "
        "are both right.",
    ),
)

exercise.slip(
    "return order",
    "return list(graph)",
    "The nodes come in the order in which the dictionary was written. It may be written in any "
    "order, the last step first: look at the inputs of each node.",
)
exercise.slip(
    "return order",
    "return sorted(graph)",
    "The nodes are sorted by their names, and names say nothing about order.",
)
exercise.slip(
    "return order",
    "return list(graph)[::-1]",
    "The dictionary is read backwards. That helps only if it happens to be written backwards: "
    "look at the inputs of each node.",
)
exercise.slip(
    "return order",
    "return order[::-1]",
    "All is there, the other way round: each node stands before what it is made of. (The backward "
    "pass will need just that.)",
)
exercise.slip(
    """            for name in graph[node][1]:
                visit(name)
            order.append(node)""",
    """            order.append(node)
            for name in graph[node][1]:
                visit(name)""",
    "You go to the inputs of a node, but write the node down before them. When is it safe to "
    "write it down?",
)
exercise.slip(
    "if node not in order:",
    "if True:",
    "A node that is needed in several places is written down several times. What do you have to "
    "ask before you visit a node?",
)
exercise.slip(
    "for node in graph:",
    "used = {name for _, inputs in graph.values() for name in inputs}\n"
    "    for node in [node for node in graph if node not in used][:1]:",
    "You start at one node without users and miss what it does not need. A graph may have several "
    "ends: from where would you find every node?",
)
exercise.slip(
    "for node in graph:",
    "for node in list(graph)[-1:]:",
    "You start at the last entry of the dictionary, as if it were the end of the computation. Any "
    "node may be written last.",
)
exercise.slip(
    "for node in graph:",
    "for node in list(graph)[:1]:",
    "You start at the first entry only, and miss what it does not need.",
)
exercise.slip(
    "return order",
    "return [node for node in order if graph[node][1]]",
    "The leaves are missing. They are nodes like the others, with an empty tuple of inputs.",
)
exercise.slip(
    "return order",
    "return sorted(graph, key=lambda node: bool(graph[node][1]))",
    "The leaves come first, which is right, but the rest stands as it was written. Among the "
    "others, too, each waits for its inputs.",
)
exercise.slip(
    "return order",
    "return [(node, graph[node]) for node in order]",
    "Each entry is a tuple or a list: hand back the nodes alone, without their operations.",
)


def users(graph, node):
    return [user for user in graph if node in graph[user][1]]


@exercise.mistake
def breadth_first(graph):
    """A node is taken as soon as ONE of its inputs is there. With a short way and a long one to it
    that is too early: wait for all inputs.
    """
    order = [node for node in graph if not graph[node][1]]
    for node in order:
        order += [user for user in users(graph, node) if user not in order]
    return order


@exercise.mistake(needs=("a chain, however it is written down", "branches that join again"))
def counts_an_input_once(graph):
    """A node such as `a * a` never gets its turn: you count two inputs for it, and take off one
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


@exercise.mistake
def written_down_too_early(graph):
    """A node is written down when it is met first, before its inputs, and the list is reversed in
    the end. Where two ways join, is the node behind all that it needs?
    """
    return before_their_inputs(graph, graph)


@exercise.mistake
def written_down_too_early_from_the_end(graph):
    """A node is written down when it is met, from the last entry of the dictionary on, and the list
    is reversed in the end. When is it safe to write a node down?
    """
    return before_their_inputs(graph, reversed(graph))


@exercise.mistake
def one_sweep(graph):
    """You go through the dictionary once. A node that is not ready yet when its turn comes is never
    asked again.
    """
    order = []
    for node, (_operation, inputs) in graph.items():
        if all(name in order for name in inputs):
            order.append(node)
    return order


@exercise.mistake(needs=("a chain, however it is written down", "branches that join again"))
def takes_from_the_graph(graph):
    """The order is right, but afterwards the graph is another one, and it belongs to the
    caller. Work on a copy, or keep a list of what is done.
    """
    order = topological_order(graph)
    graph.clear()
    return order
