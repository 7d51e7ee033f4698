"""``digit_map(rates, momenta, curvatures) -> digits``: how fast each setting of momentum is."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def digit_map(rates, momenta, curvatures):
    digits = np.empty((len(momenta), len(rates)))
    for row, mu in enumerate(momenta):
        for column, lr in enumerate(rates):
            c = 1 + mu - lr * curvatures
            d = np.sqrt((c**2 - 4 * mu).astype(complex))
            factors = np.maximum(np.abs(c + d), np.abs(c - d)) / 2
            slowest = np.max(factors)
            digits[row, column] = -100 * np.log10(slowest)
    return digits


FLOOR, WALL, BEYOND = "the flat direction is slow", "the steep direction is slow", "it diverges"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def drawn(about: str, shares: Any, momenta: Any, smallest: Any, more: int = 1) -> Case:
        """Rates as shares of the limit 2/λ; the extreme curvatures stand inside."""
        outer, last = rng.uniform(5, 7, size=more), rng.uniform(5, 7)
        ends = [rng.uniform(10, 12), rng.uniform(*smallest)]
        curvatures = np.array([*outer, *ends, last])
        return case(
            about,
            rates=2 / curvatures.max() * np.array([rng.uniform(*share) for share in shares]),
            momenta=np.array([rng.uniform(*share) for share in momenta]),
            curvatures=curvatures,
        )

    low, high = ((0.1, 0.15), (0.2, 0.3), (0.35, 0.4)), ((1.0, 1.05), (1.1, 1.15))
    small, large = ((0.05, 0.1), (0.15, 0.2)), ((0.08, 0.12), (0.18, 0.22), (0.28, 0.32))
    return {
        FLOOR: [
            drawn("three small rates, two momenta", low, small, (0.4, 0.6)),
            drawn("six curvatures", low[:2], small[:1], (0.4, 0.6), 3),
        ],
        WALL: [drawn("two large rates, three momenta", high, large, (3, 4))],
        BEYOND: [drawn("rates beyond the limit", ((1.6, 1.8), (2.2, 2.5)), small, (0.4, 0.6))],
    }


exercise = function(
    digit_map,
    returns="digits",
    points=3,
    cases=cases,
    judge=[
        values(
            weight=3,
            cases=FLOOR,
            help="Which of the directions decides how fast all of them get there?",
        ),
        values(
            weight=3,
            cases=WALL,
            help="At a large rate another direction is the slow one. Does your function find it?",
        ),
        values(
            weight=2,
            cases=BEYOND,
            help="A path that diverges loses digits: the logarithm of a growth above 1 has a sign.",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps11.digit_map", "course_lib.descent"),
    hints=(
        "For each setting, compute the growth of every curvature. Which of these numbers says how "
        "fast the whole path is in the long run?",
        "n digits after 100 steps means: growth to the power 100 is 10 to the power −n. Take the "
        "logarithm to base 10 on both sides. Rows belong to momenta, columns to rates.",
        "A smaller example: without momentum and with the curvatures 1 and 4, the rate 0.1 has the "
        "growths 0.9 and 0.6. The slowest is 0.9, so there are −100·log10(0.9) = 4.58 digits. At "
        "the rate 0.45 the growths are 0.55 and 0.8: 9.69 digits.",
    ),
    mistakes=slips("""
slowest = np.min(factors)
    You take the fastest direction. After many steps the distance is that of the slowest one.
slowest = np.mean(factors)
    You take the mean of the growths. The distances of the fast directions are soon negligible:
    which direction is left?
slowest = np.prod(factors)
    You multiply the growths of the directions. Each direction has its own distance, and the
    largest one is left in the end.
slowest = factors[np.argmin(curvatures)]
    You take the direction of the smallest curvature. At a large rate, is it still the slowest one?
slowest = factors[np.argmax(curvatures)]
    You take the direction of the largest curvature. At a small rate, is it the slowest one?
slowest = max(factors[0], factors[-1])
    You look at the first and the last curvature. They come in any order.
slowest = min(np.max(factors), 1)
    Your growth never exceeds 1. Where the path diverges, digits are lost, so the result is
    negative.
digits[row, column] = 100 * np.log10(slowest)
    The sign is wrong: a growth below 1 gains digits.
digits[row, column] = -100 * np.log(slowest)
    This is the natural logarithm. A digit is a factor of ten.
digits[row, column] = -np.log10(slowest)
    These are the digits of a single step. How many are there in 100 steps?
digits[row, column] = -1 / np.log10(slowest)
    This is the number of steps for one digit. How many digits do 100 steps gain?
digits[row, column] = slowest
    This is the growth. How many digits do 100 steps gain?
digits[row, column] = slowest**100
    This is what is left of the distance after 100 steps. How many decimal digits is that?
digits[row, column] = 100 * (1 - slowest)
    1 − growth is close to −ln growth only for a growth near 1. Which power of ten is growth to the
    power 100?
c = 1 + mu - lr / (1 - mu) * curvatures
    The effective rate is in your growth. Does your `growth` of section 3 pass its check?
factors = np.abs(1 - lr * curvatures)
    This is the growth without momentum. Use your `growth` of section 3.
factors = np.full(len(curvatures), np.sqrt(mu))
    √mu is the growth only while the roots are complex.
return digits.T
    Rows and columns are exchanged: there is one row for each momentum.
return digits[::-1]
    The rows come in the opposite order. The first row belongs to the first momentum.
return np.round(digits)
    Return the digits as they are, not rounded.
"""),
)
