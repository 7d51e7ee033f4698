"""``n_equivalent(m) -> int``: how many weights make the same network with m tanh units."""

import math
from typing import Any

import numpy as np

from course_lib.symmetry import n_equivalent
from grader.checking import Case, Exercise, Mistake, _, case, values


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


def orders_only(m: int) -> Any:
    return math.factorial(m)


def signs_only(m: int) -> Any:
    return 2**m


def added(m: int) -> Any:
    return math.factorial(m) + 2**m


def twice(m: int) -> Any:
    return math.factorial(m) * 2 * m


def squared(m: int) -> Any:
    return math.factorial(m) * m**2


def one_sign(m: int) -> Any:
    return math.factorial(m) * 2


def stops_early(m: int) -> Any:
    result = 2**m
    for k in range(1, m):
        result *= k
    return result


def itself_left_out(m: int) -> Any:
    return math.factorial(m) * 2**m - 1


def power_for_orders(m: int) -> Any:
    return m**m * 2**m


def exclusive_or(m: int) -> Any:
    return math.factorial(m) * (2 ^ m)


def orders_of_both(m: int) -> Any:
    return math.factorial(2 * m)


def overflows(m: int) -> Any:
    return np.prod(np.arange(1, m + 1, dtype=np.int64)) * np.int64(2) ** m


def with_floats(m: int) -> Any:
    return math.factorial(m) * 2.0**m


exercise = Exercise(
    name="n_equivalent",
    takes=("n_equivalent",),
    points=1,
    reference=(n_equivalent,),
    cases=cases,
    run=run,
    judge=[
        values(
            "the count",
            weight=3,
            cases=("two units", "one unit", "three units", "ten units"),
            title=_("the count, for up to ten units"),
        ),
        # Form: a constant can meet it, as it is one number.
        values(
            "the count", cases="thirty units", form=True, title=_("the count, for thirty units")
        ),
        values("the last digits", form=True, title=_("a whole number, exact to the last digit")),
    ],
    mistakes=[
        Mistake(
            orders_only,
            hint=_("You count the orders of the units. Every unit can also change its sign."),
        ),
        Mistake(
            signs_only,
            hint=_("You count the signs of the units. They can also change their places."),
        ),
        Mistake(
            added,
            hint=_("Each order goes with each choice of signs: is that a sum of the two counts?"),
        ),
        Mistake(
            twice,
            hint=_(
                "Two signs for the first unit, and for each of them two for the second, and so on: "
                "how often is doubled?"
            ),
        ),
        Mistake(
            squared,
            hint=_("m units with two choices each: is that m² or 2 to the power m?"),
        ),
        Mistake(
            one_sign,
            hint=_("You flip all units together. Each of them can be flipped on its own."),
        ),
        Mistake(
            stops_early,
            hint=_("The factorial stops one factor too early: `range(1, m)` ends before m."),
        ),
        Mistake(
            itself_left_out,
            hint=_("One is missing: the network itself is one of the equivalent ones."),
        ),
        Mistake(
            power_for_orders,
            hint=_(
                "m to the power m would let several units stand in the same place. Once the first "
                "place is taken, how many units are left for the second?"
            ),
        ),
        Mistake(exclusive_or, hint=_("In Python `2 ^ m` is no power; that is written `2**m`.")),
        Mistake(
            orders_of_both,
            hint=_("For one unit there are 2, for two units 8. Write the 8 down; why not 24?"),
        ),
        Mistake(
            overflows,
            hint=_(
                "For many units the result is too large for NumPy's whole numbers and runs over. "
                "Python's own have no limit: `math.factorial`, `int`."
            ),
        ),
        Mistake(
            with_floats,
            hint=_(
                "The size is right, but it is a float, which keeps only some 16 digits. A count is "
                "a whole number: let no factor be a float."
            ),
        ),
    ],
    answers=("course_lib.symmetry.n_equivalent",),
    returns="a whole number",
    hints=(
        _("In how many orders can m units stand? And how many choices of signs are there?"),
        _("m · (m − 1) · … · 1 orders, and for each of them 2 · 2 · … · 2 choices of signs."),
        _("Smaller: 2 units have 2 orders and 4 choices of signs, hence 8."),
    ),
)
