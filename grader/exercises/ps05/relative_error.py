"""``relative_error(a, b) -> float``: how far two gradients are apart, in units of their size."""

from typing import Any

import numpy as np

from course_lib.gradient_check import relative_error
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


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
    return [
        pair(rng, "two vectors", (3,)),
        pair(rng, "two matrices", (2, 3)),
        pair(rng, "three axes", (2, 2, 2)),
        mixed,
        opposite,
        zero,
        equal,
        case("nothing but zeros", a=np.zeros(3), b=np.zeros(3)),
        pair(rng, "tiny numbers", (2,), 1e-13),
    ]


def run(relative_error: Any, case: Case) -> dict[str, Any]:
    return {"error": relative_error(case["a"], case["b"])}


def norm(v: Any) -> Any:
    return np.sqrt(np.sum(v * v))


def element_by_element(a: Any, b: Any) -> Any:
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))


def mean_of_elements(a: Any, b: Any) -> Any:
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12))


def array_of_errors(a: Any, b: Any) -> Any:
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)


def difference_of_lengths(a: Any, b: Any) -> Any:
    return abs(norm(a) - norm(b)) / max(norm(a) + norm(b), 1e-12)


def not_divided(a: Any, b: Any) -> Any:
    return norm(a - b)


def by_the_larger(a: Any, b: Any) -> Any:
    return norm(a - b) / max(norm(a), norm(b), 1e-12)


def by_the_first(a: Any, b: Any) -> Any:
    return norm(a - b) / max(norm(a), 1e-12)


def by_the_second(a: Any, b: Any) -> Any:
    return norm(a - b) / max(norm(b), 1e-12)


def by_the_mean(a: Any, b: Any) -> Any:
    return norm(a - b) / max((norm(a) + norm(b)) / 2, 1e-12)


def by_the_sum(a: Any, b: Any) -> Any:
    return norm(a - b) / max(norm(a + b), 1e-12)


def without_floor(a: Any, b: Any) -> Any:
    return norm(a - b) / (norm(a) + norm(b))


def floor_added(a: Any, b: Any) -> Any:
    return norm(a - b) / (norm(a) + norm(b) + 1e-12)


def minimum_for_maximum(a: Any, b: Any) -> Any:
    return norm(a - b) / np.minimum(norm(a) + norm(b), 1e-12)


def squared(a: Any, b: Any) -> Any:
    return np.sum((a - b) ** 2) / max(np.sum(a**2) + np.sum(b**2), 1e-12)


def absolute_values(a: Any, b: Any) -> Any:
    return np.sum(np.abs(a - b)) / max(np.sum(np.abs(a)) + np.sum(np.abs(b)), 1e-12)


def largest_singular_value(a: Any, b: Any) -> Any:
    if a.ndim != 2:
        return without_floor(a, b) if np.any(a) else 0.0
    return np.linalg.norm(a - b, 2) / np.maximum(np.linalg.norm(a, 2) + np.linalg.norm(b, 2), 1e-12)


def brackets(a: Any, b: Any) -> Any:
    return norm(a - b) / norm(a) + norm(b)


PLAIN = ("two vectors", "two matrices", "three axes", "elements of different size")

exercise = Exercise(
    name="relative_error",
    takes=("relative_error",),
    points=1,
    reference=(relative_error,),
    cases=cases,
    run=run,
    judge=[
        values("error", weight=4, cases=PLAIN, title=_("distance over the sum of the lengths")),
        # Form: handing back 1 meets this one, handing back 0 the next.
        values(
            "error",
            weight=2,
            cases=("opposite vectors", "one of them zero"),
            form=True,
            title=_("1 where nothing agrees"),
        ),
        values(
            "error",
            weight=2,
            cases=("equal arrays", "nothing but zeros"),
            form=True,
            title=_("0 for equal arrays, zeros among them"),
        ),
        values("error", cases="tiny numbers", title=_("tiny numbers are measured by 1e-12")),
        shapes("error", title=_("a single number")),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            element_by_element,
            hint=_(
                "This is the worst single element. One tiny entry next to large ones decides then, "
                "and all its digits may be noise: take the length of whole arrays, then divide."
            ),
        ),
        Mistake(
            mean_of_elements,
            hint=_(
                "You divide element by element and take the mean. The formula has lengths of whole "
                "arrays: one above, two below."
            ),
        ),
        Mistake(
            array_of_errors,
            hint=_("An error for each element came out. ‖·‖ makes one number of an array."),
        ),
        Mistake(
            difference_of_lengths,
            hint=_(
                "The difference of two lengths is small also for opposite gradients. What is "
                "wanted is the length of the difference."
            ),
        ),
        Mistake(
            not_divided,
            hint=_("This is the distance itself. Is 0.01 much? That depends on what?"),
        ),
        Mistake(
            by_the_larger,
            hint=_("Up to twice too large: below the bar are both lengths, added."),
        ),
        Mistake(
            by_the_first,
            hint=_("Only the length of `a` is below the bar, so that a and b play unequal parts."),
        ),
        Mistake(
            by_the_second,
            hint=_("Only the length of `b` is below the bar, so that a and b play unequal parts."),
        ),
        Mistake(
            by_the_mean,
            hint=_("Twice too large everywhere: it has to be 1 for opposite arrays."),
        ),
        Mistake(
            by_the_sum,
            hint=_(
                "You divide by the length of a + b, which is 0 for opposite arrays. Take the two "
                "lengths first and add those."
            ),
        ),
        Mistake(
            without_floor,
            hint=_(
                "Two arrays of zeros give 0/0. What is the `max` with 1e-12 in the formula for?"
            ),
        ),
        Mistake(
            floor_added,
            hint=_(
                "Nearly: 1e-12 is added to the lengths. The formula takes the larger of the two, "
                "which shows where the lengths are about as small."
            ),
        ),
        Mistake(
            minimum_for_maximum,
            hint=_("Errors of a million million: you take the smaller of the two numbers."),
        ),
        Mistake(
            squared,
            hint=_("Squares are compared: a length is the root of the sum of squares."),
        ),
        Mistake(
            absolute_values,
            hint=_(
                "You sum absolute values. Euclid's length is the root of the sum of squares, as "
                "`np.linalg.norm` has it."
            ),
        ),
        Mistake(
            largest_singular_value,
            hint=_(
                "Vectors are right, matrices not: `np.linalg.norm(W, 2)` is the largest singular "
                "value. All elements of a matrix count alike here."
            ),
        ),
        Mistake(
            brackets,
            hint=_("`a / b + c` is (a/b) + c in Python. What stands below the bar?"),
        ),
    ],
    answers=("course_lib.gradient_check.relative_error",),
    returns="one number",
    hints=(
        _("Three lengths: of a − b, of a and of b. How are they combined so that 1 is the most?"),
        _(
            "The length of an array of any shape is the root of the sum of all its squared "
            "elements. The number 1e-12 only keeps the denominator away from 0."
        ),
        _(
            "Smaller: a = [3, 0], b = [3, 4]. a − b = [0, −4] has length 4, a has 3, b has 5: "
            "4/(3 + 5) = 0.5."
        ),
    ),
)
