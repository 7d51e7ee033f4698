"""What a verdict says about the functions that the judged one builds on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract.compare import same_values
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.properties import holds
from grader.checking.judging.diagnosis import Diagnosis
from grader.checking.judging.judge import PLACES, Finding, Verdict

MEASURED = "measured "  # before the name of a gradient, in what `own_forward` returns


def behind_own_forward(exercise: Exercise) -> Exercise | None:
    """The exercise that asks whether a backward pass is right for the forward pass before it.

    Where nothing can be measured, because no output depends on an input, it is not.
    """
    if exercise.run.own_forward is None:
        return None

    def cases(rng: np.random.Generator) -> list[Case]:
        return [case for case in exercise.draw(rng) if _can_be_measured(case)][:2]

    def agree(_case: Case, got: dict[str, Any], _want: object) -> str | None:
        for name, measured in got.items():
            if name.startswith(MEASURED):
                computed = got[name.removeprefix(MEASURED)]
                if problem := same_values(name, computed, measured, 1e-4, 1e-6):
                    return problem
                if not np.any(measured):
                    return f"{name} is 0"
        return None

    return replace(
        exercise,
        run=exercise.run.own_forward,
        cases=cases,
        observe=None,
        judge=[holds("right for its own forward pass", agree)],
        mistakes=(),
        hints=(),
        accepts=(),
    )


def _can_be_measured(case: Case) -> bool:
    """Whether finite differences are cheap and exact enough: few numbers, in float64."""
    arrays = [value for value in case.values() if isinstance(value, np.ndarray)]
    floats = [array for array in arrays if array.dtype.kind == "f"]
    wide = all(array.dtype == np.float64 for array in floats)
    return wide and 2 < sum(array.size for array in floats) < 100


def with_prerequisites(
    result: Verdict,
    exercise: Exercise,
    lower: Sequence[str],
    instead: Verdict,
    *,
    follows: bool = False,
) -> Verdict:
    """The verdict on a function that is not right, with a remark on what it builds on.

    Parameters
    ----------
    lower : what the exercise builds on and has to be repaired first
    instead : the verdict where the references stand in the place of these
    follows : whether the function is right for the student's own forward pass
    """
    # Wrong numbers may come from those functions; a listed mistake is this function's own.
    own, ladder = [found for found in result.diagnoses if found.is_listed], result.ladder
    if follows and any(f.problem and f.alone for f in result.findings):
        own, ladder = [], ()
        hint = (
            "Finite differences show that `{name}` is right for your own {names}. The failures "
            "here come from {names}, so repair that first."
        )
    elif instead.status == "complete":
        own, ladder = [], ()
        hint = "With a correct {names} this function passes all checks. Repair {names} first."
    else:
        hint = "This exercise uses {names}, where some check fails. Repair {first} first."
        if says_more(instead, result):
            own, ladder = list(instead.diagnoses), instead.ladder
            if own:
                hint += " The next hint is about `{name}` with a correct {names}."
    first, names = f"`{lower[0]}`", " and ".join(f"`{name}`" for name in lower)
    remark = Diagnosis(hint.format(name=exercise.name, names=names, first=first))
    return replace(result, builds_on=tuple(lower), diagnoses=(remark, *own), ladder=ladder)


def says_more(instead: Verdict, result: Verdict) -> bool:
    """Whether the verdict with the references shows what is wrong with the function itself.

    It does not where a backward pass needs a cache of the student's own making.
    """
    if instead.score == result.score:
        return instead.failure is None
    return instead.score > result.score


def paid_with(result: Verdict, instead: Verdict, lower: Sequence[str]) -> Verdict:
    """The verdict with the points that the function earns where ``lower`` are the references'."""
    if instead.score <= result.score:
        return result
    why = f"points with a correct {' and '.join(f'`{name}`' for name in lower)}"
    failed = {finding.title for finding in result.findings if finding.problem}
    findings = tuple(
        replace(f, open=why) if f.holds and f.title in failed else f for f in instead.findings
    )
    return replace(result, score=instead.score, status="partial", findings=findings)


def followed_through(result: Verdict) -> Verdict:
    """The points of all values, for a function that is right for the student's own forward pass."""
    why = "full points, because it is right for your own forward pass"

    def followed(found: Finding) -> Finding:
        fails = bool(found.problem) and not found.alone
        paid = found.worth - (found.points - found.earned if fails else 0.0)
        found = replace(found, points=found.worth, earned=paid)
        if not found.alone:
            return found
        return replace(found, problem="", open=why if found.problem else "")

    findings = tuple(map(followed, result.findings))
    score = round(sum(found.earned for found in findings), PLACES)
    return replace(result, score=score, status="partial", findings=findings)
