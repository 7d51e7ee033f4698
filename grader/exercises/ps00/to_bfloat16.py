"""``to_bfloat16(x) -> float32``: every number rounded to the nearest one of bfloat16."""

import math

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    form_step,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.texts import paragraphs


def to_bfloat16(x):
    bits = x.view(np.uint32)
    last = (bits >> 16) & 1
    rounded = bits + (0x7FFF + last)
    kept = rounded & 0xFFFF0000
    y = kept.view(np.float32)
    return y


SPACING = 2.0**-7  # of the numbers of bfloat16 between 1 and 2


def numbers(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, ...],
    beyond: tuple[float, float],
    powers: tuple[float, ...] = (1.0,),
) -> Case:
    """Numbers of both signs that lie ``beyond`` one of bfloat16, as a part of the way to the next.

    The last bit that bfloat16 keeps of them is 0 as often as 1, because it decides about halves.
    """
    n = math.prod(shape)
    last_bits = rng.permutation(np.arange(n) % 2)
    steps = 2 * rng.choice(63, size=n, replace=False) + last_bits + rng.uniform(*beyond, size=n)
    x = np.resize(powers, n) * (1 + steps * SPACING) * rng.choice([-1, 1], size=n)
    return case(about, x=x.reshape(shape).astype("float32"))


NEAREST = "the nearest number"
TIES = "halfway: the neighbour whose last bit is 0"
RANGE = "as large a range as float32"

exercise = function(
    to_bfloat16,
    returns="y",
    points=1,
    cases=lambda rng: {
        NEAREST: [
            numbers(rng, "less than half of the way to the next", (4,), (0.1, 0.4)),
            numbers(rng, "more than half of the way", (4,), (0.6, 0.9)),
            numbers(rng, "a single number", (), (0.1, 0.9)),
            numbers(rng, "a table of numbers", (3, 4), (0.1, 0.9), powers=(1.0, 2.0, 4.0)),
        ],
        TIES: [numbers(rng, "exactly halfway", (6,), (0.5, 0.5))],
        RANGE: [
            numbers(rng, "about 100,000", (4,), (0.1, 0.9), powers=(2.0**17,)),
            numbers(rng, "about 1e30", (4,), (0.1, 0.9), powers=(2.0**100,)),
        ],
    },
    judge=[
        values("y", weight=5, cases=NEAREST),
        values("y", weight=2, cases=TIES),
        values("y", weight=2, cases=RANGE),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=("course_lib.preprocessing.to_bfloat16",),
    hints=(
        *(
            step(text, NEAREST, TIES, RANGE)
            for text in paragraphs("""
            A float32 has 32 bits. bfloat16 keeps the upper 16 of them. How do you set the lower 16
            to 0 if you have the number as an integer?

            Setting them to 0 always rounds towards 0. Add something to the integer first, so that
            the upper half grows in the right cases: what if the lower half is more than 0x8000,
            less than 0x8000, exactly 0x8000? In the last case it depends on bit 16,
            `(bits >> 16) & 1`.

            A smaller example: the integer 0x3F80C000 has the lower half 0xC000, more than 0x8000,
            so it becomes 0x3F810000. 0x3F808000 is halfway, its upper half 0x3F80 is even: it
            becomes 0x3F800000. 0x3F818000 is halfway, 0x3F81 is odd: it becomes 0x3F820000.
            """)
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    mistakes=(
        *slips("""
rounded = bits
    You set the lower 16 bits to 0, which always rounds towards 0. What do you have to add to the
    integer first, so that more than half rounds up?
rounded = bits + 0x8000
    Numbers exactly halfway are always rounded away from 0. They should go to the neighbour whose
    last bit is 0. Which bit of the integer says whether that is the one below?
rounded = bits + 0x7FFF
    Numbers exactly halfway are always rounded towards 0. They should go to the neighbour whose last
    bit is 0. Which bit of the integer says whether that is the one above?
rounded = bits + (0x8000 - last)
    Numbers exactly halfway go to the neighbour whose last bit is 1. Exchange the two cases.
rounded = bits + 0xFFFF
    Every number that is not exact is rounded away from 0. Only more than half may round up: how
    much can you add to a lower half below 0x8000 without changing the upper half?
kept = rounded & 0xFFFFFF00
    You keep 24 bits. bfloat16 has 16: the sign, 8 bits of the exponent and 7 bits of the fraction.
kept = rounded & 0xFFFE0000
    You keep 15 bits. bfloat16 has 16: the sign, 8 bits of the exponent and 7 bits of the fraction.
kept = rounded & 0x7FFF0000
    The sign is lost: it is the highest bit. Which bits does your mask keep?
kept = rounded >> 16
    Every number is 0, or so small that it counts as 0. Did `>> 16` move the upper half to the lower
    places, where it means another number? Or is a bracket missing? `&` and `>>` bind more weakly
    than `+`, so `a + b & 1` is `(a + b) & 1`.
y = kept.astype(np.float32)
    These are the values of the integers. You need the floats that have the same bits. Which method
    did you use in the other direction?
bits = x.astype(np.uint32)
    `astype` converts the value: 1.7 becomes the integer 1. You need an integer with the same bits:
    `x.view(np.uint32)`.
return x.astype(np.float16).astype(np.float32)
    This is float16, which has more digits than bfloat16, and overflows above 65,504.
return x
    Nothing is rounded yet.
"""),
        *slips(
            """
return y.astype(np.float64)
    The values are right, but the result is float64. Which type should hold them?
""",
            needs=(NEAREST,),
        ),
    ),
)
