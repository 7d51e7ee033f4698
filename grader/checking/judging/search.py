"""What a search for explanations starts from: a student's results beside the right ones."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from grader.checking.contract.mistakes import Function, Mistake
from grader.checking.judging.effects import (
    ENOUGH,
    Beside,
    Effects,
    Known,
    Name,
    Results,
    Suspect,
    agree,
    departures,
    how_many,
    results_of,
)

Item = TypeVar("Item")


@dataclass(eq=False)
class Tries:
    """How many programs may still be tried."""

    left: int


@dataclass(frozen=True)
class Search:
    """Where a student's results depart from the nearest reference, and which mistakes may be told.

    ``names`` are the quantities that are to be explained, ``among`` the cases; None means all.
    """

    known: Known
    student: Sequence[Results]
    wrong: Effects
    suspects: Sequence[Suspect]
    tries: Tries  # shared with the searches made from this one
    names: frozenset[Name] | None = None
    among: frozenset[int] | None = None

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """Names of cases that are judged together."""
        return [
            tuple(case["about"] for case in self.known.cases if prop.applies(case))
            for prop in self.known.exercise.judge
            if prop.cases
        ]

    @cached_property
    def raised(self) -> set[int]:
        return {i for i, results in enumerate(self.student) if results.error}

    @cached_property
    def seen(self) -> set[int]:
        """The cases that are looked at: those that raised an error show nothing else."""
        chosen = range(len(self.known.cases)) if self.among is None else self.among
        return set(chosen) - self.raised

    @cached_property
    def values(self) -> Effects:
        """Wrong quantities, in the cases that are looked at."""
        return self._counting(self.values_in(self.wrong))

    @cached_property
    def first(self) -> int:
        """The first case with a wrong quantity."""
        return min(key.case for key in self.values)

    @cached_property
    def here(self) -> Effects:
        """What is wrong in this case."""
        return {key: effect for key, effect in self.values.items() if key.case == self.first}

    @property
    def tells_enough(self) -> bool:
        """Whether so many numbers are wrong that none agrees with them by coincidence."""
        return sum(how_many(effect.value) for effect in self.values.values()) >= ENOUGH

    @property
    def slips(self) -> list[Suspect]:
        """The suspects that can be combined with others."""
        return [one for one in self.suspects if one.mistake.edits]

    @cached_property
    def changes(self) -> list[Suspect]:
        """The changes that nobody listed, and their effects on the first wrong case."""
        i = self.first
        there = self.known.changes.setdefault(i, [])
        for mistake in self.tried(self.known.unlisted[len(there) :]):
            functions = self.known.exercise.with_mistakes(mistake)
            made = results_of(self.known.exercise, functions, [self.known.cases[i]])
            found = departures(i, self.known.right[i], made[0], form=False)
            there.append(Suspect(mistake, made, dict(found)))
        return self._possible(there)

    def values_in(self, found: Effects) -> Effects:
        """The effects on quantities, in the cases that are looked at."""
        return {
            key: effect
            for key, effect in found.items()
            if effect.by_value and key.case in self.seen and not isinstance(key.name, Beside)
        }

    def all_wrong(self, made: Effects) -> bool:
        """Whether the student's function is wrong wherever ``made`` departs from the reference."""
        return self.values_in(made).keys() <= self.wrong.keys()

    def only(self, names: Collection[Name]) -> "Search":
        """The same for some of the quantities.

        A mistake that would also change what is right was not made.
        """
        chosen = replace(self, names=frozenset(names))
        return replace(chosen, suspects=chosen._possible(self.suspects))

    def _possible(self, suspects: Iterable[Suspect]) -> list[Suspect]:
        return [
            replace(one, effects=self._counting(one.effects))
            for one in suspects
            if self.all_wrong(one.effects)
        ]

    def _counting(self, made: Effects) -> Effects:
        if self.names is None:
            return made
        return {key: effect for key, effect in made.items() if key.name in self.names}

    def branches(self) -> Iterator[tuple[str, "Search"]]:
        """The settings, in words, of which a single value holds all cases with wrong quantities.

        A function treats such cases in a branch of its own.
        """
        bad = {key.case for key in self.values}
        for name in self.known.told[0]:
            values = {i: self.known.told[i].get(name) for i in self.seen}
            if not all(isinstance(value, bool) for value in values.values()):
                continue
            for value in (True, False):
                chosen = frozenset(i for i in self.seen if values[i] is value)
                if bad <= chosen < self.seen:
                    yield f"`{name}={value}`", replace(self, among=chosen)

    def tried(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, as long as one more may be tried."""
        for item in items:
            if self.tries.left <= 0:
                return
            self.tries.left -= 1
            yield item

    def is_result_of(self, *mistakes: Mistake) -> bool:
        """Whether slips made together depart from the reference as the student does."""
        try:
            functions = self.known.exercise.with_mistakes(*mistakes)
        except (ValueError, SyntaxError):
            return False  # one edit takes away the text of the other
        # Most fail on the first case already.
        return all(
            self._departs_so(functions, i) for i in sorted(self.seen, key=lambda i: i != self.first)
        )

    def _departs_so(self, functions: Sequence[Function], i: int) -> bool:
        (results,) = results_of(self.known.exercise, functions, [self.known.cases[i]])
        asked = {key: effect for key, effect in self.values.items() if key.case == i}
        names = self.names or ()
        for key, made in departures(i, self.known.right[i], results, form=False, names=names):
            if key.name is Beside.CHANGED:
                continue
            effect = asked.pop(key, None)
            if effect is None or not agree(effect, made):
                return False
        return not asked
