"""``backprop(graph, values, output) -> {node: gradient}``: the backward pass through a graph."""

from typing import Any

import numpy as np

from course_lib.graph import evaluate_graph
from grader.checking.contract import FORM, Case, Exercise, OwnRun, case, slip, slips, step, values


def unbroadcast(gradient, shape):
    """The gradient of an array of this shape that was broadcast: the sum over its copies."""
    added = gradient.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=(*range(added), *stretched)).reshape(shape)


def backprop(graph, values, output):
    gradients = {node: np.zeros_like(value) for node, value in values.items()}
    gradients[output] = np.ones_like(values[output])
    rules = {}  # operation -> what each of its inputs a and b gets
    rules["input"] = lambda dy, y, a, b: []
    rules["add"] = lambda dy, y, a, b: [dy, dy]
    rules["sub"] = lambda dy, y, a, b: [dy, -dy]
    rules["mul"] = lambda dy, y, a, b: [dy * b, dy * a]
    rules["matmul"] = lambda dy, y, a, b: [dy @ b.T, a.T @ dy]
    rules["exp"] = lambda dy, y, a, b: [dy * y]
    rules["log"] = lambda dy, y, a, b: [dy / a]
    rules["tanh"] = lambda dy, y, a, b: [dy * (1 - y**2)]
    rules["sum"] = lambda dy, y, a, b: [dy * np.ones_like(a)]
    for node in reversed(graph):
        (operation, inputs), dy = graph[node], gradients[node]
        if not np.any(dy):
            continue  # the output does not depend on it
        a, b = (*[values[name] for name in inputs], None, None)[:2]
        parts = rules[operation](dy, values[node], a, b)
        for name, part in zip(inputs, parts, strict=True):
            share = unbroadcast(part, np.shape(values[name]))
            gradients[name] = gradients[name] + share
    return gradients


Leaves = dict[str, tuple[int, ...]]
INFINITE = "zeros are not passed on, where a derivative is infinite"
BROADCAST = "smaller arrays that were broadcast"


def graph(
    rng: np.random.Generator,
    about: str,
    leaves: Leaves,
    lines: str,
    *,
    beside: str = "",
    zero: str = "",
    times: dict[str, Any] | None = None,
    late: str = "",
    dtype: str = "float64",
) -> Case:
    """``"u exp x, z tanh u"``: z is made by tanh of u. The order is the dictionary's, L the output.

    Leaves are between 0.4 and 1.4, so that every logarithm exists; they are written first, and one
    that comes ``late`` after the first line.
    ``beside`` names the nodes on which the output does not depend, ``zero`` a leaf that begins
    with a 0. ``times`` multiplies leaves by numbers; with a list the entries of the leaf are alike.
    """
    nodes = [line.split() for line in lines.split(", ")]
    tape: dict[str, Any] = {leaf: ["input", []] for leaf in leaves}
    for node, operation, *inputs in nodes:
        tape[node] = [operation, inputs]
        if late in tape and len(tape) == len(leaves) + 1:
            tape[late] = tape.pop(late)
    given = {
        leaf: np.asarray(rng.uniform(0.4, 1.4, size=shape), dtype=dtype)
        for leaf, shape in leaves.items()
    }
    if zero:
        given[zero][0] = 0
    for name, factor in (times or {}).items():
        given[name] = (given[name][0] if np.ndim(factor) else given[name]) * np.asarray(factor)
    # Each node by itself as well, because reports show short values only.
    shown = {node: given.get(node, " ".join([op, *inputs])) for node, (op, inputs) in tape.items()}
    with np.errstate(divide="ignore"):  # a logarithm of 0 is -inf
        of_leaves: Any = evaluate_graph({n: (op, tuple(i)) for n, (op, i) in tape.items()}, given)
    return case(
        about,
        graph=tape,
        values={node: np.asarray(of_leaves[node]) for node in tape},
        output="L",
        leaves=[leaf for leaf in leaves if leaf not in beside.split()],
        inner=[n for n, *_rest in nodes if n not in beside.split()],
        beside=beside.split(),
        **shown,
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    two: Leaves = {"a": (3,), "b": (3,)}
    three: Leaves = {**two, "c": (3,)}
    four: Leaves = {"a": (4,), "b": (4,), "c": (4,)}
    square: Leaves = {"x": (3, 3), "W": (3, 3), "c": (3, 3)}
    wide: Leaves = {"x": (2, 3), "W": (3, 4), "c": (2, 4)}
    shared: Leaves = {"x": (3, 2), "W": (2, 2), "c": (3, 2)}
    product = "u matmul x W, m mul u c, L sum m"
    paths = "h tanh x, p exp h, q mul p h, r log q, m mul h r, L sum m"
    elsewhere = "b exp y, a exp x, s add a b, n tanh a, m mul s n, k mul m c, L sum k"
    twice = "u1 matmul x W, z1 tanh u1, u2 matmul z1 W, z2 tanh u2, m mul z2 c, L sum m"
    infinite = "side log z, e exp z, m mul e c, L sum m"
    unused_value = "side log b, last mul side b, p exp a, L sum p, after exp L"
    layer = "u matmul x W, z tanh u, m mul z c, L sum m"
    column, row = "q sub x a, m mul q c, L sum m", "q sub a x, m mul q c, L sum m"
    outer = "e exp a, q mul e b, m mul q c, L sum m"
    return {
        "a node that uses a number twice": [
            graph(rng, "a number used twice", {"a": ()}, "L add a a"),
            graph(rng, "a number times itself", {"a": ()}, "L mul a a"),
        ],
        "each operation on its own": [
            graph(rng, "a product", two, "p mul a b, L sum p"),
            graph(rng, "a difference", three, "d sub a b, q mul d c, L sum q"),
            graph(rng, "an addition", three, "d add a b, q mul d c, L sum q"),
            # With a 0 in b, the gradient of e is 0 in one entry.
            graph(rng, "an exponential", two, "e exp a, p mul e b, L sum p", zero="b"),
            graph(rng, "a logarithm", two, "e log a, p mul e b, L sum p"),
            graph(rng, "a tanh", two, "e tanh a, p mul e b, L sum p"),
            graph(rng, "log of a sum", {"a": (2, 3)}, "e exp a, s sum e, L log s"),
            graph(
                rng,
                "a leaf in the middle, and a node beside it",
                two,
                "e exp a, side exp a, p mul e b, L sum p",
                beside="side",
                late="b",
            ),
            *[
                graph(rng, f"{about} of e", four, "e mul a c, p mul e b, L sum p", times=by)
                for about, by in (
                    ("a gradient that adds up to 0", {"b": [1, -1, -1, 1]}),
                    ("a gradient below 0", {"b": -1}),
                    ("a tiny gradient", {"b": 1e-12, "c": 1e12}),
                )
            ],
        ],
        "matrix products": [
            graph(rng, "a matrix product", wide, product),
            graph(rng, "a product of square matrices", square, product),
        ],
        BROADCAST: [
            graph(rng, "an array times a number", {"x": (3,), "a": ()}, "m mul x a, L sum m"),
            graph(
                rng, "a bias", {**wide, "b": (4,)}, "u matmul x W, v add u b, m mul v c, L sum m"
            ),
            graph(rng, "minus a column", {"x": (2, 3), "a": (2, 1), "c": (2, 3)}, column),
            graph(rng, "a row minus a matrix", {"a": (3,), "x": (3, 3), "c": (3, 3)}, row),
            graph(rng, "a row and a column", {"a": (3,), "b": (2, 1), "c": (2, 3)}, outer),
        ],
        "branches that join again": [
            graph(rng, "a short path and a long one", {"x": (2,)}, paths),
            graph(
                rng,
                "a sum of what is used elsewhere",
                {"x": (2,), "y": (2,), "c": (2,)},
                elsewhere,
            ),
            graph(rng, "a weight used twice", shared, twice),
            graph(rng, "a number used by two nodes", {"a": ()}, "e exp a, L mul e a"),
        ],
        "an output that is not the end of the graph": [
            graph(
                rng,
                "nodes that do not lead to the output",
                {"a": (2,), "b": (3,)},
                unused_value,
                beside="after side last b",
            ),
            graph(rng, "the output is a leaf", {"L": (), "b": (2,)}, "e exp b", beside="b e"),
        ],
        # The derivative of log z is infinite where z is 0.
        INFINITE: [
            graph(rng, INFINITE, {"z": (3,), "c": (3,)}, infinite, beside="side", zero="z"),
        ],
        "float32, by value": [graph(rng, "float32", shared, layer, dtype="float32")],
    }


def run(backprop, case):
    def tape():
        return {node: (operation, tuple(i)) for node, (operation, i) in case["graph"].items()}

    # A first call with other numbers shows gradients that are kept between calls.
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


NOTHING = {  # for the inputs of each operation
    **dict.fromkeys(("add", "sub", "mul", "matmul"), "[0 * a, 0 * b]"),
    **dict.fromkeys(("exp", "log", "tanh", "sum"), "[0 * a]"),
}


exercise = Exercise(
    points=3,
    reference=(backprop,),
    cases=cases,
    run=OwnRun(run),
    judge=[
        values("leaves", "inner", weight=3, cases="a node that uses a number twice"),
        values("leaves", weight=3, cases="each operation on its own"),
        values("leaves", weight=2, cases="matrix products"),
        values("leaves", weight=8, cases="branches that join again"),
        values(
            "leaves",
            weight=4,
            cases=BROADCAST,
            help="""add, sub and mul repeat the smaller array. The gradient of an input has the
            shape of this input. Which function adds up the gradients of the copies?""",
        ),
        values(
            "inner",
            weight=2,
            cases=("each operation on its own", "matrix products", "branches that join again"),
            title="gradients of the inner nodes and of the output",
            help="""Every node has a gradient, also the inner nodes and the output. Which of them
            does your dictionary contain?""",
        ),
        # Zeros for all nodes satisfy it.
        values(
            "beside",
            weight=2,
            cases="an output that is not the end of the graph",
            alone=False,
            title="zeros where the output does not depend on a node",
            help="""How much does the output change when you change a node on which it does not
            depend? And which shape has this gradient?""",
        ),
        values(
            "leaves",
            "inner",
            cases="an output that is not the end of the graph",
            help="""The argument `output` may be any node, also a leaf or one in the middle. At
            which node does your backward pass start?""",
        ),
        values(
            "leaves",
            weight=2,
            cases=INFINITE,
            help="""The output does not depend on log z, so its gradient is 0. What is 0 times the
            derivative of log z at z = 0? Which nodes pass nothing on?""",
        ),
        values("leaves", "inner", cases="float32, by value"),
        *FORM,
    ],
    answers=("course_lib.graph.backprop",),
    returns="{node: gradient}",
    hints=(
        step(
            "Each operation has one rule: what does each input get from the gradient of the "
            "node? Try the operation of the failing case on a small example.",
            *("each operation on its own", "matrix products"),
        ),
        step(
            "A node that is used several times gets a gradient for each use. How does the chain "
            "rule combine them?",
            *("a node that uses a number twice", "branches that join again"),
        ),
        "Start with one known gradient, the gradient of the output with respect to itself. Then "
        "process the nodes in reverse: so all users of a node come before it.",
        "For each node, do two things: compute from its gradient the part of each of its inputs "
        "(one rule per operation), and ADD this part to the gradient of the input so far.",
        "A smaller example: a = 3, e = a·a = 9, L = e + a = 12. Start with dL = 1. L is a sum, so "
        "e gets 1 and a gets 1. e is a product of a and a, so a gets 1·3 twice. The sum is da = 1 "
        "+ 3 + 3 = 7, the derivative of a² + a at 3.",
    ),
    mistakes=(
        # --- where gradients are added up ---
        *slips("""
if np.sum(dy) == 0:
    You leave a node out because the entries of its gradient add up to 0. Only where each entry is
    0, nothing is passed on.
if np.max(dy) <= 0:
    You leave a node out because no entry of its gradient is above 0. Only where each entry is 0,
    nothing is passed on.
if np.allclose(dy, 0):
    You leave a node out because its gradient is small. Only where each entry is 0, nothing is
    passed on.
if node not in gradients:
    A node on which the output does not depend passes its zeros on, and 0 times an infinite
    derivative is nan. Which nodes can be left out?
gradients[name] = share
    A node that is used several times keeps the gradient of only one use. It affects the output
    along every path. How does the chain rule combine several paths?
"""),
        *slips(
            """
for name, part in dict(zip(inputs, parts, strict=True)).items():
    In `a + a` and `a * a` the node a gets the gradient of only one of its two uses. Both inputs
    have the same name. What happens to the first part when the second one arrives?
""",
            needs=("branches that join again",),
        ),
        *slips(
            """
gradients[name] = np.add(share, g := gradients[name], out=g) if np.any(gradients[name]) else share
    Two nodes share one array, so `+=` on the gradient of one node changes the gradient of the
    other. A sum passes the same `dy` to both inputs. Add with `g = g + part`.
""",
            needs=("each operation on its own",),
        ),
        *slips(
            """
share = part
    The gradient of an input must have the shape of this input. Where add, sub or mul have repeated
    the smaller array, its copies share one gradient. How do you combine them?
""",
            needs=("branches that join again",),
        ),
        # --- the order ---
        *slips("""
for node in graph:
    Some nodes are processed before they have their upstream gradient, or not at all. The backward
    pass starts at the output and goes through the graph in reverse order.
"""),
        *slips("""
for node in list(graph)[:list(graph).index(output)][::-1]:
    All gradients are 0, except that of the output. Does the output pass its gradient on?
"""),
        slip(
            "    for node in reversed(graph):",
            """    order = [output]
    for node in order:
        order += [name for name in dict.fromkeys(graph[node][1]) if name not in order]""",
            "You process a node as soon as you reach it. If a short and a long path lead to "
            "it, the part of the long path comes too late. Wait for all its users.",
            needs=("a node that uses a number twice",),
        ),
        slip(
            "    for node in reversed(graph):",
            """    order = [output]
    for node in order:
        order += graph[node][1]""",
            "Each time a part arrives at a node, you pass on its whole gradient so far, so "
            "the first part is passed on twice. Process each node once, when all its parts "
            "have arrived.",
        ),
        # --- where it starts and what it returns ---
        *slips("""
output = list(graph)[-1]
    You start at the last node of the dictionary. The argument `output` says which node to
    differentiate, and other nodes may come after it.
gradients[output] = values[output]
    All gradients are multiplied by the value of the output. How much does the output change when
    the output itself changes by 1?
gradients[output] = np.zeros_like(values[output])
    All gradients are 0, because the output has the gradient 0. Which gradient is known before the
    backward pass starts?
return {node: g for node, g in gradients.items() if np.any(g)}
    Nodes on which the output does not depend are missing. Their gradient is known, too: zeros in
    the shape of their value.
return {node: g if np.any(g) else 0.0 for node, g in gradients.items()}
    Where the output does not depend on a node, you return a single 0. A gradient has the shape of
    the value, so return an array of zeros.
return {node: g for node, g in gradients.items() if graph[node][0] == 'input'}
    You return only the gradients of the leaves. Return those of the inner nodes, too.
return {n: g for n, g in gradients.items() if n != output or graph[n][0] == 'input'}
    The output itself is missing. What is its gradient with respect to itself?
"""),
        # --- the operations ---
        *slips("""
a, b = (*[gradients[name] for name in inputs], None, None)[:2]
    You pass the gradients of the inputs to the rule. It needs their values.
for name, part in zip(inputs[:1], parts[:1], strict=True):
    Only the first input of an operation gets a gradient. `parts` has one for each input.
rules["mul"] = lambda dy, y, a, b: [dy * a, dy * b]
    In a product, each factor gets the gradient times the value of the OTHER one.
rules["sub"] = lambda dy, y, a, b: [dy, 1 * dy]
    In a − b both inputs get the same gradient. Does the output rise or fall when b rises?
rules["sub"] = lambda dy, y, a, b: [-dy, -dy]
    In a − b both gradients have a minus sign. Does the output rise or fall when a rises?
rules["matmul"] = lambda dy, y, a, b: [dy @ b, a @ dy]
    The gradients of the matrix product lack the transposes. For each factor, only one product of
    `dy` and the other factor has the right shape and order.
rules["matmul"] = lambda dy, y, a, b: [b.T @ dy, dy @ a.T]
    In the gradients of the matrix product the order of the factors is reversed, which only square
    matrices allow. On which side of `dy` does the other factor belong?
rules["matmul"] = lambda dy, y, a, b: [a.T @ dy, dy @ b.T]
    The two gradients of the matrix product are exchanged: the first one is the gradient of a.
rules["exp"] = lambda dy, y, a, b: [dy * a]
    exp: you multiply by its input. What is the derivative of exp?
rules["exp"] = lambda dy, y, a, b: [dy * np.exp(y)]
    exp: you apply the exponential to y, which is already an exponential.
rules["log"] = lambda dy, y, a, b: [dy / y]
    log: you divide by its output. The derivative is 1/a, with the INPUT a.
rules["log"] = lambda dy, y, a, b: [dy * a]
    log: you multiply by the input. Is the derivative of log larger at large or at small inputs?
rules["tanh"] = lambda dy, y, a, b: [dy * (1 - a**2)]
    tanh: you use 1 − a² with the input. The derivative is 1 − y², with the OUTPUT y = tanh(a).
rules["tanh"] = lambda dy, y, a, b: [dy * y * (1 - y)]
    tanh: y·(1 − y) is the derivative of the sigmoid. What is the derivative of tanh?
rules["tanh"] = lambda dy, y, a, b: [dy * (1 - np.tanh(y) ** 2)]
    tanh: you apply tanh to `y`, which is already the output of tanh.
rules["sum"] = lambda dy, y, a, b: [dy * np.ones_like(a) / a.size]
    sum: you divide by the number of elements, which is the rule of a mean.
rules["sum"] = lambda dy, y, a, b: [dy * a]
    sum: you pass on the values. By how much does a sum grow when one term grows by 1?
rules["sum"] = lambda dy, y, a, b: [np.ones_like(a)]
    sum: you pass on ones instead of the upstream gradient. That is right only if the sum is the
    output itself.
rules["exp"] = lambda dy, y, a, b: [y]
rules["log"] = lambda dy, y, a, b: [1 / a]
rules["tanh"] = lambda dy, y, a, b: [1 - y**2]
    At exp, log or tanh the upstream gradient is lost: their inputs get only the derivative. Which
    two factors does the chain rule multiply?
"""),
        # --- rules that are missing ---
        *slips(
            "".join(
                f"""
# rules["{operation}"] = lambda dy, y, a, b: {nothing}
    Your function has no rule for {operation} and stops there with an error. What does each input of
    {operation} get?
rules["{operation}"] = lambda dy, y, a, b: {nothing}
    {operation}: its inputs get the gradient 0, as if the output did not depend on them. Does your
    function have a rule for it, or does it skip this operation?
"""
                for operation, nothing in NOTHING.items()
            )
        ),
        slip(
            '    rules["input"] = lambda dy, y, a, b: []\n',
            "",
            "Your function looks for the rule of a leaf, whose operation is `input`. A leaf "
            "has no inputs, so it passes nothing on. What do you do with a node that has none?",
        ),
        slip(
            "parts = rules[operation](dy, values[node], a, b)",
            "[*_first] = [values[inputs[0]]]\n        parts = rules[operation](dy, "
            "values[node], a, b)",
            "You take the first input of a node that has none. A leaf, whose operation is "
            "`input`, has no inputs and passes nothing on.",
        ),
        *slips(
            """
gradients[name] = share if np.ndim(share) == 0 else gradients[name] + share
    A single number that is used twice keeps the gradient of its last use, while your arrays add up.
    A number has a gradient for each use, too. Which line treats a float in another way?
gradients[name] = gradients[name] if np.ndim(share) == 0 else gradients[name] + share
    The gradient of a single number stays 0, while your arrays add up. `g += part` changes an array,
    but of a float it makes a new one: store the sum in the dictionary again.
""",
        ),
    ),
)
