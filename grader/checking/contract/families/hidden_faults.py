"""The family ``hidden_faults``: a test that accepts what is right and rejects what has a fault.

The student's function gets an unknown, such as a layer, whose calls are limited, and says True
(accept) or False (reject). The referee shows it pairs of unknowns with the same numbers, one right
and one with a hidden fault, all in a random order. Judged are the rules, how many right ones are
rejected, and for each fault, in how many pairs only the faulty one is.

Which of them are faulty stays with the judge. Only the mistakes that are listed explain verdicts:
any other change of the reference may give the same ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from grader.checking.contract.compare import Open, described
from grader.checking.contract.exercise import Case, Exercise, case
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Answer, Held, earns, holds
from grader.checking.contract.run import Run
from grader.checking.contract.wire import Kept, Plain, plain

MOST_ALARMS, LEAST_FOUND = 0.05, 0.9
FOUND, ACCEPTED, REJECTED, EXCHANGED = range(4)  # what a test says of a pair

Numbers = dict[str, Any]


@dataclass(frozen=True)
class OnUnknowns(Run):
    """Calls the test with each unknown: its verdicts, and what each unknown has computed."""

    thing: str
    module: str
    kind: str
    only_listed = True

    def __call__(self, test: Function, case: Case) -> dict[str, Plain]:
        # A check of another kind does not need the library.
        unknown = getattr(import_module(self.module), self.kind)
        verdicts: list[Plain] = []
        spent: list[Plain] = []
        for numbers in case[f"{self.thing}s"]:
            one = unknown(numbers, case["budget"])
            verdicts.append(plain(test(one)))  # as it is now: an array may be changed later
            spent.append(one.spent)
        return {"verdicts": verdicts, "spent": spent}

    def shown(self, case: Case) -> dict[str, Any]:
        return {"about": case["about"]}


@dataclass(frozen=True, repr=False)
class Truth(Kept):
    """Of each unknown: the place of its fault among the hidden ones, or -1, and its pair."""

    of: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan(Open):
    """How much was computed, in words; any plan is right."""

    words: str = field(default="", compare=False)


def hidden_faults(
    reference: Function,
    *,
    unknown: type,
    thing: str,
    faults: Sequence[str],
    draw: Callable[[np.random.Generator, str, int], Numbers],
    pairs: int,
    budget: int,
    computes: str,
    compare: str,
    help: Sequence[str],
    points: float,
    weights: Sequence[int] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """A test of unknowns.

    Parameters
    ----------
    reference : ``reference(unknown)`` -> True (accept) or False (reject)
    unknown : ``unknown(numbers, budget)``; it counts in ``spent`` what it computes, and a ``fault``
        in its numbers that is empty makes it right
    thing : what students call it: "layer"
    faults : the hidden ones
    draw : ``draw(rng, fault, i)`` -> the numbers of the faulty one in pair ``i`` of a fault
    pairs : for each fault
    budget, computes : how much an unknown computes, and what: "forward passes"
    compare : what a test has to do, for the hint of one that says the same of all
    help : for right ones that are rejected, then for each of the faults
    weights : of the faults, 2 by default
    more : further arguments of :class:`Exercise`
    """
    titles = [f"fault {i}" for i in range(1, len(faults) + 1)]

    def cases(rng: np.random.Generator) -> list[Case]:
        drawn: list[tuple[tuple[int, int], Numbers]] = []
        for place, fault in enumerate(faults):
            for i in range(pairs):
                numbers, pair = draw(rng, fault, i), place * pairs + i
                drawn += [((-1, pair), numbers | {"fault": ""}), ((place, pair), numbers)]
        drawn = [drawn[i] for i in rng.permutation(len(drawn))]
        given = {f"{thing}s": [numbers for _, numbers in drawn], "budget": budget}
        truth = Truth("kept by the judge", tuple(place for place, _ in drawn))
        return [case(f"{len(drawn)} {thing}s", **given, truth=truth)]

    def observe(case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
        """Which rule is broken; which right ones were accepted, and what is said of the pairs."""
        verdicts, truth = outputs["verdicts"], case["truth"].of
        problem, read = "", list[bool | None]()
        spent = np.asarray(outputs["spent"], int)
        if not isinstance(verdicts, list) or len(verdicts) != len(truth):
            problem = f"there is not one answer for each {thing}"
        elif None in (read := [_read(one) for one in verdicts]):
            what = described(verdicts[read.index(None)])
            problem = f"it returned {what}; expected True (accept) or False (reject)"
        elif spent.max() > budget:
            problem = f"it asked a {thing} for more than {budget} {computes}"
        said = {} if problem else dict(zip(truth, read, strict=True))
        of_pair = {pair: ok for (place, pair), ok in said.items() if place < 0}
        plan = "" if problem else f"You asked for {spent.min()} to {spent.max()} of {budget} "
        found = {
            title: [
                (ACCEPTED if ok else FOUND) if of_pair[pair] else (EXCHANGED if ok else REJECTED)
                for (at, pair), ok in said.items()
                if at == place
            ]
            for place, title in enumerate(titles)
        }
        return {
            "problem": problem,
            "plan": Plan(words=f"{plan}{computes}."),
            "asked": bool(spent.any()),  # a test that computes nothing is another mistake
            "accepted": [*of_pair.values()],
            **found,
        }

    def rules(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        return f"{got['problem']}." if got["problem"] else Held(got["plan"].words)

    def few_alarms(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """All points for at most 5 % false alarms, none from 25 % on."""
        if got["problem"]:
            return "Judged once the rules are kept."
        share = got["accepted"].count(False) / len(got["accepted"])
        said = f"{share:.0%} of {len(got['accepted'])} right {thing}s are rejected, and at most "
        said += f"{MOST_ALARMS:.0%} may be."
        return earns((0.25 - share) / (0.25 - MOST_ALARMS), said.replace("%", " %"))

    def told_apart(title: str) -> Callable[..., Answer]:
        def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
            """All points for 90 % of the pairs, none for half of them."""
            if got["problem"]:
                return "Judged once the rules are kept."
            found, many = got[title].count(FOUND), len(got[title])
            said = f"{found} of {many} pairs are told apart: the faulty {thing} is rejected and "
            said += "its right twin is accepted."
            return earns((found / many - 0.5) / (LEAST_FOUND - 0.5), said)

        return test

    def accepts_all(unknown: Any) -> bool:
        return True

    def rejects_all(unknown: Any) -> bool:
        return False

    def exchanged(unknown: Any) -> bool:
        return not reference(unknown)

    kept = f"Return True or False. A {thing} computes at most {budget} {computes}."
    hint = f"You exchange True and False: True accepts a {thing}, and False rejects it."
    judge = [
        holds("the rules", rules, alone=False, help=kept),
        holds(f"right {thing}s are accepted", few_alarms, weight=2, alone=False, help=help[0]),
    ]
    for title, weight, text in zip(titles, weights or [2] * len(titles), help[1:], strict=True):
        judge.append(holds(title, told_apart(title), weight=weight, help=text))
    return Exercise(
        points=points,
        reference=(reference,),
        cases=cases,
        run=OnUnknowns(thing, unknown.__module__, unknown.__name__),
        observe=observe,
        judge=judge,
        answers=(reference.__module__,),
        returns="True or False",
        mistakes=(
            mistake(accepts_all, hint=f"You accept every {thing}. {compare}"),
            mistake(rejects_all, hint=f"You reject every {thing}. {compare}"),
            mistake(exchanged, hint=hint),
            *mistakes,
        ),
        **more,
    )


def _read(verdict: Plain) -> bool | None:
    value = np.asarray(verdict) if isinstance(verdict, bool | np.ndarray) else None
    return bool(value) if value is not None and value.dtype == bool and value.size == 1 else None
