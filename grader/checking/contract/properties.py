"""Named properties that share out an exercise's points, each with its own message.

A property looks at one case at a time: what the student's function gave (``got``), what the
reference gave (``want``), both plain data. It holds, or it says in words what does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.checking.contract.compare import Open, form_problem, same_values, unusable_part
from grader.checking.contract.run import RESULT
from grader.checking.contract.texts import one_line


@dataclass(frozen=True)
class CaseResult:
    """One case as a property sees it."""

    case: dict[str, Any]
    got: Mapping[str, Any]
    want: Mapping[str, Any]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartialCredit:
    """A property that holds in part: the ``share`` of points that it earns, and what is missing."""

    share: float
    problem: str

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"share is {self.share}; give a number from 0 to below 1")


@dataclass(frozen=True)
class Spoils:
    """What does not hold and makes the rest worth less: the share ``costs`` of all other points."""

    costs: float
    problem: str

    def __post_init__(self) -> None:
        if not 0 < self.costs < 1:
            raise ValueError(f"costs is {self.costs}; give a number between 0 and 1")


@dataclass(frozen=True)
class Held:
    """A property that holds, and what was measured, for a number that is worth showing."""

    measured: str


def earns(share: float, measured: str, advice: str = "") -> PartialCredit | Held:
    """The answer of a property whose points grow with a result: ``share`` 1 or more holds.

    Parameters
    ----------
    share : of the points; below 0 it earns nothing
    measured : what came out, shown in both cases
    advice : what to try next, shown where points are missing
    """
    if share >= 1:
        return Held(measured)
    return PartialCredit(max(share, 0.0), f"{measured} {advice}".rstrip())


Answer = str | PartialCredit | Spoils | Held | Open | None  # None: it holds

SLIP_OF_FORM = 0.05  # of the points, at most, for a shape, a float type or a changed input
UNCHANGED = "inputs and results stay as they were"
ROUGHLY = 1e-2  # tolerance for values whose shape is judged
GROUP = "group"  # in a case: the name of the cases that it is judged together with


@dataclass(frozen=True)
class Property:
    """What is tested, its weight, and the cases it is tested on, by name or group; None means all.

    A property that is not earned ``alone`` (shape, float type, purity, a value that zeros have,
    too) earns the share of its points that the values which are earn of theirs. ``outputs`` are
    the quantities that it looks at; none means all. ``help`` are the steps of help that are shown
    while it does not hold, the mildest first. ``after`` is the title of a property without which
    this one cannot be judged: where both are wrong, this one is open. ``most`` limits its share of
    the points whatever its weight. ``spoils`` is for what makes a function useless whatever else is
    right: where the property does not hold, all other points are worth less by this share.
    """

    title: str
    test: Callable[[CaseResult], Answer]
    weight: int = 1
    cases: tuple[str, ...] | None = None
    alone: bool = True
    after: str = ""
    most: float = 1.0
    help: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    spoils: float = 0.0

    def applies(self, case: dict[str, Any]) -> bool:
        return self.cases is None or not {case["about"], case.get(GROUP)}.isdisjoint(self.cases)


def _cases(names: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
    return (names,) if isinstance(names, str) else names


def _help(steps: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(one_line, (steps,) if isinstance(steps, str) and steps else steps))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def values(
    *names: str,
    weight: int = 1,
    cases: str | tuple[str, ...] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-9,
    infinite_ok: bool = False,
    alone: bool = True,
    title: str = "",
    after: str = "",
    help: str | tuple[str, ...] = "",
    spoils: float = 0.0,
) -> Property:
    """The outputs ``names`` (default: all) equal the reference's.

    ``|got - want| <= rtol * max|want| + atol`` for every element, with ``rtol`` at least 1e-4
    where the reference is float32. A list for an array, (1, M) for (M,) and another float type are
    accepted. ``infinite_ok`` accepts an infinity of the right sign for a large number. What a
    function that returns its input would satisfy, too, is not earned ``alone``. ``after`` is the
    title of what has to hold before this can be judged. A quantity that is ``Open`` leaves the
    property open if no other differs. The default title of a property of one case or group is its
    name. ``spoils`` is the share of all other points that it costs if it does not hold.
    """

    def test(result: CaseResult) -> Answer:
        open_ = None
        for name in names or result.want:
            if name not in result.want:
                continue
            got, want = result.got.get(name), result.want[name]
            if isinstance(got, Open):
                open_ = open_ or (None if isinstance(want, Open) else got)
            elif problem := same_values(name, got, want, rtol, atol, infinite_ok):
                return problem
        return open_

    every = f"values of {_listed(names)}" if names else "values"
    title = title or (cases if isinstance(cases, str) else every)
    return Property(
        title,
        test,
        weight,
        _cases(cases),
        alone,
        after,
        help=_help(help),
        outputs=names,
        spoils=spoils,
    )


def shapes(
    *names: str, cases: str | tuple[str, ...] | None = None, title: str = "shapes"
) -> Property:
    """Every array has exactly the reference's shape."""
    return _form(names, "shape", cases, title)


def dtype(
    *names: str,
    cases: str | tuple[str, ...] | None = None,
    title: str = "float type is kept",
) -> Property:
    """Float arrays have the reference's dtype: float32 in, float32 out. Single numbers are free."""
    return _form(names, "dtype", cases, title)


def _form(
    names: tuple[str, ...], what: str, cases: str | tuple[str, ...] | None, title: str
) -> Property:
    def test(result: CaseResult) -> Answer:
        open_ = None
        for name in names or result.want:
            if name not in result.want:
                continue
            got, want = result.got.get(name), result.want[name]
            if problem := form_problem(name, got, want, what):
                if what == "dtype" or not same_values(name, got, want, ROUGHLY, ROUGHLY):
                    return problem
                open_ = Open(f"judged once the values of {name} are right")
        return open_

    return Property(title, test, cases=_cases(cases), alone=False, most=SLIP_OF_FORM, outputs=names)


def unchanged_inputs(cases: str | tuple[str, ...] | None = None) -> Property:
    """The function does not change the arrays that it is given, or what it returned before."""

    def test(result: CaseResult) -> str | None:
        if not result.changed:
            return None
        inputs = tuple(name for name in result.changed if name != RESULT)
        if not inputs:
            return (
                "what an earlier call returned had other values after a later call. The function "
                "writes its results into an array that it keeps between calls. Make a new array in "
                "every call."
            )
        text = (
            "{names} had other values after the call. Make a new array: write `a = a + b` "
            "instead of `a += b`, and copy an array before you assign to a slice of it."
        )
        if any(isinstance(result.case.get(name), dict) for name in inputs):
            text = (
                "{names} had other values after the call. Make a new dictionary with new arrays "
                "instead of assigning to the entries of the one that you were given."
            )
        return text.format(names=_listed(inputs))

    return Property(UNCHANGED, test, cases=_cases(cases), alone=False, most=SLIP_OF_FORM)


def holds(
    title: str,
    test: Callable[[dict[str, Any], Any, Any], Answer],
    *,
    weight: int = 1,
    cases: str | tuple[str, ...] | None = None,
    alone: bool = True,
    help: str | tuple[str, ...] = "",
    spoils: float = 0.0,
) -> Property:
    """A property of your own: ``test(case, got, want)`` returns None, or what is wrong in words.

    Where degrees make sense (an accuracy, say), it returns ``PartialCredit(share, words)``, and
    ``Held(words)`` to show what was measured at full points. Where it cannot be judged, because
    something else is wrong, it returns ``Open(words)``. For ``spoils`` see :func:`values`.
    """

    def guarded(result: CaseResult) -> Answer:
        try:
            with np.errstate(all="ignore"):
                return test(result.case, result.got, result.want)
        except Exception as error:  # got comes from the student's function and may hold anything
            return unusable_part(result.got, result.want) or (
                f"what was returned could not be examined ({type(error).__name__}: {error})"
            )

    return Property(title, guarded, weight, _cases(cases), alone, help=_help(help), spoils=spoils)


def one_number_for_each(what: str, *names: str) -> Property:
    """The named results have one axis, whatever numbers a right program chooses."""

    def test(_case: Any, got: dict[str, Any], _want: Any) -> str | None:
        for name in names:
            if len(shape := np.shape(got[name])) != 1:
                return f"{name} has shape {shape}; expected is one number for each {what}"
        return None

    form = holds(f"one number for each {what}", test, alone=False)
    return replace(form, most=SLIP_OF_FORM)


def indices(name: str, title: str = "whole numbers", *, help: str = "") -> Property:
    """The named result has an integer type, so that it can be an index."""

    def test(_case: Any, got: dict[str, Any], _want: Any) -> str | None:
        kind = np.asarray(got[name]).dtype
        if kind.kind in "iu":
            return None
        return f"the type of {name} is {kind}; an index is a whole number"

    return holds(title, test, alone=False, help=help)
