"""``clip_by_norm(gradients, max_norm) -> (gradients, norm)``: one factor for all gradients."""

from collections.abc import Sequence

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def clip_by_norm(gradients, max_norm):
    squares = sum(np.sum(g**2) for g in gradients)
    norm = float(np.sqrt(squares))
    factor = max_norm / norm if norm > max_norm else 1
    gradients = [g * factor for g in gradients]
    return gradients, norm


EXACT = "the clipped norm is exactly max_norm"
LONG, EACH = "longer than max_norm", "each short enough, all together too long"
SHORT, ZERO = "not longer than max_norm", "gradients of 0"


def arrays(
    rng: np.random.Generator,
    about: str,
    norms: Sequence[float],
    of: Sequence[tuple[int, ...]],
    max_norm: float,
) -> Case:
    """Arrays of both signs with about these norms."""
    gradients = []
    for norm, shape in zip(norms, of, strict=True):
        g = rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        gradients.append(g * (norm * rng.uniform(0.95, 1.05) / np.linalg.norm(g)))
    return case(about, gradients=gradients, max_norm=float(max_norm * rng.uniform(0.95, 1.05)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    small_and_large = arrays(rng, "a small one, a large one", (0.3, 7), [(3, 2), (2, 4)], 2)
    nearly = arrays(rng, "a little longer", (3, 4), [(3, 2), (2, 4)], 2)
    nearly["max_norm"] = float(0.97 * np.sqrt(sum(np.sum(g**2) for g in nearly["gradients"])))
    return {
        LONG: [
            arrays(rng, "one array", (5,), [(2, 3)], 2),
            small_and_large,
            arrays(rng, "weights and biases", (6, 3, 8, 2), [(3, 4), (4,), (4, 2), (2,)], 0.5),
            arrays(rng, "three axes", (0.06, 0.04), [(2, 3, 2), (3, 1)], 0.01),
            nearly,
            float32(arrays(rng, "float32", (3, 4), [(4, 3), (3,)], 1.5)),
        ],
        EXACT: [arrays(rng, "tiny gradients", (6e-4, 4e-4), [(2, 3), (3,)], 1e-4)],
        EACH: [arrays(rng, "", (3, 3, 3, 3), [(2, 3), (3,), (3, 3), (3,)], 4)],
        SHORT: [
            arrays(rng, "far shorter", (0.3, 0.4), [(2, 3), (3,)], 2),
            arrays(rng, "a little shorter", (3, 4), [(3, 2), (2, 2)], 6.5),
        ],
        ZERO: [arrays(rng, "", (0, 0), [(2, 3), (3,)], 1.5)],
    }


exercise = function(
    clip_by_norm,
    returns="gradients, norm",
    points=2,
    cases=cases,
    judge=[
        values(
            "gradients",
            weight=4,
            cases=LONG,
            rtol=1e-3,
            help="""After clipping, the norm of all arrays together is max_norm. By which factor do
            you have to multiply every entry?""",
        ),
        values(
            "gradients",
            weight=3,
            cases=EACH,
            help="""None of these arrays is longer than max_norm, but all of them together are.
            Which norm decides whether you clip?""",
        ),
        values(
            "gradients",
            cases=EXACT,
            rtol=1e-6,
            atol=0.0,
            help="The norm after clipping is max_norm, also where both are tiny.",
        ),
        values(
            "gradients",
            weight=11,
            cases=SHORT,
            alone=False,
            help="A common norm of at most max_norm leaves all gradients as they are.",
        ),
        values(
            "norm",
            weight=3,
            cases=(LONG, EACH, SHORT),
            help="""One number, the norm before clipping: the root of the sum of the squares of all
            entries of all arrays.""",
        ),
        values(
            "gradients",
            "norm",
            cases=ZERO,
            alone=False,
            title="gradients of 0 stay 0, and their norm is 0",
            help="Their norm is 0. Does your code divide by it?",
        ),
    ],
    form=(shapes(cases=LONG), dtype("gradients", cases=LONG), unchanged_inputs()),
    answers=("course_lib.optimizers.clip_by_norm",),
    hints="""
    First the norm: go through the arrays, add up all squares, take one root. Then a condition: is
    the norm larger than max_norm? Then one factor for all arrays.

    A smaller example: gradients = [[3], [4]] and max_norm = 1. The norm is √(9 + 16) = 5, so the
    factor is 1/5: the result is [[0.6], [0.8]] and 5. With max_norm = 6 nothing changes.
    """,
    mistakes=(
        *slips("""
gradients = [g * min(1, max_norm / np.sqrt(np.sum(g**2))) for g in gradients]
    You clip each array by its own norm. Arrays that are shortened by different factors change the
    direction of the step. Compute one norm for all arrays.
gradients = [np.clip(g, -max_norm, max_norm) for g in gradients]
    You clip every entry by itself. That changes the direction of the step. Clipping by the norm
    multiplies all entries by the same factor.
factor = np.float64(max_norm) / norm
    You also lengthen gradients that are shorter than max_norm, and gradients of 0 become nan. Ask
    first whether there is anything to clip.
factor = max_norm / norm
    You also lengthen gradients that are shorter than max_norm. They stay as they are.
factor = max_norm / (norm + 1e-6) if norm > max_norm else 1
    You add a small number to the norm, as PyTorch does. Here the norm of the result is max_norm,
    also for tiny gradients.
factor = max_norm / (norm + 1) if norm > max_norm else 1
    Your clipped gradients are shorter than max_norm. Nothing is added to the norm here.
factor = 1 / norm if norm > max_norm else 1
    Your clipped gradients have the norm 1. Their norm should be max_norm.
factor = max_norm if norm > max_norm else 1
    You multiply by max_norm, but you do not divide by the norm. Which norm does your result have?
factor = norm / max_norm if norm > max_norm else 1
    Your factor is upside down: it makes long gradients longer.
factor = np.sqrt(max_norm / norm) if norm > max_norm else 1
    Your factor has a root too many. If all entries are halved, what happens to the norm?
factor = (max_norm / norm) ** 2 if norm > max_norm else 1
    Your factor is squared. If all entries are halved, what happens to the norm?
factor = max_norm / norm**2 if norm > max_norm else 1
    You divide by the square of the norm. Which norm does your result have?
factor = max_norm / norm if norm < max_norm else 1
    Your condition is reversed: gradients that are too long stay, and short ones become longer.
factor = 0 if norm > max_norm else 1
    You set gradients that are too long to 0, so there is no step at all. Shorten them.
factor = 1
    You compute the norm, but your gradients are never clipped.
norm = float(np.sum(squares))
    Your norm is squared. Where is the root?
norm = float(sum(np.sqrt(np.sum(g**2)) for g in gradients))
    You add up the norms of the arrays. The common norm is the root of the sum of all squares: 5 for
    arrays of the norms 3 and 4.
norm = float(max(np.sqrt(np.sum(g**2)) for g in gradients))
    You use the largest of the arrays' norms. All arrays together are longer than that.
norm = float(np.mean([np.sqrt(np.sum(g**2)) for g in gradients]))
    You average the norms of the arrays. The common norm is the root of the sum of all squares.
norm = float(max(np.max(np.abs(g)) for g in gradients))
    You use the largest entry. The norm uses all entries.
norm = float(sum(np.sum(np.abs(g)) for g in gradients))
    You add up the absolute values. The norm is the root of the sum of the squares.
norm = float(np.sqrt(np.sum(gradients[0] ** 2)))
    You use the norm of the first array only. All arrays have one norm together.
norm = float(np.sqrt(np.sum(gradients[-1] ** 2)))
    You use the norm of the last array only. Does your loop start again at 0 for every array?
norm = float(np.sqrt(squares / sum(g.size for g in gradients)))
    You take the mean of the squares. The norm is the root of their sum.
norm = float(np.sqrt(squares / len(gradients)))
    You divide the sum of the squares by the number of arrays. The norm is the root of the sum.
norm = float(np.sqrt(sum(np.sum(g) ** 2 for g in gradients)))
    You add up the entries before you square, so that they cancel. Square first.
norm = float(np.sqrt(sum(np.linalg.norm(g) for g in gradients)))
    You add up the norms of the arrays and take a root. Which sum is under the root?
norm = np.array([np.sqrt(np.sum(g**2)) for g in gradients])
gradients = [g * min(1, max_norm / np.sqrt(np.sum(g**2))) for g in gradients]
    You use a norm for each array. One common norm keeps the direction of the step.
gradients = gradients * factor if norm > max_norm else gradients
    `gradients` is a list, and a list times a number is an error. Multiply each of its arrays.
gradients = [g - max_norm * (norm > max_norm) for g in gradients]
    You subtract max_norm from every entry. That changes the direction. Multiply by a factor.
gradients = [np.sign(g) * max_norm if norm > max_norm else g for g in gradients]
    You keep only the signs of the entries. A factor for all keeps the direction.
gradients = [np.minimum(g, max_norm) for g in gradients]
    You limit every entry by itself, and only from above. Multiply all entries by one factor.
gradients = [g * factor / (len(gradients) if norm > max_norm else 1) for g in gradients]
    After clipping your gradients are too short, by the number of arrays. One norm is common to all,
    so there is nothing to divide among them.
norm = float(np.sqrt(sum(np.mean(g**2) for g in gradients)))
    You take the mean of the squares of each array. The norm is the root of their sum.
return gradients, min(norm, max_norm)
    You return the norm after clipping. Return the norm before clipping; it shows whether you
    clipped.
return gradients, factor
    Your second output is the factor. Return the norm before clipping.
return gradients, norm > max_norm
    Your second output says whether you clipped. Return the norm before clipping.
"""),
        *slips(
            """
factor = min(1, max_norm / norm)
    Only gradients of 0 are wrong: your code divides by their norm. Ask first whether there is
    anything to clip.
""",
            needs=("values of norm",),
        ),
    ),
)
