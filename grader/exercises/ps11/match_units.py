"""``match_units(A, B) -> (order, signs)``: which unit of A is unit j of B, and its sign."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    function,
    holds,
    indices,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.compare import as_numbers, same_values


def match_units(A, B):
    products = A @ B.T
    sizes = np.abs(products)
    m = len(A)
    order, signs = np.zeros(m, dtype=int), np.ones(m)
    for _ in range(m):
        i, j = np.unravel_index(np.argmax(sizes), sizes.shape)
        order[j] = i
        signs[j] = -1 if products[i, j] < 0 else 1
        sizes[i] = -1
        sizes[:, j] = -1
    return order, signs


ALIKE = 0.8  # no two units of one network have a cosine above it
TWINS, PARALLEL, NEARLY = "twins", "twins with parallel units", "nearly twins"
APART = "units that hardly belong together"
STRANGERS, ZEROS = "two networks that differ", "twins, one unit is zero"
PAIRS, ONCE = "the pairs", "each unit once, with a sign of 1 or −1"


def twins(rng: np.random.Generator, about: str, m: int, D: int, shortest: float = 1.0) -> Case:
    """Units of lengths up to 3, and the same units in another order and with other signs."""
    while True:
        directions = rng.normal(size=(m, D))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        if np.abs(directions @ directions.T - np.eye(m)).max(initial=0) < ALIKE:
            break
    A = directions * rng.permutation(np.linspace(shortest, 3, m))[:, None]
    return case(about, A=A, B=moved(rng, A))


def in_no_order(rng: np.random.Generator, about: str) -> Case:
    """Twins in which a unit that chooses first takes one that belongs to another."""
    while True:
        made = twins(rng, about, 6, 8)
        A, B = made["A"], made["B"]
        order, _ = match_units(A, B)
        sizes = np.abs(A @ B.T)
        first_come = [first_come_first_served(sizes), np.argsort(first_come_first_served(sizes.T))]
        if not any(np.array_equal(found, order) for found in first_come):
            return made


def first_come_first_served(sizes: np.ndarray) -> np.ndarray:
    """For each column in turn the row of its largest size that is left."""
    left, order = sizes.copy(), np.zeros(len(sizes), dtype=int)
    for j in range(len(sizes)):
        order[j] = left[:, j].argmax()
        left[order[j]] = -1
    return order


def alike_at_a_glance(rng: np.random.Generator) -> Case:
    """All units are as long, the first weight of each has one size, and the second one is 0."""
    A = twins(rng, "", 6, 8)["A"]
    A[:, 0], A[:, 1] = rng.choice([-1.0, 1.0], size=6), 0.0
    A[:, 2:] *= np.sqrt(8 / np.sum(A[:, 2:] ** 2, axis=1))[:, None]
    return case("6 units of equal length", A=A, B=moved(rng, A))


def without_a_first_weight(rng: np.random.Generator) -> Case:
    """The first input is always 0 and has no weights."""
    A = twins(rng, "", 5, 9)["A"]
    A[:, 0] = 0.0
    return case("the first weights are 0", A=A, B=moved(rng, A))


def small(rng: np.random.Generator) -> Case:
    """Units with the weights of a network before its training, if they are small."""
    made = twins(rng, "5 units with small weights", 5, 8)
    return made | {"A": 1e-3 * made["A"], "B": 1e-3 * made["B"]}


def unlike_in_the_last_weight(rng: np.random.Generator) -> Case:
    """Unit 3 is unit 1 but for the sign of its last weight, and comes before it in B."""
    A = twins(rng, "", 5, 8)["A"]
    A[3] = A[1] * [*[1.0] * 7, -1.0]
    A[[1, 3], -1] *= 1.5 / np.abs(A[1, -1])
    while True:
        B = moved(rng, A)
        if first_of(B, A[3]) < first_of(B, A[1]):
            return case("two units that differ in the last weight", A=A, B=B)


def first_weight(units: np.ndarray) -> np.ndarray:
    return units[:, 0]


def total(units: np.ndarray) -> np.ndarray:
    sums: np.ndarray = units.sum(axis=1)
    return sums


def length(units: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.linalg.norm(units, axis=1)
    return lengths


def ranks_agree(a: np.ndarray, b: np.ndarray, order: np.ndarray) -> bool:
    """Whether units that belong together have the same place, sorted by the size of a number."""
    return np.array_equal(np.argsort(np.abs(a)), order[np.argsort(np.abs(b))])


def similar(rng: np.random.Generator, about: str, noise: float) -> Case:
    """Units of which each weight has changed, so that single weights, sums and lengths mislead.

    The products of those that belong together are still the largest by far.
    """
    m = 8
    while True:
        made = twins(rng, about, m, 40, shortest=2.0)
        A, B = made["A"], made["B"]
        order, signs = match_units(A, B)
        B = B + noise * rng.normal(size=A.shape)
        sizes, every = np.abs(A @ B.T), np.arange(m)
        own = sizes[order, every]
        sizes[order, every] = 0
        clear = (own > 1.2 * np.maximum(sizes.max(axis=0), sizes.max(axis=1)[order])).all()
        misled = [ranks_agree(of(A), of(B), order) for of in (first_weight, total, length)]
        signs_too = [
            np.array_equal(np.sign(of(A[order]) * of(B)), signs) for of in (first_weight, total)
        ]
        if clear and not any(misled) and not any(signs_too):
            return made | {"B": B}


def moved(rng: np.random.Generator, A: np.ndarray) -> np.ndarray:
    """The rows of A, of which each moves and some change their signs."""
    m = len(A)
    ring = rng.permutation(m)
    order = np.empty(m, dtype=np.int64)
    order[ring] = np.roll(ring, 1)
    signs = rng.permutation(np.where(np.arange(m) % 2 == 0, -1.0, 1.0))
    B: np.ndarray = signs[:, None] * A[order]
    return B


def parallel(rng: np.random.Generator, about: str, i: int, j: int, first: int) -> Case:
    """Twins; unit j of A is unit i times a factor, and unit ``first`` of both comes first in B."""
    made = twins(rng, about, 5, 7, shortest=1.1)  # no length is twice another one
    A = made["A"]
    A[j] = 2 * A[i]
    while True:
        B = moved(rng, A)
        if first_of(B, A[first]) < first_of(B, A[i + j - first]):
            return made | {"B": B}


def first_of(B: np.ndarray, unit: np.ndarray) -> int:
    """The place of a unit in B, with either sign."""
    away = np.minimum(np.abs(B - unit).sum(axis=1), np.abs(B + unit).sum(axis=1))
    return int(np.argmin(away))


def strangers(rng: np.random.Generator) -> Case:
    """Units of two networks, of which one in A is the nearest to several in B."""
    while True:
        A, B = rng.normal(size=(2, 6, 8))
        nearest = np.maximum(A @ B.T, -A @ B.T) - np.sum(A**2, axis=1)[:, None] / 2
        if len(set(nearest.argmax(axis=0))) < 5:
            return case(STRANGERS, A=A, B=B)


def one_of_zeros(rng: np.random.Generator) -> Case:
    """Twins, of which one unit, the first neither in A nor in B, has no weights."""
    while True:
        A = twins(rng, "", 5, 7)["A"]
        A[3] = 0.0
        B = moved(rng, A)
        if B[0].any():
            return case(ZEROS, A=A, B=B)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        TWINS: [
            twins(rng, "3 units, 4 weights each", 3, 4),
            in_no_order(rng, "6 units, 8 weights each"),
            alike_at_a_glance(rng),
            without_a_first_weight(rng),
            twins(rng, "10 units, 75 weights each", 10, 75),
            small(rng),
            unlike_in_the_last_weight(rng),
        ],
        PARALLEL: [
            parallel(rng, "the short unit first, in A and in B", 1, 3, 1),
            parallel(rng, "the short unit first in A only", 1, 3, 3),
            parallel(rng, "the short unit first in B only", 3, 1, 3),
            parallel(rng, "the long unit first, in A and in B", 3, 1, 1),
        ],
        NEARLY: [
            similar(rng, "every weight a little different", 0.2),
            similar(rng, "every weight different", 0.3),
        ],
        APART: [strangers(rng), one_of_zeros(rng)],
    }


def units_of_B_in_order(A, B):
    """You take the units of B in their order. Then an early one may take the unit of A that belongs
    to a later one: begin with the largest product of all.
    """
    products = A @ B.T
    sizes = np.abs(products)
    m = len(A)
    order, signs = np.zeros(m, dtype=int), np.ones(m)
    for j in range(m):
        order[j] = np.argmax(sizes[:, j])
        signs[j] = -1 if products[order[j], j] < 0 else 1
        sizes[order[j]] = -1
    return order, signs


def units_of_B_by_signed_products(A, B):
    """You take the units of B in their order, and each takes the largest product with its sign.
    Which size counts if a unit has changed its sign? Begin with the largest size of all.
    """
    products = A @ B.T
    sizes = products.copy()
    m = len(A)
    order, signs = np.zeros(m, dtype=int), np.ones(m)
    for j in range(m):
        order[j] = np.argmax(sizes[:, j])
        signs[j] = -1 if products[order[j], j] < 0 else 1
        sizes[order[j]] = -np.inf
    return order, signs


def signs_of_pairs(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """Signs belong to pairs, so they tell nothing where the pairs are others."""
    if same_values("order", got["order"], want["order"]):
        return Open("judged once the order is right")
    return same_values("signs", got["signs"], want["signs"])


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where units hardly belong together, the form of the pairs in words, in place of the pairs."""
    if case["about"] not in (STRANGERS, ZEROS):
        return outputs
    order, signs = (as_numbers(outputs[name]) for name in ("order", "signs"))
    m, said = len(case["A"]), ONCE
    if signs is None or signs.size != m or not (np.abs(signs) == 1).all():
        said = "signs with another number than 1 and −1"
    if order is None or not np.array_equal(np.sort(order.ravel()), np.arange(m)):
        said = "an order that does not have each unit once"
    order, signs = match_units(case["A"], case["B"])
    return outputs | {"order": order, "signs": signs, PAIRS: said}


def cosines(A, B):
    """You divide by the lengths, so a unit and its double look alike. The largest product itself
    tells them apart: by Cauchy and Schwarz, it belongs to the longest unit and its image.
    """
    A, B = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (A, B))
    return match_units(A, B)


def sorted_by_length(A, B):
    """You sort the units by their lengths. Different units can be equally long, and similar ones
    differ a little in length. Which number compares all weights of two units?
    """
    first, second = (np.argsort(np.linalg.norm(a, axis=1)) for a in (A, B))
    order = np.empty(len(A), dtype=int)
    order[second] = first
    return order, np.where(np.sum(A[order] * B, axis=1) < 0, -1.0, 1.0)


def sign_of_the_first_weight(A, B):
    """You take the sign from a single weight. It may be 0, and in a similar network it may have
    another sign. What does the sign of the product say?
    """
    order, _ = match_units(A, B)
    return order, np.sign(A[order, 0] * B[:, 0])


def units_of_A_in_order(A, B):
    """You take the units of A in their order. Then an early one may take the unit of B that belongs
    to a later one: begin with the largest product of all.
    """
    order, signs = units_of_B_in_order(B, A)
    return np.argsort(order), signs[np.argsort(order)]


exercise = function(
    match_units,
    returns="order, signs",
    points=4,
    cases=cases,
    judge=[
        values("order", weight=3, cases=TWINS, title="order of twins"),
        holds("signs of twins", signs_of_pairs, weight=2, cases=TWINS),
        values("order", "signs", weight=3, cases=PARALLEL, after="order of twins"),
        values("order", "signs", weight=4, cases=NEARLY, after="order of twins"),
        values(
            PAIRS,
            title=ONCE,
            weight=2,
            cases=APART,
            alone=False,
            help="If two networks differ, one unit of A may be the nearest to several of B, but "
            "`order` has each once. And which sign do you give to a product of 0?",
        ),
        indices(
            "order",
            "A[order] is possible",
            help="`np.zeros(m)` makes floats. `np.zeros(m, dtype=int)` makes whole numbers.",
        ),
    ],
    observe=observe,
    form=(shapes("order", "signs"), unchanged_inputs()),
    without=("kept",),
    answers=("course_lib.symmetry",),
    hints=(
        "`A @ B.T` has the product of unit i of A and unit j of B at [i, j]. Where is the largest "
        "of them, and what does its sign say?",
        step(
            "Compare B[j] with signs[j] * A[order[j]], row by row. Which rows differ?",
            *("order of twins", "signs of twins", PARALLEL, NEARLY),
        ),
        "`np.unravel_index(k, products.shape)` turns the number k of an entry into its row and its "
        "column. Match these two, overwrite that row and that column of the sizes with −1, and "
        "look again.",
        "A smaller example: A = [[3, 0], [1, 1]] and B = [[−1, −1], [3, 0]]. The products are "
        "[[−3, 9], [−2, 3]]. The largest, 9, matches A[0] with B[1]; of what is left, −2 matches "
        "A[1] with B[0]. So order = [1, 0] and signs = [−1, 1].",
    ),
    mistakes=(
        mistake(cosines),
        mistake(sorted_by_length),
        mistake(sign_of_the_first_weight),
        mistake(units_of_B_in_order),
        mistake(units_of_A_in_order),
        mistake(units_of_B_by_signed_products),
        *slips("""
sizes = products.copy()
    You look for the largest product without its sign. A unit and its image with the opposite sign
    have a product far below 0.
sizes = products.copy()
sizes[i] = -np.inf
sizes[:, j] = -np.inf
    Which size counts, the product or its absolute value? A unit whose sign has changed has a
    negative product with its image.
signs[j] = 1
    All signs are 1. What does a product below 0 say?
signs[j] = 1 if products[i, j] < 0 else -1
    All signs are the opposite ones.
# sizes[i] = -1
    A unit of A is used for several units of B. Once it is matched, it has to be left out.
# sizes[:, j] = -1
    A unit of B is matched several times, and others never. Once it is matched, it has to be left
    out.
products = A @ A.T
    You match A with itself, and B is not used.
return np.argmax(np.abs(A @ B.T), axis=0), signs
    For each unit of B you take the unit of A with the largest product. A long unit of A then wins
    several times. Match the pair with the largest product of all first, and leave both out.
return np.arange(m), signs
    You return the units in their old order.
"""),
        slip(
            "order[j] = i\n        signs[j]",
            "order[i] = j\n        signs[i]",
            "You say where each unit of A has gone. Asked is the opposite: order[j] is the unit of "
            "A that has become unit j of B.",
        ),
        slip(
            "signs[j] = -1 if",
            "signs[i] = -1 if",
            "A sign stands at the place of the unit of A. signs[j] belongs to unit j of B.",
        ),
    ),
)
