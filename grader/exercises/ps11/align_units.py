"""``align_units(params, other) -> params``: a twin whose units stand where those of other do."""

from collections.abc import Sequence
from copy import deepcopy
from itertools import combinations
from typing import Any

import numpy as np

from course_lessons.symmetry import between, digits, output, trained
from course_lib.training import accuracy
from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.properties import Answer, earns
from grader.exercises.ps11.make_twin import make_twin, moved
from grader.exercises.ps11.match_units import match_units

Params = Sequence[Sequence[np.ndarray]]


def align_units(params, other):
    twin, theirs = list(params), list(other)
    orders = [np.arange(len(b)) for W, b in params[:-1]]
    signs = [np.ones(len(b)) for W, b in params[:-1]]
    for layer in range(len(orders)):
        A = np.vstack(twin[layer]).T
        B = np.vstack(theirs[layer]).T
        order, sign = match_units(A, B)
        kept = [*orders[:layer], order, *orders[layer + 1 :]]
        flips = [*signs[:layer], sign, *signs[layer + 1 :]]
        twin = make_twin(twin, kept, flips)
    return twin


TWINS, TRAINED = "twins and nearly twins", "trained networks"
SAME = "the same function as params"
FOUND = "twins and nearly twins are found"
MERGED = "the network halfway between trained ones"
# With three hidden layers, matching by all weights at once gains much less than layer by layer.
WIDTHS, EPOCHS, NETWORKS = (16, 16, 16), 8, 4
FULL, NONE = 0.85, 0.7  # of what the reference gains


def similar(rng: np.random.Generator, about: str, *widths: int, noise: float = 0.0) -> Case:
    """A network and a twin of it, to whose weights noise is added."""
    made = moved(rng, about, *widths)
    params = [(W, b) for W, b in made["params"]]
    twin = make_twin(params, made["orders"], made["signs"])
    other = [[a + noise * rng.normal(size=a.shape) for a in pair] for pair in twin]
    return case(about, pairs=[[made["params"], other]])


def nearly(rng: np.random.Generator, about: str, *widths: int) -> Case:
    """Nearly twins, of which neither the lengths of the units nor all of their weights say which
    belong together.
    """
    while True:
        made = similar(rng, about, *widths, noise=0.2)
        params, other = made["pairs"][0]
        twin = align_units(params, other)
        lengths = [
            [np.argsort(np.linalg.norm(np.vstack(layer), axis=0)) for layer in one[:-1]]
            for one in (twin, other)
        ]
        in_turn = with_all_weights_in_turn(params, other)
        by_length = any(np.array_equal(*both) for both in zip(*lengths, strict=True))
        if not by_length and not np.array_equal(in_turn[0][0], twin[0][0]):
            return made


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    nets = [
        [list(pair) for pair in trained(WIDTHS, seed, epochs=EPOCHS)]
        for seed in map(int, rng.choice(10**6, size=NETWORKS, replace=False))
    ]
    pairs = deepcopy([[a, b] for a, b in combinations(nets, 2)])
    return {
        TWINS: [
            similar(rng, "twins, one hidden layer of 4 units", 8, 4, 3),
            similar(rng, "twins, two hidden layers of 5 units", 8, 5, 5, 3),
            similar(rng, "twins, hidden layers of 6, 4 and 5 units", 9, 6, 4, 5, 2),
            nearly(rng, "nearly twins, two hidden layers of 8 units", 20, 8, 8, 4),
        ],
        TRAINED: [case(f"{len(pairs)} pairs from other seeds", pairs=pairs)],
    }


def run(function: Any, case: Case) -> dict[str, Any]:
    given = [[[(W, b) for W, b in network] for network in pair] for pair in case["pairs"]]
    twins = [list(function(*pair)) for pair in given]
    case["pairs"] = [[[*map(list, network)] for network in pair] for pair in given]
    return {name: [pair[k] for twin in twins for pair in twin] for k, name in enumerate("Wb")}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """By how much the outputs of each twin differ, and the accuracy of the networks halfway."""
    W, b = outputs["W"], outputs["b"]
    found = {"changes": np.inf, "halfway": 0.0}
    sizes = [len(params) for params, _ in case["pairs"]]
    if len(W) == len(b) == sum(sizes):
        given = [params for params, _ in case["pairs"]]
        try:
            layers = ([np.asarray(one, float) for one in pair] for pair in zip(W, b, strict=True))
            twins = [[next(layers) for _ in range(size)] for size in sizes]
            found["changes"] = max(map(changes, twins, given))
            if case["about"].endswith("seeds"):
                others = [other for _, other in case["pairs"]]
                found["halfway"] = float(np.mean([*map(halfway, twins, others)]))
                found["plain"] = float(np.mean([*map(halfway, given, others)]))
        except (TypeError, ValueError):  # the shapes do not fit together
            found["changes"] = np.inf
    return outputs | found


def changes(twin: Params, params: Params) -> float:
    """The largest change of an output for random inputs, relative to the largest output."""
    x = np.random.default_rng(0).normal(size=(20, len(params[0][0])))
    before, after = (output([(W, b) for W, b in one], x) for one in (params, twin))
    change = float(np.abs(after - before).max() / np.abs(before).max())
    return change if np.isfinite(change) else np.inf


def halfway(params: Params, other: Params) -> float:
    """Share of all images of digits that the network halfway classifies correctly."""
    x_train, t_train, x_test, t_test = digits()
    middle = between([(W, b) for W, b in params], [(W, b) for W, b in other], 0.5)
    x, t = np.concatenate([x_train, x_test]), np.concatenate([t_train, t_test])
    return float(accuracy(output(middle, x), t))


def same_function(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    if got["changes"] <= 1e-6:
        return None
    return "the returned network is no twin of `params`: its outputs are others"


def merges(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points for 85 % of what the reference gains, none for 70 % of it."""
    if got["changes"] > 1e-6:
        return "Judged once the returned network is a twin of `params`."
    share = (got["halfway"] - got["plain"]) / (want["halfway"] - want["plain"])
    said = f"Mean accuracy halfway: {got['plain']:.3f} as they are, {got['halfway']:.3f} with your "
    said += f"twins, {want['halfway']:.3f} with ours."
    return earns((share - NONE) / (FULL - NONE), said)


def with_all_weights(params, other):
    """You match each layer by all weights of its units. Their rows of the next W lead to units in
    another order, as long as that layer is not matched. Which weights can be compared?
    """
    orders, signs = [], []
    for layer in range(len(params) - 1):
        A, B = (np.vstack([*p[layer], p[layer + 1][0].T]).T for p in (list(params), list(other)))
        order, sign = match_units(A, B)
        orders.append(order)
        signs.append(sign)
    return make_twin(params, orders, signs)


def with_all_weights_in_turn(params, other):
    """You match one layer after the other, but by all weights of its units. Their rows of the next
    W lead to units that are not matched yet. Which weights can be compared?
    """
    twin, theirs = list(params), list(other)
    orders = [np.arange(len(b)) for W, b in params[:-1]]
    signs = [np.ones(len(b)) for W, b in params[:-1]]
    for layer in range(len(orders)):
        A, B = (np.vstack([*p[layer], p[layer + 1][0].T]).T for p in (twin, theirs))
        order, sign = match_units(A, B)
        kept = [*orders[:layer], order, *orders[layer + 1 :]]
        twin = make_twin(twin, kept, [*signs[:layer], sign, *signs[layer + 1 :]])
    return twin


def halfway_network(params, other):
    """You return the network halfway. Return the twin of `params`; the check takes the mean."""
    return between(align_units(params, other), list(other), 0.5)


def twin_of_other(params, other):
    """You return a twin of `other`. Asked is the twin of `params`, in the places of `other`."""
    return align_units(other, params)


exercise = function(
    align_units,
    returns="[(W1, b1), (W2, b2), …]",
    points=5,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(SAME, same_function, alone=False),
        values("W", "b", weight=5, cases=TWINS, title=FOUND),
        holds(MERGED, merges, weight=5, cases=TRAINED),
    ],
    form=(shapes("W", "b"), unchanged_inputs()),
    uses=("make_twin", "match_units"),
    answers=("grader.exercises.ps11.align_units",),
    hints=(
        step(
            """Each change by `make_twin` leaves the function as it is. Which orders and signs leave
            a layer as it is?""",
            SAME,
        ),
        step(
            """Two units can be compared by weights that belong to the same things in both networks.
            The pixels have the same order in both. Which weights of a unit in the first hidden
            layer lead to something whose order is not known yet?""",
            FOUND,
            MERGED,
        ),
        step(
            """Match the first hidden layer by its columns of W1 and its biases, and make the twin.
            In the twin, the rows of W2 belong to matched units. So the columns of **its** W2 can be
            compared with those of `other`.""",
            FOUND,
            MERGED,
        ),
        """`np.vstack((W, b)).T` has a row for each unit: its column of W, and its bias. An order of
        `np.arange(m)` and signs of ones leave a layer as it is.""",
    ),
    mistakes=(
        mistake(with_all_weights),
        mistake(with_all_weights_in_turn),
        mistake(halfway_network),
        mistake(twin_of_other),
        *slips("""
A = np.vstack(list(params)[layer]).T
    From the second layer on, you compare columns of the given `params`, whose rows are in the old
    order. Which network has the layer before in the places of `other`?
for layer in range(1):
    You match the first hidden layer only. There may be any number of hidden layers.
order, sign = match_units(A, B)[0], np.ones(len(A))
    You leave all signs as they are. What does match_units say about them?
order, sign = np.arange(len(A)), match_units(A, B)[1]
    You change signs, but no unit moves.
order, sign = match_units(B, A)
    You exchange the two networks in match_units: its order says which unit of the **first** matrix
    becomes unit j.
return list(params)
    You return the network as it is.
return list(other)
    You return `other`. Asked is a twin of `params`: the same function in other places.
"""),
    ),
)
