"""The results of a student's function beside the expected ones, quantity by quantity."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checking.contract.compare import FLOAT32_RTOL, as_numbers, same_values
from grader.checking.contract.exercise import Case
from grader.checking.judging.effects import Results

Array = np.ndarray


@dataclass(frozen=True)
class Seen:
    """One quantity on one case: what was given, what was expected, and whether they agree."""

    case: Case
    label: str  # of a step, where a quantity is a path
    got: Array
    want: Array
    right: bool
    rtol: float
    expected: Results  # all quantities of the case
    has_places: bool  # whether positions mean the same in both: they are no lists of arrays

    @property
    def tells(self) -> Array:
        """Which numbers show something where they are right: a 0 hides most mistakes."""
        return np.asarray(self.want != 0)

    @property
    def same_shape(self) -> bool:
        return self.got.shape == self.want.shape

    def is_like(self, made: Array | None) -> bool:
        """Whether the student's numbers are ``made``, also those alone that are wrong."""
        if made is None or made.shape != self.got.shape:
            return False
        wrong = self.wrong if self.same_shape else slice(None)
        return not (
            same_values("", self.got, made, self.rtol)
            or same_values("", self.got[wrong], made[wrong], self.rtol, atol=0.0)
        )

    @property
    def wrong(self) -> Array:
        """Which numbers are wrong, for arrays of the same shape."""
        near = self.rtol * np.max(np.abs(self.want[np.isfinite(self.want)]), initial=0.0) + 1e-9
        right = (np.abs(self.got - self.want) <= near) | (self.got == self.want)
        return np.asarray(~right)


Said = Iterator[tuple[bool, str]]  # whether something is so, and how it is told, one by one
Fact = Callable[[list[Seen], list[Seen]], Said]  # of what is wrong, and of all


def given(case: Case, name: str) -> Array | None:
    """The array of numbers that a case holds under ``name``."""
    value = case.get(name)
    return value if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" else None


def is_setting(name: str, values: Sequence[object]) -> bool:
    """Whether ``values`` are single numbers."""
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    return numbers and name != "seed"


def varies(wrong: Sequence[Seen]) -> bool:
    """Whether the student's numbers differ: one number for all is a function of anything."""
    numbers = np.concatenate([one.got.ravel() for one in wrong])
    return bool(np.ptp(numbers) > 0)


def same(got: Array, want: Array) -> bool:
    """Whether two arrays have the same shape and values."""
    alike = got.size > 0 and got.shape == want.shape
    return alike and not same_values("", got, want, atol=0.0)


def paths(seen: Sequence[Seen]) -> list[list[Seen]]:
    """The steps of each case, where a quantity is a path."""
    found: dict[int, list[Seen]] = {}
    for one in seen:
        if " " in one.label:  # of an argument, as in rate(5), it does not say when
            found.setdefault(id(one.case), []).append(one)
    return list(found.values())


def by_quantity(
    cases: Sequence[Case], student: Sequence[Results], right: Sequence[Results]
) -> dict[str, list[Seen]]:
    """All quantities that are numbers on both sides; those in words are told by the properties.

    Nothing is told of one that is complex in place of real somewhere: it would hold only elsewhere.
    """
    found: dict[str, list[Seen]] = {}
    complex_ones: set[str] = set()
    for case, results, expected in zip(cases, student, right, strict=True):
        for name, want in expected.values.items():
            if name not in results.values:
                continue
            got = results.values[name]
            quantity, _, argument = name.partition("(")  # rate(5) is one of the values of rate
            pairs = [(argument, got, want)]
            if isinstance(want, dict):  # of a path, whose keys say when
                if not all(" " in label for label in want):
                    continue
                steps = got if isinstance(got, dict) else {}
                pairs = [(label, steps.get(label), value) for label, value in want.items()]
            for label, a, w in pairs:
                given, wanted = as_numbers(a), as_numbers(w)
                if given is None or wanted is None:
                    continue
                if "c" in (given.dtype.kind, wanted.dtype.kind):
                    if wanted.dtype.kind != "c":
                        complex_ones.add(quantity)
                    continue
                if wanted.dtype.kind == "b" and not wanted.ndim:
                    continue  # a flag is no number
                holds = not same_values("", a, w)
                several = isinstance(a, list) and wanted.ndim == 0  # in place of one number
                has_places = not (several or _is_joined(a) or _is_joined(w))
                rtol = FLOAT32_RTOL if wanted.dtype == np.float32 else 1e-5
                numbers = given.astype(float), wanted.astype(float)
                found.setdefault(quantity, []).append(
                    Seen(case, label, *numbers, holds, rtol, expected, has_places)
                )
    return {name: seen for name, seen in found.items() if name not in complex_ones}


def _is_joined(value: object) -> bool:
    """Whether it is a list of lists or arrays, which only the comparison makes one array."""
    return isinstance(value, list) and any(
        isinstance(item, list) or (isinstance(item, np.ndarray) and item.ndim) for item in value
    )
