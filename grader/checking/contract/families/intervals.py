"""What is said of the intervals that a procedure gave in many worlds: form, coverage, width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checking.contract.compare import described
from grader.checking.contract.exercise import Case
from grader.checking.contract.plain_numbers import finite_number
from grader.checking.contract.properties import Answer, Held, PartialCredit
from grader.checking.contract.wire import Kept, Plain

ENDS = ("low", "high")
WIDER = 1.5  # times the width that is allowed: up to there half of the width's points

Truth = Callable[..., float]


@dataclass(frozen=True, repr=False)
class Truths(Kept):
    """What is true in each world: ``truth(*what else is returned)``."""

    of: tuple[Truth, ...] = ()


class JudgeOfIntervals:
    """What is said of a procedure, from what it returned in all worlds.

    What is compared with the mistakes of the exercise are texts: numbers would be compared with
    those of the reference, which is only one of many good procedures.
    """

    def __init__(
        self, names: Sequence[str], coverage: float, half: float, widest: float, quantity: str
    ) -> None:
        self.names, self.coverage, self.half = names, coverage, half
        self.widest, self.quantity = widest, quantity

    def observe(self, case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
        """The intervals as a text, or which rule is broken; and what was asked for, in words."""
        problem = _over_budget(case, outputs["asked"])
        intervals: list[list[float]] = []
        returned = outputs["returned"]
        many = len(case["values"])
        if not isinstance(returned, list) or not returned or len(returned) > many:
            problem = problem or "what was returned in the worlds is not there"
            returned = []
        for i, one in enumerate(returned):
            read = self._read(case, i, one)
            if isinstance(read, str):
                problem = problem or f"{read}, in world {i + 1}"
                break
            intervals.append(read)
        if not problem and len(intervals) < many:
            problem = "the procedure ended before it was tried in all worlds"
        plan = "" if problem else _plan(case, outputs["asked"], outputs["variety"])
        lines = [" ".join(map(repr, row)) for row in intervals]
        return {"problem": problem, "plan": plan, "intervals": lines}

    def _read(self, case: Case, i: int, one: Plain) -> list[float] | str:
        """Low, high and the true value in world ``i``, or what is wrong with what was returned."""
        wanted = f"expected ({', '.join(self.names)})"
        parts = one.tolist() if isinstance(one, np.ndarray) and one.ndim else one
        if not isinstance(parts, list) or len(parts) != len(self.names):
            return f"it returned {described(one)}; {wanted}"
        *chosen, low, high = parts
        ends = [finite_number(low), finite_number(high)]
        for name, end, part in zip(ENDS, ends, (low, high), strict=True):
            if end is None:
                return f"{name} is {described(part)}; expected a finite number"
        first, last = ends
        assert first is not None and last is not None
        if first > last:
            return f"the interval is ({first:.4g}, {last:.4g}); the lower end comes first"
        from course_lib.course.experiment import place_of, plain_scalar

        rest = []
        for name, part in zip(self.names, chosen, strict=False):
            value = plain_scalar(part)
            if name in case["options"]:
                allowed = case["options"][name]
                if (at := place_of(value, allowed)) is None:
                    return f"{name} is {described(part)}; it may be {', '.join(map(repr, allowed))}"
                value = allowed[at]
            elif not isinstance(value, str) and (value := finite_number(part)) is None:
                return f"{name} is {described(part)}; expected a number or a text"
            rest.append(value)
        worlds = case["truths"].of
        true = float(worlds[i % len(worlds)](*rest))
        return [round(first, 6), round(last, 6), true]

    def rules(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """The budget and the form."""
        if got["problem"]:
            return f"{got['problem']}."
        return Held(got["plan"])

    def coverage_of(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """All points for enough intervals that contain the truth, from half on for a few less."""
        if got["problem"]:
            return "Judged once the rules are kept."
        rows = _rows(got["intervals"])
        worlds = len(case["truths"].of)
        share = self._share(rows[:worlds])
        said = f"{percent(share)} % of {worlds} intervals contain {self.quantity}"
        if _width(rows[:worlds]) > WIDER * self.widest:
            return f"{said}. It counts once they are at most {WIDER * self.widest:.3g} wide."
        if share >= self.coverage:
            return Held(f"{said}; {percent(self.coverage)} % are needed.")
        if self._share(rows[:worlds, [1, 0, 2]] * (-1, -1, 1)) >= self.coverage:
            why = "With the opposite sign they would be right: what is subtracted from what?"
        else:
            why = _why(rows, worlds, self.names[:-2])
        said = f"{said}; {percent(self.coverage)} % are needed. {why}"
        return PartialCredit(self._earned(share), said)

    def width_of(self, case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """The mean width, worth as much as the intervals are right."""
        if got["problem"]:
            return "Judged once the rules are kept."
        rows = _rows(got["intervals"])[: len(case["truths"].of)]
        width, right = _width(rows), self._share(rows)
        link = "and" if width > self.widest else "which is right:"
        allowed = f"at most {self.widest:g} is allowed."
        said = f"On average the intervals are {width:.3g} wide, {link} {allowed}"
        if right < self.half or width > WIDER * self.widest:
            counts = f" It counts once {percent(self.half)} % of them are right."
            return said + (counts if right < self.half else "")
        if width > self.widest:
            return PartialCredit(0.5, said)
        if right < self.coverage:
            counts = f" It counts fully once {percent(self.coverage)} % of them are right."
            return PartialCredit(self._earned(right), said + counts)
        return Held(said)

    def _earned(self, right: float) -> float:
        """The share of the points, so that a few worlds more or less decide little."""
        over = (right - self.half) / (self.coverage - self.half)
        return 0.5 + 0.5 * over if over >= 0 else 0.0

    @staticmethod
    def _share(rows: np.ndarray) -> float:
        low, high, true = rows.T
        return float(np.mean((low <= true) & (true <= high)))


def _rows(lines: Sequence[str]) -> np.ndarray:
    """Low, high and the true value of each world."""
    return np.array([line.split() for line in lines], float)


def _width(rows: np.ndarray) -> float:
    return float((rows[:, 1] - rows[:, 0]).mean())


def percent(share: float) -> str:
    """A share in percent, without the sign: ``"97.5"``."""
    return f"{100 * share:.3g}"


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


def _plan(case: Case, asked: Plain, variety: Plain) -> str:
    """How many trainings the procedure asked for, and what they differed in."""
    counts, kinds = np.asarray(asked, int), np.asarray(variety, int)
    of_each = [f"{_range(kinds[:, k])} of {name}" for k, name in enumerate(case["options"])]
    return (
        f"In each world you asked for {_range(counts)} of {case['budget']} trainings, with so many "
        f"different values: {', '.join(of_each)}, {_range(kinds[:, -1])} of seed."
    )


def _range(counts: np.ndarray) -> str:
    low, high = counts.min(), counts.max()
    return f"{low}" if low == high else f"{low} to {high}"


def _why(rows: np.ndarray, worlds: int, chosen: Sequence[str]) -> str:
    """Why too few intervals are right: by chance, which seeds bring, or by what stays the same."""
    low, high, true = rows.T
    middle = (low + high) / 2
    chance = float(np.sqrt(np.mean((middle[worlds:] - middle[: len(rows) - worlds]) ** 2) / 2))
    wanted = np.isfinite(true[:worlds])  # what the procedure returned beside the interval
    if not wanted.any():
        return f"In none of these worlds does the {' and '.join(chosen)} that you returned count."
    miss = float(np.sqrt(np.mean((middle - true)[:worlds][wanted] ** 2)))
    reach = _width(rows[:worlds]) / 2
    others = worlds - np.count_nonzero(wanted)
    said = ""
    if others:
        said = f"In {others} of {worlds} worlds the {' and '.join(chosen)} that you returned does "
        said += "not count; the task says which do. "
    said += (
        f"The middles of the intervals miss it by {miss:.2g} (root mean square). With new seeds in "
        f"the same world a middle moves by {chance:.2g} (standard deviation)"
    )
    if miss**2 > 2 * chance**2:
        return (
            f"{said}: most of the error stays with other seeds. How does your plan choose settings?"
        )
    return f"{said}, and the intervals reach {reach:.2g} to each side."
