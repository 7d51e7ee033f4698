"""What is said of the intervals that a procedure gave in many worlds: form, coverage, width.

Each is a share that falls in a straight line from one to nothing, and the points are their product:
neither narrow and wrong nor right and useless earns anything. Coverage and width count in all
worlds and in the quiet, the middle and the loud third, so an interval has to follow what it
measures. (A score of both, such as the interval score, is flat around its best interval: it cannot
tell t from z where eight pairs report.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from grader.checking.contract.compare import described
from grader.checking.contract.exercise import Case
from grader.checking.contract.families.plans import Compared, Plan, plan_of
from grader.checking.contract.families.worlds import World
from grader.checking.contract.plain_numbers import finite_number
from grader.checking.contract.properties import Answer, Held, PartialCredit
from grader.checking.contract.wire import Kept, Plain

ENDS = ("low", "high")
WANTED = f"expected ({', '.join(ENDS)})"
THIRDS = ("quiet", "middle", "loud")
MANY = 1500  # worlds
LEAST = 60  # of them that count if a plan is slow
NARROW, USELESS = 1.3, 2.2  # times the reference's width: all points, none
SLOPE = 0.06  # below the coverage that is needed, over which the points fall to none
A_THIRD = 0.04  # less is needed in each third of the worlds, which has more luck
FACTOR = 0.1  # of the points, for a factor other than t, even where it is right by luck
LUCK = 2.0  # standard errors more that a plan may lack which is tried in fewer worlds
VARIES = 0.35  # a width from world to world, as a part of its mean, for about five pairs


@dataclass(frozen=True, repr=False)
class Hidden(Kept):
    """What stays with the judge: the worlds, and in which third each of them is."""

    worlds: tuple[World, ...] = ()
    thirds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measured:
    """The shares of the points for coverage and width, and both in words."""

    right: float
    narrow: float
    coverage: str
    width: str


class JudgeOfIntervals:
    """What is said of a procedure, from what it returned in all worlds.

    What is observed are texts: numbers would be compared with those of the reference, which is only
    one of many good procedures.
    """

    def __init__(self, coverage: float, quantity: str, compared: Compared) -> None:
        self.coverage, self.quantity, self.compared = coverage, quantity, compared

    def observe(self, case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
        """The intervals as a text, or which rule is broken; and what the plan did, in words."""
        problem = _over_budget(case, outputs["asked"])
        rows: list[list[float]] = []
        returned, worlds = outputs["returned"], case["hidden"].worlds
        if not isinstance(returned, list) or not 0 < len(returned) <= len(worlds):
            problem, returned = problem or "what was returned in the worlds is not there", []
        for i, one in enumerate(returned):
            read = _ends(one)
            if isinstance(read, str):
                problem = problem or f"{read}, in world {i + 1}"
                break
            rows.append([*read, worlds[i].truth])
        if not problem and len(rows) < (LEAST if outputs["late"] else len(worlds)):
            problem = _ended(len(rows), bool(outputs["late"]))
        plan = Plan()
        if not problem:
            made = np.asarray(outputs["made"], int)
            if made.shape[:1] != (len(rows),) or made.shape[2:] != (len(case["options"]) + 1,):
                raise ValueError("the trainings that were asked for are not there")
            plan = plan_of(np.array(rows), made, case, self.compared)
        lines = [" ".join(map(repr, row)) for row in rows]
        return {
            "problem": problem,
            "plan": list(plan.says),
            "factor": plan.other_factor,
            "intervals": lines,
        }

    def recognised(self, case: Case, got: Mapping[str, Any]) -> Sequence[str]:
        """What the plan does wrong, in sentences."""
        return tuple(got["plan"])

    def rules(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """The budget and the form."""
        return f"{got['problem']}." if got["problem"] else None

    def coverage_of(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """How often the interval contains the truth, in all worlds and in each third."""
        if got["problem"]:
            return "Judged once the rules are kept."
        found, charged = self._measured(case, got, want), 2 * FACTOR if got["factor"] else 0.0
        said = found.coverage
        if charged:
            said += " A tenth of the points is for the factor t of a 95 % interval of pairs."
        return _earned(found.right, found.narrow, said, "the width", charged)

    def width_of(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """How wide it is beside the reference's interval in the same worlds."""
        if got["problem"]:
            return "Judged once the rules are kept."
        found = self._measured(case, got, want)
        return _earned(found.narrow, found.right, found.width, "how often the interval is right")

    def _measured(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Measured:
        rows, ours = (
            np.array([line.split() for line in of["intervals"]], float) for of in (got, want)
        )
        n, many = len(rows), len(ours)
        thirds = np.array(case["hidden"].thirds[:n])
        right = (rows[:, 0] <= rows[:, 2]) & (rows[:, 2] <= rows[:, 1])
        width, of_ours = rows[:, 1] - rows[:, 0], ours[:n, 1] - ours[:n, 0]
        parts = [thirds == k for k in range(len(THIRDS))]
        shares = [float(right[here].mean()) for here in parts]
        ratios = [float(width[here].mean() / of_ours[here].mean()) for here in parts]
        # The luck of a slow plan, which is tried in fewer worlds, does not count against it.
        fewer = n**-0.5 - many**-0.5
        one = LUCK * sqrt(self.coverage * (1 - self.coverage)) * fewer
        lacks = max(
            self.coverage - one - float(right.mean()),
            self.coverage - A_THIRD - sqrt(3) * one - min(shares),
            0.0,
        )
        allowed = NARROW * (1 + LUCK * VARIES * sqrt(3) * fewer)
        narrow = (allowed + USELESS - NARROW - max(ratios)) / (USELESS - NARROW)
        lowest, widest = THIRDS[int(np.argmin(shares))], THIRDS[int(np.argmax(ratios))]
        return Measured(
            max(0.0, 1 - lacks / SLOPE),
            float(np.clip(narrow, 0, 1)),
            f"{percent(float(right.mean()))} % of {n} intervals contain {self.quantity}, and "
            f"{percent(min(shares))} % in the {lowest} worlds; {percent(self.coverage)} % and "
            f"{percent(self.coverage - A_THIRD)} % are needed."
            + (f" The time limit allowed no more than {n} of {many} worlds." if n < many else ""),
            f"In the {widest} worlds your intervals are {max(ratios):.3g} times as wide as those "
            f"of a good plan; {allowed:.3g} times is allowed.",
        )


def _ends(one: Plain) -> list[float] | str:
    """Low and high, or what is wrong with what was returned."""
    parts = one.tolist() if isinstance(one, np.ndarray) and one.ndim else one
    if not isinstance(parts, list) or len(parts) != len(ENDS):
        return f"it returned {described(one)}; {WANTED}"
    ends = []
    for name, part in zip(ENDS, parts, strict=True):
        if (end := finite_number(part)) is None:
            return f"{name} is {described(part)}; expected a finite number"
        ends.append(round(end, 6))
    if ends[0] > ends[1]:
        return f"the interval is ({ends[0]:.4g}, {ends[1]:.4g}); the lower end comes first"
    return ends


def _earned(own: float, other: float, said: str, title: str, charged: float = 0.0) -> Answer:
    """The product of both shares, and less if something is ``charged``."""
    if own >= 1 and other >= 1 and not charged:
        return Held(said)
    if own >= 1 and other < 1:
        said += f" It earns its points together with “{title}”."
    return PartialCredit(min(own * other * (1 - charged), 0.9999), said)


def percent(share: float) -> str:
    """A share in percent, without the sign: ``"97.5"``."""
    return f"{100 * share:.3g}"


def _ended(worlds: int, late: bool) -> str:
    """Why a procedure was tried in too few worlds."""
    if late:
        return (
            f"the time limit was reached: there was time for {worlds} worlds, and at least {LEAST} "
            "are needed; what in your function takes so long?"
        )
    return "the procedure ended before it was tried in all worlds"


def _over_budget(case: Case, asked: Plain) -> str:
    """What is wrong with the number of trainings asked for; empty if nothing is."""
    counts = np.asarray(asked, float).ravel()
    if not counts.size or not counts.min() >= 1:
        world = int(np.argmin(counts)) + 1 if counts.size else 1
        return (
            f"no training was asked for in world {world}; the function has to call the `trial` "
            "that it is given"
        )
    if counts.max() > case["budget"]:
        over = int(np.argmax(counts > case["budget"]))
        return (
            f"{counts[over]:.0f} different trainings were asked for in world {over + 1}, and the "
            f"budget is {case['budget']}; do not catch `BudgetSpent`, ask for fewer"
        )
    return ""
