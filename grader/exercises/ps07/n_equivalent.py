"""``n_equivalent(m) -> int``: number of weight settings that give the same network with m tanh
units.
"""

import math
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, values


def n_equivalent(m):
    return math.factorial(m) * 2**m


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        case("two units", m=2),
        case("one unit", m=1),
        case("three units", m=3),
        case("ten units", m=10),
        case("thirty units", m=30),
    ]


def run(n_equivalent: Any, case: Case) -> dict[str, Any]:
    count = n_equivalent(case["m"])
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    # An array or a list of one number is that number, in another form.
    number = np.asarray(count, dtype=object).ravel()[0] if np.size(count) == 1 else count
    return {
        "the count": float(number),
        "the last digits": str(int(count))[-6:] if whole else "a " + type(count).__name__,
    }


FEW = ("two units", "one unit", "three units", "ten units")

exercise = function(
    n_equivalent,
    returns="a whole number",
    points=1,
    cases=cases,
    run=run,
    judge=[
        values(
            "the count",
            weight=3,
            cases=FEW,
            title="the count, for up to ten units",
            help="How many orders of m units are there? And how many choices of signs?",
        ),
        # A constant can satisfy it, because it is one number.
        values(
            "the count",
            cases="thirty units",
            alone=False,
            title="the count, for thirty units",
            help="""For 30 units the count has 42 digits. Which number types in your code can hold
            it exactly?""",
        ),
    ],
    form=[values("the last digits", alone=False, title="a whole number, exact to the last digit")],
    without=("in place",),  # it is given numbers
    answers=("course_lib.symmetry.n_equivalent",),
    hints="""
    m · (m − 1) · … · 1 orders, and for each of them 2 · 2 · … · 2 choices of signs.

    Smaller: 2 units have 2 orders and 4 choices of signs, hence 8.
    """,
)

exercise.slips("""
return math.factorial(m)
    You count only the orders of the units. Every unit can also change its sign.
return 2**m
    You count only the signs of the units. You can also reorder the units.
return math.factorial(m) + 2**m
    Each order can be combined with each choice of signs. Do you have to add the two counts?
return math.factorial(m) * 2 * m
    There are two signs for the first unit, for each of them two for the second, and so on. How
    often do you double the count?
return math.factorial(m) * m**2
    There are m units with two choices each. Is that m² or 2 to the power m?
return math.factorial(m) * 2
    You flip all units together. Each of them can be flipped on its own.
return math.factorial(m - 1) * 2**m
    The factorial stops one factor too early: `range(1, m)` ends before m.
return math.factorial(m) * 2**m - 1
    Your count is too small by 1: the network itself is one of the equivalent ones.
return m**m * 2**m
    m to the power m would allow several units at the same position. After you choose the first
    unit, how many units remain for the second position?
return math.factorial(m) * (2 ^ m)
    In Python `2 ^ m` is not a power; that is written `2**m`.
return math.factorial(2 * m)
    For one unit there are 2, for two units 8. Write down the 8 settings. Why are there not 24?
return np.prod(np.arange(1, m + 1, dtype=np.int64)) * np.int64(2)**m
    For many units the result is too large for NumPy's whole numbers: they overflow. Python's own
    integers have no limit: use `math.factorial` and `int`.
""")
exercise.slips(
    """
return math.factorial(m) * 2.0**m
    The magnitude is right, but the result is a float, which keeps only about 16 digits. A count is
    an integer, so no factor may be a float.
""",
    needs=("the count, for up to ten units", "the count, for thirty units"),
)
