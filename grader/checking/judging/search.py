"""What a search for explanations starts from: a student's results beside the right ones."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.checking.contract.exercise import Case, Exercise, Function, Mistake
from grader.checking.judging.effects import (
    ENOUGH,
    Beside,
    Effects,
    Known,
    Name,
    Results,
    agree,
    departures,
    how_many,
    results_of,
)


@dataclass(frozen=True)
class Search:
    """Where a student's results depart from the nearest reference, and which mistakes may be told.

    ``names`` are the quantities that are to be explained; None means all.
    """

    known: Known
    nearest: int
    student: Sequence[Results]
    wrong: Effects
    possible: Sequence[int]
    until: float  # of processor time; then nothing more is tried that nobody listed
    names: frozenset[Name] | None = None

    @property
    def exercise(self) -> Exercise:
        return self.known.exercise

    @property
    def cases(self) -> Sequence[Case]:
        return self.known.cases

    @property
    def right(self) -> Sequence[Results]:
        return self.known.references[self.nearest]

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """Names of cases that are judged together."""
        return [prop.cases for prop in self.exercise.judge if prop.cases]

    @cached_property
    def raised(self) -> set[int]:
        return {i for i, theirs in enumerate(self.student) if theirs.error}

    @cached_property
    def values(self) -> Effects:
        """Wrong quantities, without the cases that raised an error: these show nothing else."""
        return self._counting(self.values_in(self.wrong))

    def values_in(self, found: Effects) -> Effects:
        """The effects on quantities, in the cases where the student's function gave any."""
        return {
            (i, name): effect
            for (i, name), effect in found.items()
            if effect.by_value and i not in self.raised and not isinstance(name, Beside)
        }

    def only(self, names: Collection[Name]) -> "Search":
        """The same for some of the quantities.

        A mistake that would also change what is right was not made.
        """
        whole = replace(self, names=None)
        possible = [i for i in self.possible if whole.all_wrong(whole.of(i))]
        return replace(self, possible=possible, names=frozenset(names))

    def all_wrong(self, made: Effects) -> bool:
        """Whether the student's function is wrong wherever ``made`` departs from the reference."""
        return self.values_in(made).keys() <= self.wrong.keys()

    @cached_property
    def first(self) -> int:
        """The first case with a wrong quantity."""
        return min(i for i, _name in self.values)

    @property
    def tells_enough(self) -> bool:
        """Whether so many numbers are wrong that none agrees with them by coincidence."""
        return sum(how_many(effect.value) for effect in self.values.values()) >= ENOUGH

    def of(self, mistake: int) -> Effects:
        """Where a mistake departs from the nearest reference, in the quantities that count."""
        return self._counting(self.known.effects_of(mistake, self.nearest))

    def _counting(self, made: Effects) -> Effects:
        if self.names is None:
            return made
        return {key: effect for key, effect in made.items() if key[1] in self.names}

    @cached_property
    def changes(self) -> list[tuple[Mistake, Effects]]:
        """The changes that nobody listed, and their effects on the first wrong case."""
        there = self.known.changes_on.setdefault(self.first, [])
        for mistake in self.known.unlisted[len(there) :]:
            if time.process_time() > self.until:
                break
            functions = self.exercise.with_mistakes(mistake)
            made = results_of(self.exercise, functions, [self.cases[self.first]])
            found = departures([self.right[self.first]], made, form=False)
            there.append((mistake, {(self.first, name): e for (_i, name), e in found}))
        return [(mistake, self._counting(made)) for mistake, made in there if self.all_wrong(made)]

    def is_result_of(self, *mistakes: Mistake) -> bool:
        """Whether slips made together depart from the reference as the student does."""
        try:
            functions = self.exercise.with_mistakes(*mistakes)
        except (ValueError, SyntaxError):
            return False  # one edit takes away the text of the other
        there = sorted(set(range(len(self.cases))) - self.raised)
        # Most fail on the first case already.
        return all(self._departs_so(functions, chosen) for chosen in ([self.first], there))

    def _departs_so(self, functions: Sequence[Function], chosen: Sequence[int]) -> bool:
        theirs = results_of(self.exercise, functions, [self.cases[i] for i in chosen])
        asked = {key: effect for key, effect in self.values.items() if key[0] in chosen}
        right = [self.right[i] for i in chosen]
        for (i, name), made in departures(right, theirs, form=False, names=self.names or ()):
            if name is Beside.CHANGED:
                continue
            effect = asked.pop((chosen[i], name), None)
            if effect is None or not agree(effect, made):
                return False
        return not asked
