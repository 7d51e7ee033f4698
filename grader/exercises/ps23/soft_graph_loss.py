"""``soft_graph_loss(A, B, gamma) -> (value, dA)``: a soft minimum over all orders of nodes."""

import itertools

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def soft_graph_loss(A, B, gamma):
    places = np.array(list(itertools.permutations(range(len(B)))))
    orders = B[places[:, :, None], places[:, None, :]]
    costs = np.sum((A - orders) ** 2, axis=(1, 2)) / 2
    low = costs.min()
    e = np.exp((low - costs) / gamma)
    weights = e / e.sum()
    value = low - gamma * np.log(e.sum())
    dA = A - np.tensordot(weights, orders, axes=1)
    return value, dA


def graphs(rng: np.random.Generator, about: str, n: int, gamma: float, size: float = 1) -> Case:
    """Random edge weights, and a graph in which about half of the pairs are joined."""
    pairs = np.triu_indices(n, 1)
    A, B = np.zeros((n, n)), np.zeros((n, n))
    A[pairs] = size * rng.uniform(0.1, 0.9, size=len(pairs[0]))
    B[pairs] = rng.permutation(np.arange(len(pairs[0])) < (len(pairs[0]) + 1) // 2)
    return case(about, A=A + A.T, B=B + B.T, gamma=gamma * float(rng.uniform(0.8, 1.2)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "small graphs": [
            graphs(rng, "two nodes", 2, 0.5),
            graphs(rng, "three nodes", 3, 0.4),
            graphs(rng, "four nodes", 4, 0.3),
            graphs(rng, "five nodes", 5, 0.7),
            graphs(rng, "six nodes", 6, 0.5),
        ],
        "costs thousands of times gamma": [graphs(rng, "edge weights up to 20", 4, 0.02, size=20)],
    }


VALUE = ("the value",)

exercise = function(
    soft_graph_loss,
    returns="value, dA",
    points=1,
    cases=cases,
    judge=[
        values(
            "value",
            weight=3,
            cases="small graphs",
            title="the value",
            help="""Which costs, and which γ, does your soft minimum get? Orders that give the same
            table count, too.""",
        ),
        values(
            "dA",
            weight=5,
            cases="small graphs",
            title="dA",
            help="""What is the derivative of one of the costs with respect to A? The weights of the
            soft minimum say how much each cost counts.""",
        ),
        values(
            weight=2,
            alone=False,
            cases="costs thousands of times gamma",
            help="exp(−c/γ) is rounded to 0. What did you do about it in `soft_minimum`?",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps23.soft_graph_loss",),
    hints=(
        "`A - orders` has a table for each order of the nodes. Square it and add up over rows and "
        "columns (axes 1 and 2), then halve: one cost for each order. `soft_minimum` turns the "
        "costs into a value and a weight for each order.",
        "By the chain rule, dA is the sum over all orders of the weight, times the gradient of "
        "this order's cost, A − B_π. For a sum over the first axis, the weights need the shape "
        "(…, 1, 1), or np.tensordot(weights, …, axes=1).",
        "A smaller example: two nodes that are joined in B, an edge weight of 0.4 in A, and γ = 1. "
        "Both orders cost 0.5·(0.36 + 0.36) = 0.36, so the value is 0.36 − log 2 = −0.333. The "
        "weights are 0.5 each, and dA has −0.6 at both places of the edge.",
    ),
    mistakes=(
        *slips("""
orders = B[places]
    You change the order of the rows of B only. A node has a row and a column, and both go with it.
costs = np.sum((A - orders) ** 2, axis=(1, 2))
dA = 2 * (A - np.tensordot(weights, orders, axes=1))
    Each edge counts twice in your costs, at (i, j) and at (j, i). Which factor of the formula is
    missing?
costs = np.sum((A - orders) ** 2, axis=(1, 2))
    Your costs are twice as large as they should be. Which factor stands before the sum?
costs = np.mean((A - orders) ** 2, axis=(1, 2)) / 2
    Your costs divide by the number of pairs. The formula has a sum over i and j, not a mean.
costs = np.sum(np.abs(A - orders), axis=(1, 2)) / 2
    Your costs add up absolute values. The formula has squares, which is the same only for 0 and 1.
costs = np.sum((A - B) ** 2) / 2 + 0 * places[:, 0]
    All orders have the same cost in your function, that of the nodes as numbered. Compare A with
    each of the tables.
value = low
    The value is the cost of the best match. The soft minimum uses the other matches, too.
value = np.sum(weights * costs)
    The value is a weighted mean of the costs. The soft minimum lies below the smallest cost.
value = low - gamma * np.log(e.mean())
    Inside the logarithm there is a sum over all orders, not a mean.
gamma = 1
    `gamma` is not used: the result is that of γ = 1.
low = 0
    With costs of thousands of γ, all exponentials are rounded to 0. Use your `soft_minimum`.
"""),
        *slips(
            """
dA = A - B
    The value is right, but `dA` uses the nodes of B as they are numbered. Each order π has a
    gradient of its own.
dA = np.tensordot(weights, A[places[:, :, None], places[:, None, :]] - B, axes=1)
    The value is right, but `dA` belongs to the renumbered tables of A. Each entry of your gradient
    has another place there: keep A as it is, and renumber B.
dA = np.triu(A - np.tensordot(weights, orders, axes=1))
    The value is right, but `dA` has entries above the diagonal only. A_ij and A_ji count as two
    entries, and the cost contains both.
dA = A - orders[costs.argmin()]
    The value is right, but `dA` is the gradient of the best match alone. The other matches have
    weights, too.
dA = A - orders.mean(axis=0)
    The value is right, but all matches count the same in `dA`. What says how much each of them
    counts?
dA = np.sum(A - orders, axis=0)
    The value is right, but `dA` adds up the gradients of all matches, without their weights.
dA = 2 * (A - np.tensordot(weights, orders, axes=1))
    The value is right, but `dA` is twice as large as it should be. What is the derivative of half
    a square?
dA = (A - np.tensordot(weights, orders, axes=1)) / 2
    The value is right, but `dA` is half of what it should be. What is the derivative of half a
    square?
dA = np.tensordot(weights, orders, axes=1) - A
    The value is right, but `dA` has the wrong sign. Is it A − B or B − A?
dA = -np.tensordot(weights, orders, axes=1)
    The value is right, but A itself is missing in `dA`. What is the derivative of (A − B)²/2?
dA = 0 * A
    The value is right, but `dA` is 0. The costs contain A. What is the derivative of one of them?
""",
            needs=VALUE,
        ),
    ),
)
