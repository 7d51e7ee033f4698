"""``backprop(graph, values, output) -> {node: gradient}``: the backward pass through a graph."""

from typing import Any

import numpy as np

from course_lib.graph import evaluate_graph
from grader.checking.contract import FORM, Case, Exercise, case, step, values
from grader.exercises.ps05.topological_order import topological_order


def backprop(graph, values, output):
    gradients = {node: np.zeros_like(value) for node, value in values.items()}
    gradients[output] = np.ones_like(values[output])
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        x = [values[name] for name in inputs]
        y, dy = values[node], gradients[node]
        if not np.any(dy):
            continue  # nothing to hand on
        if operation == "add":
            dx = [dy, dy]
        elif operation == "sub":
            dx = [dy, -dy]
        elif operation == "mul":
            dx = [dy * x[1], dy * x[0]]
        elif operation == "matmul":
            dx = [dy @ x[1].T, x[0].T @ dy]
        elif operation == "exp":
            dx = [dy * y]
        elif operation == "log":
            dx = [dy / x[0]]
        elif operation == "tanh":
            dx = [dy * (1 - y**2)]
        elif operation == "sum":
            dx = [dy * np.ones_like(x[0])]
        else:
            dx = []
        for name, part in zip(inputs, dx, strict=True):
            gradients[name] = gradients[name] + part
    return gradients


def graph(
    rng: np.random.Generator,
    about: str,
    leaves: dict[str, tuple[int, ...]],
    *lines: str,
    output: str = "L",
    beside: str = "",
    dtype: str = "float64",
) -> Case:
    """``"z tanh u"`` is the node z made by tanh of u; the order of the lines is the dictionary's.

    Leaves are between 0.4 and 1.4, so that every logarithm exists; they are written last. What the
    output does not depend on is named in ``beside``.
    """
    nodes = [line.split() for line in lines]
    tape: dict[str, Any] = {node: [operation, inputs] for node, operation, *inputs in nodes}
    tape |= {leaf: ["input", []] for leaf in leaves}
    given = {
        leaf: np.asarray(rng.uniform(0.4, 1.4, size=shape), dtype=dtype)
        for leaf, shape in leaves.items()
    }
    # Each node by itself as well, because reports show short values only.
    shown = {node: given.get(node, " ".join([op, *inputs])) for node, (op, inputs) in tape.items()}
    of_leaves: Any = evaluate_graph({n: (op, tuple(i)) for n, (op, i) in tape.items()}, given)
    return case(
        about,
        graph=tape,
        values={node: np.asarray(of_leaves[node]) for node in tape},
        output=output,
        leaves=[leaf for leaf in leaves if leaf not in beside.split()],
        inner=[n for n, *_rest in nodes if n not in beside.split()],
        beside=beside.split(),
        **shown,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    shared: dict[str, tuple[int, ...]] = {"x": (3, 2), "W": (2, 2), "c": (3, 2)}
    return [
        graph(rng, "a number used twice", {"a": ()}, "L add a a"),
        graph(rng, "a number times itself", {"a": ()}, "L mul a a"),
        graph(rng, "a product", {"a": (3,), "b": (3,)}, "L sum p", "p mul a b"),
        graph(
            rng,
            "a difference",
            {"a": (3,), "b": (3,), "c": (3,)},
            *("L sum q", "q mul d c", "d sub a b"),
        ),
        graph(
            rng,
            "an addition",
            {"a": (3,), "b": (3,), "c": (3,)},
            *("L sum q", "q mul d c", "d add a b"),
        ),
        graph(rng, "an exponential", {"a": (3,), "b": (3,)}, "L sum p", "p mul e b", "e exp a"),
        graph(rng, "a logarithm", {"a": (3,), "b": (3,)}, "L sum p", "p mul e b", "e log a"),
        graph(rng, "a tanh", {"a": (3,), "b": (3,)}, "L sum p", "p mul e b", "e tanh a"),
        graph(rng, "log of a sum", {"a": (2, 3)}, "L log s", "s sum e", "e exp a"),
        graph(
            rng,
            "a matrix product",
            {"x": (2, 3), "W": (3, 4), "c": (2, 4)},
            *("L sum m", "m mul u c", "u matmul x W"),
        ),
        graph(
            rng,
            "a product of square matrices",
            {"x": (3, 3), "W": (3, 3), "c": (3, 3)},
            *("L sum m", "m mul u c", "u matmul x W"),
        ),
        graph(
            rng,
            "a short way and a long one",
            {"x": (2,)},
            *("L sum m", "m mul h r", "p exp h", "r log q", "q mul p h", "h tanh x"),
        ),
        graph(
            rng,
            "a sum of what is used elsewhere",
            {"x": (2,), "y": (2,), "c": (2,)},
            *("n tanh a", "s add a b", "m mul s n", "a exp x", "b exp y", "k mul m c", "L sum k"),
        ),
        graph(
            rng,
            "a weight used twice",
            shared,
            *("L sum m", "m mul z2 c", "z2 tanh u2", "u1 matmul x W", "z1 tanh u1"),
            "u2 matmul z1 W",
        ),
        graph(
            rng,
            "nodes beside and behind",
            {"a": (2,), "b": (3,)},
            *("after exp L", "L sum p", "p exp a", "side log b", "last mul side b"),
            beside="after side last b",
        ),
        graph(rng, "the output is a leaf", {"L": (), "b": (2,)}, "e exp b", beside="b e"),
        graph(
            rng,
            "float32",
            shared,
            *("L sum m", "m mul z c", "z tanh u", "u matmul x W"),
            dtype="float32",
        ),
    ]


def run(*given):
    # The order of the nodes is the student's too; their backprop calls it by itself.
    backprop, case = given[-2:]

    def tape():
        return {node: (operation, tuple(i)) for node, (operation, i) in case["graph"].items()}

    # A first call with other numbers: gradients kept outside of the call would show.
    backprop(
        tape(), {n: np.array(0.5 * v + 0.1) for n, v in case["values"].items()}, case["output"]
    )
    graph = tape()
    gradients = backprop(graph, case["values"], case["output"])
    if graph != tape():
        case["graph"] = {}
    if not hasattr(gradients, "keys"):
        kind = type(gradients).__name__
        raise TypeError(f"a dictionary with a gradient for each node was expected, got a {kind}")
    return {
        name: {node: gradients[node] for node in case[name] if node in gradients}
        for name in ("leaves", "inner", "beside")
    }


EACH = (
    "a product",
    "a difference",
    "an addition",
    "an exponential",
    "a logarithm",
    "a tanh",
    "log of a sum",
)
MATRICES = ("a matrix product", "a product of square matrices")
TWICE = ("a number used twice", "a number times itself")
JOINED = (
    "a short way and a long one",
    "a sum of what is used elsewhere",
    "a weight used twice",
)
ELSEWHERE = ("nodes beside and behind", "the output is a leaf")

exercise = Exercise(
    name="backprop",
    takes=("topological_order", "backprop"),
    points=3,
    reference=(topological_order, backprop),
    cases=cases,
    run=run,
    judge=[
        values("leaves", "inner", weight=3, cases=TWICE, title="a number used twice by a node"),
        values("leaves", weight=3, cases=EACH, title="each operation on its own"),
        values("leaves", weight=2, cases=MATRICES, title="matrix products"),
        values("leaves", weight=6, cases=JOINED, title="branches that join again"),
        values(
            "inner",
            weight=2,
            cases=(*EACH, *MATRICES, *JOINED),
            title="gradients of the nodes between, and of the output itself",
        ),
        # Form: zeros for all nodes meet it.
        values(
            "beside",
            weight=2,
            cases=ELSEWHERE,
            form=True,
            title="zeros where the output does not depend on a node",
        ),
        values(
            "leaves",
            "inner",
            cases=ELSEWHERE,
            title="an output that is not the end of the graph",
        ),
        values("leaves", "inner", cases="float32", title="float32, by value"),
        *FORM,
    ],
    answers=("course_lib.graph.backprop", "course_lib.graph.topological_order"),
    returns="{node: gradient}",
    hints=(
        step(
            "One rule for each operation: what does each input get from the gradient of the node? "
            "Try the operation of the case that fails on a small example.",
            *("each operation on its own", "matrix products"),
        ),
        step(
            "A node that is used several times gets a gradient for each use. What does the chain "
            "rule do with them?",
            *("a number used twice by a node", "branches that join again"),
        ),
        step(
            "Every node has a gradient, those between and the output as well. Which of them does "
            "your dictionary hold?",
            "gradients of the nodes between, and of the output itself",
        ),
        step(
            "How much does the output change when a node changes that it does not depend on? And "
            "which shape has that gradient?",
            "zeros where the output does not depend on a node",
        ),
        step(
            "The argument `output` may be any node, also a leaf or one in the middle. At which "
            "node does your backward pass begin?",
            "an output that is not the end of the graph",
        ),
        "Begin with one known gradient, that of the output with respect to itself. Then give "
        "each node its turn, in an order in which all its users come before it.",
        "A node has two duties: work out from its own gradient what each of its inputs gets "
        "(one rule for each operation), and ADD that to what the input has got so far.",
        "Smaller: a = 3, e = a·a = 9, L = e + a = 12. Start dL = 1. L is a sum: e gets 1, a "
        "gets 1. e is a product of a and a: a gets 1·3 and once more 1·3. Together da = 1 + 3 "
        "+ 3 = 7, the slope of a² + a at 3.",
    ),
)

# --- where gradients are added up -------------------------------------------------------------

exercise.slip(
    "= gradients[name] + part",
    "= part",
    "A node that is used several times keeps the gradient of one use alone. It "
    "reaches the output along every path: what does the chain rule do with several paths?",
)
exercise.slip(
    "zip(inputs, dx, strict=True)",
    "dict(zip(inputs, dx, strict=True)).items()",
    "In `a + a` and `a * a` the node a gets the gradient of one of its two uses alone. Both inputs "
    "have the same name: where is the first part kept when the second one arrives?",
    needs=("branches that join again",),
)
exercise.slip(
    "            gradients[name] = gradients[name] + part",
    """            if np.any(gradients[name]):
                gradients[name] += part
            else:
                gradients[name] = part""",
    "Two nodes share one array: `+=` on the gradient of the one changes that of the other. A sum "
    "hands the same `dy` to both inputs; add with `g = g + part`.",
    needs=("each operation on its own",),
)

# --- the order --------------------------------------------------------------------------------

exercise.slip(
    "reversed(topological_order(graph))",
    "graph",
    "The nodes have their turn in the order of the dictionary. The gradient of a node is complete "
    "after the turns of all its users: which order ensures that?",
)
exercise.slip(
    "reversed(topological_order(graph))",
    "reversed(graph)",
    "You go through the dictionary from its last entry to the first. It may be written in any "
    "order: reverse a topological one.",
)
exercise.slip(
    "reversed(topological_order(graph))",
    "topological_order(graph)",
    "You go from the leaves to the output: nothing has arrived at a node yet when its turn comes. "
    "The backward pass begins at the output.",
)
exercise.slip(
    "    for node in reversed(topological_order(graph)):",
    """    order = [output]
    for node in order:
        order += [name for name in dict.fromkeys(graph[node][1]) if name not in order]""",
    "A node has its turn as soon as it is reached. Where a short way and a long one lead "
    "to it, the long one comes too late: wait for all users.",
    needs=("a number used twice by a node",),
)
exercise.slip(
    "    for node in reversed(topological_order(graph)):",
    """    order = [output]
    for node in order:
        order += graph[node][1]""",
    "Each time something arrives at a node you hand on all that is there, so that the first part "
    "is handed on twice. Let each node have one turn, when it has all.",
)

# --- where it begins and what comes back ------------------------------------------------------

exercise.slip(
    "    gradients[output] =",
    "    output = topological_order(graph)[-1]\n    gradients[output] =",
    "You start at the last node of the order. The argument `output` says which node is to be "
    "differentiated; others may come after it.",
)
exercise.slip(
    "np.ones_like(values[output])",
    "values[output]",
    "All gradients are multiplied by the value of the output. How much does the output change when "
    "the output itself changes by 1?",
)
exercise.slip(
    "np.ones_like(values[output])",
    "np.zeros_like(values[output])",
    "All gradients are 0: nothing sets the flow going. Which gradient is known before the backward "
    "pass begins?",
)
exercise.slip(
    "return gradients",
    "return {node: g for node, g in gradients.items() if np.any(g)}",
    "Nodes that the output does not depend on are missing. Their gradient is known, too: zeros, in "
    "the shape of their value.",
)
exercise.slip(
    "return gradients",
    "return {node: g if np.any(g) else 0.0 for node, g in gradients.items()}",
    "A single 0 stands where the output does not depend on a node. A gradient has the shape of the "
    "value: an array of zeros.",
)
exercise.slip(
    "return gradients",
    "return {node: g for node, g in gradients.items() if graph[node][0] == 'input'}",
    "Only the leaves have a gradient. Hand back that of every node in between.",
)
exercise.slip(
    "return gradients",
    "return {n: g for n, g in gradients.items() if n != output or graph[n][0] == 'input'}",
    "The output itself is missing. What is its gradient?",
)

# --- the operations ---------------------------------------------------------------------------

exercise.slip(
    "[dy * x[1], dy * x[0]]",
    "[dy * x[0], dy * x[1]]",
    "In a product, each factor gets the gradient times the value of the OTHER one.",
)
exercise.slip(
    "[dy, -dy]",
    "[dy, 1 * dy]",
    "In a − b both inputs get the same gradient. What does the output do when b grows?",
)
exercise.slip(
    "[dy, -dy]",
    "[-dy, -dy]",
    "In a − b both gradients have a minus. What does the output do when a grows?",
)
exercise.slip(
    "[dy @ x[1].T, x[0].T @ dy]",
    "[dy @ x[1], x[0] @ dy]",
    "The matrix product lacks its transposes. For the gradient of each factor there is only one "
    "product of `dy` with the other that has the right shape and order.",
)
exercise.slip(
    "[dy @ x[1].T, x[0].T @ dy]",
    "[x[1].T @ dy, dy @ x[0].T]",
    "In a matrix product the order of the factors is turned round, which only square matrices "
    "allow. On which side of `dy` does the other factor stand?",
)
exercise.slip(
    "[dy @ x[1].T, x[0].T @ dy]",
    "[x[0].T @ dy, dy @ x[1].T]",
    "The two gradients of a matrix product have changed places: the first is that of a.",
)
exercise.slip(
    "[dy * y]", "[dy * x[0]]", "exp: you multiply by its input. What is the slope of exp?"
)
exercise.slip(
    "[dy * y]",
    "[dy * np.exp(y)]",
    "exp: the exponential is applied once more to what is one already.",
)
exercise.slip(
    "[dy / x[0]]",
    "[dy / y]",
    "log: you divide by its output. 1/a is the slope of log at its INPUT a.",
)
exercise.slip(
    "[dy / x[0]]",
    "[dy * x[0]]",
    "log: you multiply by the input. Is log steeper at large numbers or at small ones?",
)
exercise.slip(
    "[dy * (1 - y**2)]",
    "[dy * (1 - x[0] ** 2)]",
    "tanh: 1 − a² of the input. The slope is 1 − y², of the OUTPUT y = tanh(a).",
)
exercise.slip(
    "[dy * (1 - y**2)]",
    "[dy * y * (1 - y)]",
    "tanh: y·(1 − y) is the derivative of the sigmoid. What is that of tanh?",
)
exercise.slip(
    "[dy * (1 - y**2)]",
    "[dy * (1 - np.tanh(y) ** 2)]",
    "tanh: you take tanh of what is a tanh already. `y` is the value behind it.",
)
exercise.slip(
    "[dy * np.ones_like(x[0])]",
    "[dy * np.ones_like(x[0]) / x[0].size]",
    "sum: you divide by the number of elements, which is the rule of a mean.",
)
exercise.slip(
    "[dy * np.ones_like(x[0])]",
    "[dy * x[0]]",
    "sum: you hand on the values. How much does a sum grow when one term grows by 1?",
)
exercise.slip(
    "[dy * np.ones_like(x[0])]",
    "[np.ones_like(x[0])]",
    "sum: ones are handed on, whatever arrived. That is right only if the sum is the output "
    "itself.",
)
exercise.slip(
    """[dy * y]
        elif operation == "log":
            dx = [dy / x[0]]
        elif operation == "tanh":
            dx = [dy * (1 - y**2)]""",
    """[y]
        elif operation == "log":
            dx = [1 / x[0]]
        elif operation == "tanh":
            dx = [1 - y**2]""",
    "The upstream gradient is lost at exp, log or tanh: their inputs get the derivative alone. "
    "What does the chain rule multiply?",
)
