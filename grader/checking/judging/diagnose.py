"""Which of the listed mistakes explain what a student's function gave.

A mistake is recognised by its effects: wherever it changes the reference's results, the student's
results must agree with it. Where two mistakes were made at once, each can still be recognised by
the outputs that it alone affects. The mistake that leaves least unexplained comes first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.checking.contract.compare import form_problem, same_values
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.judging.apply import Outcome, apply

MAX_HINTS = 2
RAISES, SAYS = "(raises)", "(says)"
Results = dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """One result that departs from the reference's, by value or in form alone."""

    value: Any
    by_value: bool


Effects = dict[tuple[int, str], Effect]


@dataclass(frozen=True)
class Known:
    """What the right programs and each listed mistake make of the cases, whoever is judged."""

    references: tuple[list[Results], ...]
    mistakes: tuple[list[Results], ...]
    effects: dict[tuple[int, int], Effects] = field(default_factory=dict)

    def effects_of(self, mistake: int, reference: int) -> Effects:
        """Where a mistake departs from a reference; compared once."""
        key = mistake, reference
        if key not in self.effects:
            self.effects[key] = _effects(self.references[reference], self.mistakes[mistake])
        return self.effects[key]


def known(exercise: Exercise, cases: Sequence[Case]) -> Known:
    """The part of a diagnosis that is the same for all programs judged on the same cases."""

    def results(functions: Sequence[Any]) -> list[Results]:
        return [_results(exercise, case, apply(exercise.run, functions, case)) for case in cases]

    return Known(
        tuple(results(functions) for functions in (exercise.reference, *exercise.accepts)),
        tuple(results(exercise.with_mistake(mistake)) for mistake in exercise.mistakes),
    )


def diagnose(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    facts: Known | None = None,
    failing: Collection[str] = (),
) -> tuple[str, ...]:
    """Hints of the listed mistakes that the outcomes agree with, best explanation first.

    Parameters
    ----------
    facts : ``known(exercise, cases)``, for those who judge many programs on the same cases
    failing : titles of the properties that do not hold; hints that presuppose one are left out
    """
    facts = facts or known(exercise, cases)
    student = [_results(exercise, c, o) for c, o in zip(cases, outcomes, strict=True)]
    departures = [_effects(right, student) for right in facts.references]
    nearest = min(range(len(departures)), key=lambda i: len(departures[i]))
    wrong = departures[nearest]
    failed = {i for i, theirs in enumerate(student) if RAISES in theirs}
    ranked = []
    for order, mistake in enumerate(exercise.mistakes):
        if not set(failing).isdisjoint(mistake.needs):
            continue
        made = facts.mistakes[order]
        effects = {
            (i, name): effect
            for (i, name), effect in facts.effects_of(order, nearest).items()
            if i not in failed or RAISES in made[i]
        }
        # A mistake in the values shows whatever form the student's results have.
        if any(effect.by_value for effect in effects.values()):
            effects = {key: effect for key, effect in effects.items() if effect.by_value}
        if effects and _explains(effects, wrong):
            ranked.append((len(wrong.keys() - effects.keys()), -len(effects), order, mistake.hint))
    ranked.sort()
    if ranked and ranked[0][0] == 0:
        del ranked[1:]
    return tuple(dict.fromkeys(hint for *_rank, hint in ranked))[:MAX_HINTS]


def _explains(effects: Effects, wrong: Effects) -> bool:
    """Whether the student's results show every effect of a mistake.

    That both raise the same kind of error says little by itself: where a mistake shows in nothing
    else, the message must be the same too.
    """
    shown = {key: effect for key, effect in effects.items() if key[1] != SAYS}
    if not all(key in wrong and _agree(wrong[key], effect) for key, effect in shown.items()):
        return False
    if any(name != RAISES and effect.value is not None for (_, name), effect in shown.items()):
        return True
    said = {key: effect for key, effect in effects.items() if key[1] == SAYS}
    return all(key in wrong and wrong[key].value == e.value for key, e in said.items())


def _results(exercise: Exercise, case: Case, outcome: Outcome) -> Results:
    """Everything that can tell one function from another on one case, by name."""
    if outcome.outputs is None:
        failure = outcome.failure
        return {
            RAISES: f"{failure.kind} {failure.inside}" if failure else "",
            SAYS: failure.message if failure else "",
        }
    try:
        results = dict(exercise.observed(case, outcome.outputs))
    except Exception as error:  # the outputs are the student's: anything may be in them
        return {RAISES: f"observe {type(error).__name__}", SAYS: str(error)}
    return results | {"(changed)": ", ".join(sorted(outcome.changed))}


def _effects(reference: Sequence[Results], other: Sequence[Results]) -> Effects:
    """Where ``other`` departs from the reference, by value or in form."""
    effects: Effects = {}
    for i, (right, theirs) in enumerate(zip(reference, other, strict=True)):
        for name in right.keys() | theirs.keys():
            value = theirs.get(name)
            if name not in right or name not in theirs or same_values("", value, right[name]):
                effects[i, name] = Effect(value, by_value=True)
            elif _differs_in_form(value, right[name]):
                effects[i, name] = Effect(value, by_value=False)
    return effects


def _differs_in_form(value: Any, want: Any) -> bool:
    return any(form_problem("", value, want, what) for what in ("shape", "dtype"))


def _agree(mine: Effect, mistake: Effect) -> bool:
    if same_values("", mine.value, mistake.value):
        return False
    return mistake.by_value or not _differs_in_form(mine.value, mistake.value)
