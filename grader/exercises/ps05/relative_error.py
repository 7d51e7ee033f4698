"""``relative_error(a, b) -> float``: how far two gradients are apart, in units of their size."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, unchanged_inputs, values


def relative_error(a, b):
    distance = np.linalg.norm(a - b)
    lengths = np.linalg.norm(a) + np.linalg.norm(b)
    return distance / max(lengths, 1e-12)


def pair(rng: np.random.Generator, about: str, shape: tuple[int, ...], size: float = 1.0) -> Case:
    """Two arrays without zeros that differ by a few tens of percent."""
    a = size * rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return case(about, a=a, b=a * rng.uniform(1.2, 1.6, size=shape))


def cases(rng: np.random.Generator) -> list[Case]:
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
    return [
        pair(rng, "two vectors", (3,)),
        pair(rng, "two matrices", (2, 3)),
        larger_first,
        mixed,
        opposite,
        zero,
        equal,
        case("nothing but zeros", a=np.zeros(3), b=np.zeros(3)),
        pair(rng, "tiny numbers", (2,), 1e-13),
    ]


TINY, MEASURE = "tiny numbers", "the denominator of tiny numbers"


def observe(case, outputs):
    """For tiny numbers, what the distance was divided by, in words."""
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


PLAIN = ("two vectors", "two matrices", "three axes", "elements of different size")
AGREEING = ("equal arrays", "nothing but zeros")
DISAGREEING = ("opposite vectors", "one of them zero")

QUOTIENT = "distance over the sum of the lengths"
SMALLEST = "tiny numbers are measured by 1e-12"

exercise = function(
    relative_error,
    returns="error",
    points=1,
    cases=cases,
    observe=observe,
    judge=[
        values("error", weight=4, cases=PLAIN, title=QUOTIENT),
        # Form: handing back 1 meets this one, handing back 0 the next.
        values("error", weight=2, cases=DISAGREEING, form=True, title="1 where nothing agrees"),
        values(
            "error",
            weight=2,
            cases=AGREEING,
            form=True,
            title="0 for equal arrays, zeros among them",
        ),
        values(MEASURE, cases=TINY, title=SMALLEST),
    ],
    form=(
        shapes("error", cases=(*PLAIN, *AGREEING, *DISAGREEING), title="a single number"),
        unchanged_inputs(),
    ),
    answers=("course_lib.gradient_check.relative_error",),
    hints=(
        step(
            "Three lengths: of a − b, of a and of b. How are they combined so that 1 is the most?",
            *(QUOTIENT, "1 where nothing agrees"),
        ),
        step(
            "Two equal arrays have the distance 0. What do you divide by if both are 0 everywhere?",
            "0 for equal arrays, zeros among them",
        ),
        step(
            "The two arrays are so small that their lengths add up to less than 1e-12. What is the "
            "smallest number that the formula divides by?",
            SMALLEST,
        ),
        "The length of an array of any shape is the root of the sum of all its squared "
        "elements. The number 1e-12 only keeps the denominator away from 0.",
        "Smaller: a = [3, 0], b = [3, 4]. a − b = [0, −4] has length 4, a has 3, b has 5: "
        "4/(3 + 5) = 0.5.",
    ),
)

LENGTHS = "np.linalg.norm(a) + np.linalg.norm(b)"
RESULT = "distance / max(lengths, 1e-12)"


@exercise.mistake
def element_by_element(a, b):
    """This is the worst single element. One tiny entry next to large ones decides then, and all its
    digits may be noise: take the length of whole arrays, then divide.
    """
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))


@exercise.mistake
def largest_entry(a, b):
    """The largest elements alone are compared. A length counts all elements: how is it made of
    them?
    """
    return np.max(np.abs(a - b)) / max(np.max(np.abs(a)) + np.max(np.abs(b)), 1e-12)


@exercise.mistake
def mean_of_elements(a, b):
    """You divide element by element and take the mean. The formula has lengths of whole arrays: one
    above, two below.
    """
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))


exercise.slip(
    RESULT,
    "np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)",
    "An error for each element came out. ‖·‖ makes one number of an array.",
)
exercise.slip(
    "np.linalg.norm(a - b)",
    "abs(np.linalg.norm(a) - np.linalg.norm(b))",
    "The difference of two lengths is small also for opposite gradients. What is wanted is the "
    "length of the difference.",
)
exercise.slip(
    RESULT, "distance", "This is the distance itself. Is 0.01 much? That depends on what?"
)
exercise.slip(
    LENGTHS,
    "max(np.linalg.norm(a), np.linalg.norm(b))",
    "Below the bar is the larger of the two lengths, so that opposite arrays have the error 2. The "
    "formula has both lengths there: which combination makes it 1?",
)
exercise.slip(
    LENGTHS,
    "np.linalg.norm(a)",
    "Only the length of `a` is below the bar, so that a and b play unequal parts.",
)
exercise.slip(
    LENGTHS,
    "np.linalg.norm(b)",
    "Only the length of `b` is below the bar, so that a and b play unequal parts.",
)
exercise.slip(
    LENGTHS,
    "(np.linalg.norm(a) + np.linalg.norm(b)) / 2",
    "Twice too large everywhere: it has to be 1 for opposite arrays.",
)
exercise.slip(
    LENGTHS,
    "np.linalg.norm(a + b)",
    "You divide by the length of a + b, which is 0 for opposite arrays. Take the two lengths first "
    "and add those.",
)
exercise.slip(
    RESULT,
    "distance / lengths",
    "Two arrays of zeros give 0/0. What is the `max` with 1e-12 in the formula for?",
)
exercise.slip(
    RESULT,
    "distance / (lengths + 1e-12)",
    "Nearly: 1e-12 is added to the lengths. The formula takes the larger of the two, which shows "
    "where the lengths are about as small.",
)
exercise.slip(
    "1e-12",
    "1e-16",
    "Tiny arrays are measured by their own lengths. From which size on does the formula divide by "
    "a fixed number, and by which one?",
    needs=(QUOTIENT, "0 for equal arrays, zeros among them"),
)
exercise.slip(
    "1e-12",
    "1e-8",
    "Tiny arrays are measured by a number above 1e-12. Which smallest denominator does the formula "
    "have, and how often does it come in?",
    needs=(QUOTIENT,),
)
exercise.slip(
    RESULT,
    "distance / lengths if lengths > 1e-12 else 0.0",
    "Where the lengths are below 1e-12, the error is not the distance divided by 1e-12. What is "
    "the `max` in the formula for?",
    needs=(QUOTIENT,),
)
exercise.slip(
    RESULT,
    "distance / min(lengths, 1e-12)",
    "Errors of a million million: you take the smaller of the two numbers.",
)
exercise.slip(
    RESULT,
    "distance**2 / max(np.linalg.norm(a) ** 2 + np.linalg.norm(b) ** 2, 1e-12)",
    "Squares are compared: a length is the root of the sum of squares.",
)
exercise.slip(
    RESULT,
    "np.sum(np.abs(a - b)) / max(np.sum(np.abs(a)) + np.sum(np.abs(b)), 1e-12)",
    "You sum absolute values. Euclid's length is the root of the sum of squares, as "
    "`np.linalg.norm` has it.",
)
exercise.slip(
    RESULT,
    "distance / np.linalg.norm(a) + np.linalg.norm(b)",
    "`a / b + c` is (a/b) + c in Python. What stands below the bar?",
)


@exercise.mistake
def largest_singular_value(a, b):
    """Vectors are right, matrices not: `np.linalg.norm(W, 2)` is the largest singular value. All
    elements of a matrix count alike here.
    """
    if a.ndim != 2:
        return relative_error(a, b)
    lengths = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return np.linalg.norm(a - b, 2) / max(lengths, 1e-12)
