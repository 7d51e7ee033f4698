"""``backprop(graph, values, output) -> {node: gradient}``: the way back through a graph."""

from typing import Any

import numpy as np

from course_lib.graph import backprop, evaluate_graph, topological_order
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


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
            {"a": (3,), "b": (3,)},
            *("L sum q", "q mul d a", "d sub a b"),
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


def run(*given: Any) -> dict[str, Any]:
    # The order of the nodes is the student's too; their backprop calls it by itself.
    backprop, case = given[-2:]

    def tape() -> Any:
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


Parts = dict[str, Any]
PARTS: Parts = {
    "add": lambda dy, y, a, b: (dy, dy),
    "sub": lambda dy, y, a, b: (dy, -dy),
    "mul": lambda dy, y, a, b: (dy * b, dy * a),
    "matmul": lambda dy, y, a, b: (dy @ b.T, a.T @ dy),
    "exp": lambda dy, y, a: (dy * y,),
    "log": lambda dy, y, a: (dy / a,),
    "tanh": lambda dy, y, a: (dy * (1 - y * y),),
    "sum": lambda dy, y, a: (dy * np.ones_like(a),),
}


def flow(graph: Any, values: Any, output: Any, order: Any, **parts: Any) -> Any:
    """The way back in the given order, with other parts for some operations."""
    rules = PARTS | parts
    gradients = {node: np.zeros_like(value) for node, value in values.items()}
    gradients[output] = np.ones_like(values[output])
    for node in order:
        operation, inputs = graph[node]
        if operation != "input":
            arguments = [values[name] for name in inputs]
            handed = rules[operation](gradients[node], values[node], *arguments)
            for name, part in zip(inputs, handed, strict=True):
                gradients[name] = gradients[name] + part
    return gradients


def back(graph: Any) -> Any:
    return topological_order(graph)[::-1]


def wrong(name: str, hint: str, **parts: Any) -> Mistake:
    """The way back with wrong rules for some operations."""

    def backprop(graph: Any, values: Any, output: Any) -> Any:
        return flow(graph, values, output, back(graph), **parts)

    return Mistake(backprop, hint, name=name)


def overwrites(graph: Any, values: Any, output: Any) -> Any:
    gradients = {node: np.zeros_like(value) for node, value in values.items()}
    gradients[output] = np.ones_like(values[output])
    for node in topological_order(graph)[::-1]:
        operation, inputs = graph[node]
        dy, y = gradients[node], values[node]
        if operation in ("add", "sub", "mul", "matmul"):
            a, b = (values[name] for name in inputs)
            if operation == "add":
                da, db = dy, dy
            elif operation == "sub":
                da, db = dy, -dy
            elif operation == "mul":
                da, db = dy * b, dy * a
            else:
                da, db = dy @ b.T, a.T @ dy
            gradients[inputs[0]] = da
            gradients[inputs[1]] = db
        elif operation == "exp":
            gradients[inputs[0]] = dy * y
        elif operation == "log":
            gradients[inputs[0]] = dy / values[inputs[0]]
        elif operation == "tanh":
            gradients[inputs[0]] = dy * (1 - y**2)
        elif operation == "sum":
            gradients[inputs[0]] = dy * np.ones_like(values[inputs[0]])
    return gradients


def same_input_twice(graph: Any, values: Any, output: Any) -> Any:
    gradients = {node: np.zeros_like(value) for node, value in values.items()}
    gradients[output] = np.ones_like(values[output])
    for node in back(graph):
        operation, inputs = graph[node]
        if operation != "input":
            arguments = [values[name] for name in inputs]
            handed = PARTS[operation](gradients[node], values[node], *arguments)
            for name, part in dict(zip(inputs, handed, strict=True)).items():
                gradients[name] = gradients[name] + part
    return gradients


def adds_in_place(graph: Any, values: Any, output: Any) -> Any:
    gradients = {output: np.ones_like(values[output])}
    for node in back(graph):
        operation, inputs = graph[node]
        if operation != "input" and node in gradients:
            arguments = [values[name] for name in inputs]
            handed = PARTS[operation](gradients[node], values[node], *arguments)
            for name, part in zip(inputs, handed, strict=True):
                if name in gradients:
                    gradients[name] += part
                else:
                    gradients[name] = part
    return {node: np.zeros_like(value) for node, value in values.items()} | gradients


def as_written(graph: Any, values: Any, output: Any) -> Any:
    return flow(graph, values, output, list(graph))


def written_backwards(graph: Any, values: Any, output: Any) -> Any:
    return flow(graph, values, output, list(graph)[::-1])


def forwards(graph: Any, values: Any, output: Any) -> Any:
    return flow(graph, values, output, topological_order(graph))


def breadth_first(graph: Any, values: Any, output: Any) -> Any:
    order = [output]
    for node in order:
        order += [name for name in dict.fromkeys(graph[node][1]) if name not in order]
    return flow(graph, values, output, order)


def all_of_it_each_time(graph: Any, values: Any, output: Any) -> Any:
    order = [output]
    for node in order:
        order += graph[node][1]
    return flow(graph, values, output, order)


def from_the_last_node(graph: Any, values: Any, output: Any) -> Any:
    order = back(graph)
    return flow(graph, values, order[0], order)


def starts_with_the_value(graph: Any, values: Any, output: Any) -> Any:
    gradients = flow(graph, values, output, back(graph))
    return {node: gradient * values[output] for node, gradient in gradients.items()}


def nothing_to_start_with(graph: Any, values: Any, output: Any) -> Any:
    return {node: np.zeros_like(value) for node, value in values.items()}


def without_the_rest(graph: Any, values: Any, output: Any) -> Any:
    used = [output]
    for node in used:
        used += [name for name in dict.fromkeys(graph[node][1]) if name not in used]
    return {n: g for n, g in backprop(graph, values, output).items() if n in used}


def zeros_without_shape(graph: Any, values: Any, output: Any) -> Any:
    gradients = dict.fromkeys(graph, 0.0)
    return gradients | without_the_rest(graph, values, output)


def leaves_only(graph: Any, values: Any, output: Any) -> Any:
    gradients = backprop(graph, values, output)
    return {node: gradients[node] for node in graph if graph[node][0] == "input"}


def without_the_output(graph: Any, values: Any, output: Any) -> Any:
    gradients = backprop(graph, values, output)
    return {node: g for node, g in gradients.items() if node != output or len(graph[node][1]) == 0}


EACH = ("a product", "a difference", "an exponential", "a logarithm", "a tanh", "log of a sum")
MATRICES = ("a matrix product", "a product of square matrices")
TWICE = ("a number used twice", "a number times itself")
JOINED = (
    "a short way and a long one",
    "a sum of what is used elsewhere",
    "a weight used twice",
)

exercise = Exercise(
    name="backprop",
    takes=("topological_order", "backprop"),
    points=3,
    reference=(topological_order, backprop),
    cases=cases,
    run=run,
    judge=[
        values("leaves", "inner", weight=3, cases=TWICE, title=_("a number used twice by a node")),
        values("leaves", weight=3, cases=EACH, title=_("each operation on its own")),
        values("leaves", weight=2, cases=MATRICES, title=_("matrix products")),
        values("leaves", weight=6, cases=JOINED, title=_("branches that join again")),
        values(
            "inner",
            weight=2,
            cases=(*EACH, *MATRICES, *JOINED),
            title=_("gradients of the nodes between, and of the output itself"),
        ),
        # Form: zeros for all nodes meet it.
        values(
            "beside",
            weight=2,
            cases=("nodes beside and behind", "the output is a leaf"),
            form=True,
            title=_("zeros where the output does not depend on a node"),
        ),
        values(
            "leaves",
            "inner",
            cases=("nodes beside and behind", "the output is a leaf"),
            title=_("an output that is not the end of the graph"),
        ),
        values("leaves", "inner", cases="float32", title=_("float32, by value")),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            overwrites,
            hint=_(
                "A node that is used several times keeps only one of the gradients that come back "
                "to it. It reaches the output along every path: what does the chain rule do with "
                "several paths?"
            ),
        ),
        Mistake(
            same_input_twice,
            hint=_(
                "`a + a` and `a * a` come out too small: both inputs are the same node, and in a "
                "dictionary of parts the second entry replaces the first."
            ),
        ),
        Mistake(
            adds_in_place,
            hint=_(
                "Two nodes share one array: `+=` on the gradient of the one changes that of the "
                "other. A sum hands the same `dy` to both inputs; add with `g = g + part`."
            ),
        ),
        Mistake(
            as_written,
            hint=_(
                "You go through the dictionary as it is written. A node may hand its gradient on "
                "only when it has heard from all its users: which order ensures that?"
            ),
        ),
        Mistake(
            written_backwards,
            hint=_(
                "You go through the dictionary from its last entry to the first. It may be written "
                "in any order: reverse a topological one."
            ),
        ),
        Mistake(
            forwards,
            hint=_(
                "You go from the leaves to the output: nothing has arrived at a node yet when its "
                "turn comes. The way back begins at the output."
            ),
        ),
        Mistake(
            breadth_first,
            hint=_(
                "A node hands its gradient on as soon as it is reached. Where a short way and a "
                "long one lead to it, the long one comes too late: wait for all users."
            ),
        ),
        Mistake(
            all_of_it_each_time,
            hint=_(
                "Each time something arrives at a node you hand on all that is there, so that the "
                "first part is handed on twice. Let each node have one turn, when it has all."
            ),
        ),
        Mistake(
            from_the_last_node,
            hint=_(
                "You start at the last node of the order. The argument `output` says which node is "
                "to be differentiated; others may come after it."
            ),
        ),
        Mistake(
            starts_with_the_value,
            hint=_(
                "All gradients are multiplied by the value of the output. How much does the output "
                "change when the output itself changes by 1?"
            ),
        ),
        Mistake(
            nothing_to_start_with,
            hint=_(
                "All gradients are 0: nothing sets the flow going. Which gradient is known before "
                "the way back begins?"
            ),
        ),
        Mistake(
            without_the_rest,
            hint=_(
                "Nodes that the output does not depend on are missing. Their gradient is known, "
                "too: zeros, in the shape of their value."
            ),
        ),
        Mistake(
            zeros_without_shape,
            hint=_(
                "A single 0 stands where the output does not depend on a node. A gradient has the "
                "shape of the value: an array of zeros."
            ),
        ),
        Mistake(
            leaves_only,
            hint=_("Only the leaves have a gradient. Hand back that of every node in between."),
        ),
        Mistake(
            without_the_output,
            hint=_("The output itself is missing. What is its gradient?"),
        ),
        wrong(
            "product not swapped",
            _("In a product, each factor gets the gradient times the value of the OTHER one."),
            mul=lambda dy, y, a, b: (dy * a, dy * b),
        ),
        wrong(
            "no minus",
            _("In a − b both inputs get the same gradient. What does the output do when b grows?"),
            sub=lambda dy, y, a, b: (dy, dy),
        ),
        wrong(
            "minus on both",
            _("In a − b both gradients have a minus. What does the output do when a grows?"),
            sub=lambda dy, y, a, b: (-dy, -dy),
        ),
        wrong(
            "matmul without transposes",
            _(
                "The matrix product lacks its transposes. For the gradient of each factor there is "
                "only one product of `dy` with the other that has the right shape and order."
            ),
            matmul=lambda dy, y, a, b: (dy @ b, a @ dy),
        ),
        wrong(
            "matmul turned round",
            _(
                "In a matrix product the order of the factors is turned round, which only square "
                "matrices allow. On which side of `dy` does the other factor stand?"
            ),
            matmul=lambda dy, y, a, b: (b.T @ dy, dy @ a.T),
        ),
        wrong(
            "factors swapped in matmul",
            _("The two gradients of a matrix product have changed places: the first is that of a."),
            matmul=lambda dy, y, a, b: (a.T @ dy, dy @ b.T),
        ),
        wrong(
            "exp with its input",
            _("exp: you multiply by its input. What is the slope of exp?"),
            exp=lambda dy, y, a: (dy * a,),
        ),
        wrong(
            "exp of exp",
            _("exp: the exponential is applied once more to what is one already."),
            exp=lambda dy, y, a: (dy * np.exp(y),),
        ),
        wrong(
            "log with its output",
            _("log: you divide by its output. 1/a is the slope of log at its INPUT a."),
            log=lambda dy, y, a: (dy / y,),
        ),
        wrong(
            "log times its input",
            _("log: you multiply by the input. Is log steeper at large numbers or at small ones?"),
            log=lambda dy, y, a: (dy * a,),
        ),
        wrong(
            "tanh with its input",
            _("tanh: 1 − a² of the input. The slope is 1 − y², of the OUTPUT y = tanh(a)."),
            tanh=lambda dy, y, a: (dy * (1 - a * a),),
        ),
        wrong(
            "tanh like the sigmoid",
            _("tanh: y·(1 − y) is the slope of the sigmoid. Differentiate tanh."),
            tanh=lambda dy, y, a: (dy * y * (1 - y),),
        ),
        wrong(
            "tanh twice",
            _("tanh: you take tanh of what is a tanh already. `y` is the value behind it."),
            tanh=lambda dy, y, a: (dy * (1 - np.tanh(y) ** 2),),
        ),
        wrong(
            "slopes only",
            _(
                "What arrives from above is lost at exp, log or tanh: the slope there is handed on "
                "alone. The chain rule multiplies it by `dy`."
            ),
            exp=lambda dy, y, a: (y,),
            log=lambda dy, y, a: (1 / a,),
            tanh=lambda dy, y, a: (1 - y * y,),
        ),
        wrong(
            "sum as a mean",
            _("sum: you divide by the number of elements, which is the rule of a mean."),
            sum=lambda dy, y, a: (dy * np.ones_like(a) / max(np.size(a), 1),),
        ),
        wrong(
            "sum gives its values",
            _("sum: you hand on the values. How much does a sum grow when one term grows by 1?"),
            sum=lambda dy, y, a: (dy * a,),
        ),
        wrong(
            "sum starts anew",
            _(
                "sum: ones are handed on, whatever arrived. That is right only if the sum is the "
                "output itself."
            ),
            sum=lambda dy, y, a: (np.ones_like(a),),
        ),
    ],
    answers=("course_lib.graph.backprop", "course_lib.graph.topological_order"),
    returns="{node: gradient}",
    hints=(
        _(
            "Begin with one known gradient, that of the output with respect to itself. Then give "
            "each node its turn, in an order in which all its users come before it."
        ),
        _(
            "A node has two duties: work out from its own gradient what each of its inputs gets "
            "(one rule for each operation), and ADD that to what the input has got so far."
        ),
        _(
            "Smaller: a = 3, e = a·a = 9, L = e + a = 12. Start dL = 1. L is a sum: e gets 1, a "
            "gets 1. e is a product of a and a: a gets 1·3 and once more 1·3. Together da = 1 + 3 "
            "+ 3 = 7, the slope of a² + a at 3."
        ),
    ),
)
