"""What a search for explanations starts from: a student's results beside the right ones."""

import time
from collections.abc import Collection, Iterator, Sequence
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

    ``names`` are the quantities that are to be explained, ``among`` the cases; None means all.
    """

    known: Known
    nearest: int
    student: Sequence[Results]
    wrong: Effects
    possible: Sequence[int]
    names: frozenset[Name] | None = None
    among: frozenset[int] | None = None
    until: float = float("inf")  # of processor time; then nothing more is tried

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
        return [
            tuple(case["about"] for case in self.cases if prop.applies(case))
            for prop in self.exercise.judge
            if prop.cases
        ]

    @cached_property
    def raised(self) -> set[int]:
        return {i for i, theirs in enumerate(self.student) if theirs.error}

    @cached_property
    def seen(self) -> set[int]:
        """The cases that are looked at: those that raised an error show nothing else."""
        chosen = range(len(self.cases)) if self.among is None else self.among
        return set(chosen) - self.raised

    @cached_property
    def values(self) -> Effects:
        """Wrong quantities, in the cases that are looked at."""
        return self._counting(self.values_in(self.wrong))

    def values_in(self, found: Effects) -> Effects:
        """The effects on quantities, in the cases that are looked at."""
        return {
            (i, name): effect
            for (i, name), effect in found.items()
            if effect.by_value and i in self.seen and not isinstance(name, Beside)
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

    def branches(self) -> Iterator[tuple[str, "Search"]]:
        """The settings, in words, of which a single value holds all cases with wrong quantities.

        A function treats such cases in a branch of its own.
        """
        bad = {i for i, _name in self.values}
        for name in self.cases[0]:
            values = {i: self.cases[i].get(name) for i in self.seen}
            if not all(isinstance(value, bool) for value in values.values()):
                continue
            for value in (True, False):
                chosen = frozenset(i for i in self.seen if values[i] is value)
                if bad <= chosen < self.seen:
                    yield f"`{name}={value}`", replace(self, among=chosen)

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
        # Most fail on the first case already.
        return all(
            self._departs_so(functions, chosen) for chosen in ([self.first], sorted(self.seen))
        )

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
