"""``relative_error(a, b) -> float``: the distance of two gradients relative to their size."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def relative_error(a, b):
    distance = np.linalg.norm(a - b)
    lengths = np.linalg.norm(a) + np.linalg.norm(b)
    return distance / max(lengths, 1e-12)


def pair(rng: np.random.Generator, about: str, shape: tuple[int, ...], size: float = 1.0) -> Case:
    """Two arrays without zeros that differ by a few tens of percent."""
    a = size * rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return case(about, a=a, b=a * rng.uniform(1.2, 1.6, size=shape))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    opposite = pair(rng, "opposite vectors", (3,))
    opposite["b"] = -opposite["a"]
    zero = pair(rng, "one of them zero", (3,))
    zero["b"] = np.zeros(3)
    equal = pair(rng, "equal arrays", (2, 3))
    equal["b"] = equal["a"].copy()
    mixed = pair(rng, "elements of different size", (4,))
    mixed["a"] *= [1, 10, 100, 0.001]
    mixed["b"] = mixed["a"] + [0.5, -1, 2, 1]
    larger_first = pair(rng, "three axes", (2, 2, 2))
    larger_first["a"], larger_first["b"] = larger_first["b"], larger_first["a"]
    return {
        QUOTIENT: [
            pair(rng, "two vectors", (3,)),
            pair(rng, "two matrices", (2, 3)),
            larger_first,
            mixed,
        ],
        "1 for opposite arrays": [opposite, zero],
        "0 for equal arrays, also for zeros": [
            equal,
            case("nothing but zeros", a=np.zeros(3), b=np.zeros(3)),
        ],
        "for tiny numbers, the distance is divided by 1e-12": [pair(rng, TINY, (2,), 1e-13)],
    }


TINY, MEASURE = "tiny numbers", "the denominator of tiny numbers"
QUOTIENT = "the distance is divided by the sum of the norms"


def observe(case, outputs):
    """By what the distance of tiny numbers was divided, as a text."""
    if case["about"] != TINY:
        return outputs
    error = np.asarray(outputs["error"])
    if error.size != 1 or error.dtype.kind not in "iuf":
        return {MEASURE: "unknown"}
    a, b = case["a"], case["b"]
    distance, lengths = np.linalg.norm(a - b), np.linalg.norm(a) + np.linalg.norm(b)
    known = {1e-12: "1e-12", lengths: "their own lengths", lengths + 1e-12: "lengths + 1e-12"}
    for denominator, words in known.items():
        if np.isclose(float(error.ravel()[0]), distance / denominator, rtol=1e-5):
            return {MEASURE: words}
    small = 0 < error.ravel()[0] < distance / 1e-12
    return {MEASURE: "a number above 1e-12" if small else "another number"}


exercise = function(
    relative_error,
    returns="error",
    points=1,
    cases=cases,
    observe=observe,
    judge=[
        values("error", weight=4, cases=QUOTIENT),
        # A function that returns 1 satisfies this one, a function that returns 0 the next.
        values("error", weight=2, cases="1 for opposite arrays", alone=False),
        values(
            "error",
            weight=2,
            cases="0 for equal arrays, also for zeros",
            alone=False,
            help="""Two equal arrays have the distance 0. What do you divide by if both are 0
            everywhere?""",
        ),
        values(
            MEASURE,
            cases="for tiny numbers, the distance is divided by 1e-12",
            after=QUOTIENT,
            help="""The two arrays are so small that the sum of their norms is below 1e-12. What is
            the smallest number that the formula divides by?""",
        ),
    ],
    form=(shapes("error", title="a single number"), unchanged_inputs()),
    answers=("course_lib.gradient_check.relative_error",),
    hints=(
        step(
            "You need three norms: of a − b, of a and of b. How do you combine them so that the "
            "largest possible error is 1?",
            *(QUOTIENT, "1 for opposite arrays"),
        ),
        "The norm of an array of any shape is the root of the sum of all its squared elements. "
        "The number 1e-12 only prevents a denominator of 0.",
        "A smaller example: a = [3, 0], b = [3, 4]. a − b = [0, −4] has length 4, a has 3, b has "
        "5: 4/(3 + 5) = 0.5.",
    ),
    mistakes=(
        *slips("""
return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))
    This is the largest error of a single element. One tiny entry among large ones may decide it,
    although rounding affects all its digits. Take the norms of the whole arrays, then divide.
return np.max(np.abs(a - b)) / max(np.max(np.abs(a)) + np.max(np.abs(b)), 1e-12)
    You use only the largest elements. A norm uses all elements. How do you compute a norm from
    them?
return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))
    You divide element by element and take the mean. The formula has norms of whole arrays: one in
    the numerator, two in the denominator.
return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)
    You return an error for each element. ‖·‖ turns an array into one number.
distance = abs(np.linalg.norm(a) - np.linalg.norm(b))
    The difference of two norms can be small for opposite gradients, too. Use the norm of the
    difference.
return distance
    This is the distance itself. Whether 0.01 is large depends on the size of the gradients. By what
    do you have to divide?
lengths = max(np.linalg.norm(a), np.linalg.norm(b))
    Your denominator is the larger of the two norms, so opposite arrays have the error 2. The
    formula has both norms in the denominator. Which combination gives 1?
lengths = np.linalg.norm(a)
    Your denominator contains only the norm of `a`, so the error changes if you exchange a and b.
lengths = np.linalg.norm(b)
    Your denominator contains only the norm of `b`, so the error changes if you exchange a and b.
lengths = (np.linalg.norm(a) + np.linalg.norm(b)) / 2
    The error is twice too large everywhere. It has to be 1 for opposite arrays.
lengths = np.linalg.norm(a + b)
    You divide by the norm of a + b, which is 0 for opposite arrays. Take the two norms first and
    add them.
return distance / lengths
    Two arrays of zeros give 0/0. What does the `max` with 1e-12 in the formula do?
return distance / (lengths + 1e-12)
    You add 1e-12 to the norms. The formula takes the larger of the two numbers, which differs where
    the norms are about 1e-12.
"""),
        *slips(
            """
return distance / max(lengths, 1e-16)
    For tiny arrays you divide by their own norms. Below which size does the formula divide by a
    fixed number, and by which one?
""",
            needs=(QUOTIENT, "0 for equal arrays, also for zeros"),
        ),
        *slips(
            """
return distance / max(lengths, 1e-8)
    For tiny arrays you divide by a number above 1e-12. What is the smallest denominator in the
    formula?
return distance / lengths if lengths > 1e-12 else 0.0
    Where the norms are below 1e-12, you do not divide the distance by 1e-12. What does the `max` in
    the formula do?
""",
            needs=(QUOTIENT,),
        ),
        *slips("""
return distance / min(lengths, 1e-12)
    The errors are enormous, because you take the smaller of the two numbers in the denominator.
return distance**2 / max(np.linalg.norm(a) ** 2 + np.linalg.norm(b) ** 2, 1e-12)
    You compare squares. A norm is the root of the sum of squares.
return np.sum(np.abs(a - b)) / max(np.sum(np.abs(a)) + np.sum(np.abs(b)), 1e-12)
    You sum absolute values. The Euclidean norm is the root of the sum of squares, as
    `np.linalg.norm` computes it.
return distance / np.linalg.norm(a) + np.linalg.norm(b)
    `a / b + c` is (a/b) + c in Python. Which brackets does the denominator need?
distance = np.linalg.norm(a - b, 2 if a.ndim == 2 else None)
lengths = sum(np.linalg.norm(array, 2 if array.ndim == 2 else None) for array in (a, b))
    For a matrix, `np.linalg.norm(W, 2)` is the largest singular value. Here you need the root of
    the sum of all squared elements.
"""),
    ),
)
