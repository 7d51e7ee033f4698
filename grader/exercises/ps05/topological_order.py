"""``topological_order(graph) -> list``: all nodes, each one after its inputs."""

from collections import Counter
from typing import Any

import numpy as np

from course_lib.graph import topological_order
from grader.checking import Case, Exercise, Mistake, _, case, unchanged_inputs, values


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


def run(topological_order: Any, case: Case) -> dict[str, Any]:
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


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
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


def complete(graph: dict[str, Any], order: list[str]) -> str:
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


def in_words(graph: dict[str, Any], order: list[str]) -> str:
    """Whether each node stands behind its inputs, else the first that do not."""
    place: dict[str, int] = {}
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


def as_written(graph: Any) -> Any:
    return list(graph)


def alphabetical(graph: Any) -> Any:
    return sorted(graph)


def reversed_dictionary(graph: Any) -> Any:
    return list(graph)[::-1]


def walk(graph: Any, starts: Any, *, after: bool = True, once: bool = True) -> Any:
    """Depth first; with ``after`` a node is written down after its inputs."""
    order: list[Any] = []

    def visit(node: Any) -> None:
        if once and node in order:
            return
        if not after:
            order.append(node)
        for name in graph[node][1]:
            visit(name)
        if after:
            order.append(node)

    for node in starts:
        visit(node)
    return order


def outputs_first(graph: Any) -> Any:
    return walk(graph, graph)[::-1]


def written_before_inputs(graph: Any) -> Any:
    return walk(graph, graph, after=False)


def several_times(graph: Any) -> Any:
    return walk(graph, graph, once=False)


def users(graph: Any, node: Any) -> list[Any]:
    return [user for user in graph if node in graph[user][1]]


def from_one_output(graph: Any) -> Any:
    ends = [node for node in graph if not users(graph, node)]
    return walk(graph, ends[:1])


def from_the_last_entry(graph: Any) -> Any:
    return walk(graph, list(graph)[-1:])


def from_the_first_entry(graph: Any) -> Any:
    return walk(graph, list(graph)[:1])


def operations_only(graph: Any) -> Any:
    return [node for node in topological_order(graph) if graph[node][1]]


def leaves_then_the_rest(graph: Any) -> Any:
    return sorted(graph, key=lambda node: bool(graph[node][1]))


def breadth_first(graph: Any) -> Any:
    order = [node for node in graph if not graph[node][1]]
    for node in order:
        order += [user for user in users(graph, node) if user not in order]
    return order


def counts_an_input_once(graph: Any) -> Any:
    missing = {node: len(inputs) for node, (_operation, inputs) in graph.items()}
    order = [node for node in graph if missing[node] == 0]
    for node in order:
        for user in users(graph, node):
            missing[user] -= 1
            if missing[user] == 0:
                order.append(user)
    return order


def one_sweep(graph: Any) -> Any:
    order: list[Any] = []
    for node, (_operation, inputs) in graph.items():
        if all(name in order for name in inputs):
            order.append(node)
    return order


def with_their_operations(graph: Any) -> Any:
    return [(node, graph[node]) for node in topological_order(graph)]


def takes_from_the_graph(graph: Any) -> Any:
    order = []
    while graph:
        free = [n for n, (_op, inputs) in graph.items() if not any(i in graph for i in inputs)]
        for node in free:
            del graph[node]
        order += free
    return order


exercise = Exercise(
    name="topological_order",
    takes=("topological_order",),
    points=2,
    reference=(topological_order,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            NODES,
            ORDER,
            weight=3,
            cases=("two steps", "from the end to the beginning"),
            title=_("a chain, however it is written down"),
        ),
        values(
            NODES,
            ORDER,
            weight=3,
            cases=("a branch that joins again", "a short way and a long one", "a layer"),
            title=_("branches that join again"),
        ),
        values(
            NODES,
            ORDER,
            weight=2,
            cases="a value used twice by one node",
            title=_("a node that uses a value twice"),
        ),
        values(
            NODES,
            ORDER,
            weight=2,
            cases=("nodes that nobody needs", "leaves alone"),
            title=_("nodes that lead nowhere are there as well"),
        ),
        values(NODES, ORDER, cases="sixty steps in a row", title=_("sixty steps in a row")),
        values(TYPE, form=True, title=_("a list")),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            as_written,
            hint=_(
                "The nodes come in the order in which the dictionary was written. It may be "
                "written in any order, the last step first: look at the inputs of each node."
            ),
        ),
        Mistake(
            alphabetical,
            hint=_("The nodes are sorted by their names, and names say nothing about order."),
        ),
        Mistake(
            reversed_dictionary,
            hint=_(
                "The dictionary is read backwards. That helps only if it happens to be written "
                "backwards: look at the inputs of each node."
            ),
        ),
        Mistake(
            outputs_first,
            hint=_(
                "All is there, the other way round: each node stands before what it is made of. "
                "(The way back will need just that.)"
            ),
        ),
        Mistake(
            written_before_inputs,
            hint=_(
                "You go to the inputs of a node, but write the node down before them. When is it "
                "safe to write it down?"
            ),
        ),
        Mistake(
            several_times,
            hint=_(
                "A node that is needed in several places is written down several times. What do "
                "you have to ask before you visit a node?"
            ),
        ),
        Mistake(
            from_one_output,
            hint=_(
                "You start at one node without users and miss what it does not need. A graph may "
                "have several ends: from where would you find every node?"
            ),
        ),
        Mistake(
            from_the_last_entry,
            hint=_(
                "You start at the last entry of the dictionary, as if it were the end of the "
                "computation. Any node may be written last."
            ),
        ),
        Mistake(
            from_the_first_entry,
            hint=_("You start at the first entry only, and miss what it does not need."),
        ),
        Mistake(
            operations_only,
            hint=_(
                "The leaves are missing. They are nodes like the others, with an empty tuple of "
                "inputs."
            ),
        ),
        Mistake(
            leaves_then_the_rest,
            hint=_(
                "The leaves come first, which is right, but the rest stands as it was written. "
                "Among the others, too, each waits for its inputs."
            ),
        ),
        Mistake(
            breadth_first,
            hint=_(
                "A node is taken as soon as ONE of its inputs is there. With a short way and a "
                "long one to it that is too early: wait for all inputs."
            ),
        ),
        Mistake(
            counts_an_input_once,
            hint=_(
                "A node such as `a * a` never gets its turn: you count two inputs for it, and take "
                "off one when `a` is done."
            ),
        ),
        Mistake(
            one_sweep,
            hint=_(
                "You go through the dictionary once. A node that is not ready yet when its turn "
                "comes is never asked again."
            ),
        ),
        Mistake(
            with_their_operations,
            hint=_("The order is right; hand back the nodes alone, without their operations."),
        ),
        Mistake(
            takes_from_the_graph,
            hint=_(
                "The order is right, but afterwards the graph is empty, and it belongs to whoever "
                "called you. Work on a copy, or keep a list of what is done."
            ),
        ),
    ],
    answers=("course_lib.graph.topological_order",),
    returns="a list of nodes",
    hints=(
        _("Which nodes can be computed at once? And which, when those are done?"),
        _(
            "Two ways lead there. Again and again, take the nodes whose inputs are all taken. Or: "
            "to visit a node, visit its inputs first, then write it down, and visit nothing twice."
        ),
        _(
            "Smaller: {'L': ('sum', ('c',)), 'c': ('mul', ('a', 'b')), 'a': leaf, 'b': leaf}. At "
            "once: a and b. With those: c. Then L. ['a', 'b', 'c', 'L'] and ['b', 'a', 'c', 'L'] "
            "are both right."
        ),
    ),
)
