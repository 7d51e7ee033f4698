"""``match_units(A, B) -> (order, signs)``: which unit of A is unit j of B, and its sign."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


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


def twins(rng: np.random.Generator, about: str, m: int, D: int, noise: float = 0.0) -> Case:
    """Units of different lengths, and the same units in another order and with other signs."""
    while True:
        directions = rng.normal(size=(m, D))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        if np.abs(directions @ directions.T - np.eye(m)).max(initial=0) < ALIKE:
            break
    A = directions * rng.permutation(np.linspace(1, 3, m))[:, None]
    return case(about, A=A, B=moved(rng, A) + noise * rng.normal(size=A.shape))


def moved(rng: np.random.Generator, A: np.ndarray) -> np.ndarray:
    """The rows of A, of which each moves and some change their signs."""
    m = len(A)
    ring = rng.permutation(m)
    order = np.empty(m, dtype=np.int64)
    order[ring] = np.roll(ring, 1)
    signs = rng.permutation(np.where(np.arange(m) % 2 == 0, -1.0, 1.0))
    B: np.ndarray = signs[:, None] * A[order]
    return B


def parallel(rng: np.random.Generator) -> Case:
    """Twins; two of their units differ only by a factor, and the shorter one comes first in B."""
    made = twins(rng, "two units differ by a factor of 2", 5, 7)
    A = made["A"]
    A[3] = 2 * A[1]
    while True:
        B = moved(rng, A)
        if first_of(B, A[1]) < first_of(B, A[3]):
            return made | {"B": B}


def first_of(B: np.ndarray, unit: np.ndarray) -> int:
    """The place of a unit in B, with either sign."""
    return int(np.argmin(np.abs(np.abs(B) - np.abs(unit)).sum(axis=1)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        TWINS: [
            twins(rng, "3 units, 4 weights each", 3, 4),
            twins(rng, "6 units, 8 weights each", 6, 8),
            twins(rng, "10 units, 75 weights each", 10, 75),
        ],
        PARALLEL: [parallel(rng)],
        NEARLY: [twins(rng, "every weight a little different", 8, 12, noise=0.02)],
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
        values("order", weight=4, cases=TWINS, title="order of twins"),
        values("signs", weight=2, cases=TWINS, title="signs of twins", after="order of twins"),
        values("order", "signs", weight=2, cases=PARALLEL, after="order of twins"),
        values("order", "signs", weight=2, cases=NEARLY, after="order of twins"),
    ],
    form=(shapes(), unchanged_inputs()),
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
