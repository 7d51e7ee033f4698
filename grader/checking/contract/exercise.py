"""An exercise is a value: what is asked, which inputs it is tried on, which mistakes are known.

``run(functions, case)`` calls the student's functions and returns named outputs as plain data, as
it does the reference and every listed mistake. These values alone decide the score, so a student's
process cannot earn points by changing the checker.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from grader.checking.contract.compare import Open, Quantity
from grader.checking.contract.edits import Edit, Piece, Sources
from grader.checking.contract.known_names import require_known
from grader.checking.contract.mistakes import Function, Mistake
from grader.checking.contract.properties import GROUP, Property
from grader.checking.contract.run import Run
from grader.checking.contract.texts import Lines, one_line, paragraphs
from grader.checking.contract.wire import Plain, plain

Case = dict[str, Any]
Recognise = Callable[[Case, Mapping[str, Quantity]], Sequence[str]]
Cases = Sequence[Case] | Mapping[str, Sequence[Case]]  # in a row, or in groups by their names


@dataclass(frozen=True)
class Step:
    """A step of the help, shown only while one of the properties ``about`` does not hold."""

    text: str
    about: tuple[str, ...]


def step(text: str, *about: str) -> Step:
    """Help with the properties of the titles ``about``."""
    return Step(one_line(text), about)


def loop(code: str, *about: str) -> Step:
    """Help by code that computes the same with loops, slowly; its lines are shown as they are."""
    return Step(Lines.of(code), about)


def case(about: str = "", **data: Any) -> Case:
    """One input of an exercise as plain data.

    ``about`` names its fixed structure ("one row"). The only case of a group has its name.
    """
    return {"about": about, **data}


def in_a_row(cases: Cases) -> list[Case]:
    """The cases, each with the name of its group, if they stand in groups."""
    if not isinstance(cases, Mapping):
        return list(cases)
    return [
        one | {GROUP: group, "about": one["about"] or group}
        for group, members in cases.items()
        for one in members
    ]


def form_step(*about: str) -> Step:
    """Help where only the form is wrong; ``about`` names the properties of the form."""
    text = (
        "Compare your result with the lines marked ✗: print its `.shape` and its `.dtype`, and "
        "print the inputs before and after the call."
    )
    return Step(text, about)


@dataclass(frozen=True)
class Contest:
    """For an exercise whose results are compared in a class: its cases are the same for all.

    Parameters
    ----------
    at_home : the cases of the check at home, if it does not draw them: those shown in the notebook
    record : ``record(case, quantities)`` -> what of them is kept with a class's results, as JSON;
        empty if there is no entry. Runs on the judge's side, on the first case.
    stored : () -> entries to be compared with at home: ``seed``, which draws the cases, and
        ``entries``, each as ``record`` gives it
    """

    at_home: Callable[[], Cases] | None = None
    record: Callable[[Case, Mapping[str, Quantity]], dict[str, Any]] | None = None
    stored: Callable[[], Mapping[str, Any]] | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """One graded function (or class) of the course; equal to itself alone.

    Parameters
    ----------
    points : what full marks are worth
    reference : the right functions that ``run`` needs, in its order; the graded one is the last,
        and its name is unique in the course
    cases : generator -> cases, smallest first, in a row or in groups by their names
        (``{"a bowl": [case, case], "a saddle": [case]}``); the structure is fixed, only numbers are
        random
    run : ``run(*functions, case)`` -> named outputs as plain data
    judge : the properties that share out the points by their weights
    mistakes : wrong versions with their hints, best known first
    answers : every module that holds the formula; those of ``COURSE`` are absent where submissions
        are graded. ``"course_lib.losses.regression:loss"`` also says what the graded function is
        called there.
    accepts : further references; the one that agrees best with the outputs as a whole counts
    observe : ``observe(case, outputs)`` -> the quantities that are judged, for functions whose
        outputs depend on the order of random draws. Runs on the judge's side.
    recognise : ``recognise(case, quantities)`` -> what is wrong with a function, in sentences, for
        an exercise that reads it off the quantities. No mistake is looked for then, and where it
        says something, no general help is shown.
    compares : whether properties look at what the reference gives. Where none does, the reference,
        which may train for seconds, is not applied.
    returns : what the graded function returns, as in ``"(dx, dW, db)"``
    hints : the ladder shown folded under a failed check, mildest first: paragraphs of one text,
        or texts and steps; a ``step`` belongs to certain properties and is shown where one of them
        does not hold, a ``loop`` is code. What belongs to none is shown while no value is right
    uses : names of other exercises whose functions the graded one is told to call; those that a
        student's function calls count as well
    grows : ``grows(rng, n)`` -> a case with n rows, for the advice about Python loops
    contest : for results that are compared in a class
    """

    reference: tuple[Function, ...]
    points: float
    cases: Callable[[np.random.Generator], Cases]
    run: Run
    judge: Sequence[Property]
    mistakes: Sequence[Mistake] = ()
    answers: tuple[str, ...] = ()
    accepts: tuple[tuple[Function, ...], ...] = ()
    observe: Callable[[Case, dict[str, Plain]], Mapping[str, object]] | None = None
    recognise: Recognise | None = None
    compares: bool = True
    returns: str = ""
    hints: str | tuple[str | Step, ...] = ()
    uses: tuple[str, ...] = ()
    grows: Callable[[np.random.Generator, int], Case] | None = None
    contest: Contest | None = None
    sources: Sources = field(init=False, repr=False, compare=False)
    _compiled: dict[tuple[Edit | Piece, ...], tuple[Function, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        if len(set(self.takes)) < len(self.takes):
            raise ValueError(f"{self.name}: reference={self.takes} names a function twice")
        for functions in self.references:
            if len(functions) != len(self.takes):
                raise ValueError(f"{self.name}: {len(functions)} functions for takes={self.takes}")
        if self.points <= 0 or not any(p.weight > 0 and p.alone for p in self.judge):
            raise ValueError(f"{self.name}: needs points and a property that judges values")
        self._require_titles(p.after for p in self.judge if p.after)
        self._require_titles(title for entry in self.steps for title in entry.about)
        self._require_titles(title for wrong in self.mistakes for title in wrong.needs)
        object.__setattr__(self, "sources", Sources(self.name, self.reference))

    @property
    def name(self) -> str:
        """Name of the graded function."""
        return self.takes[-1]

    @property
    def takes(self) -> tuple[str, ...]:
        """Names of the functions that ``run`` needs, in its order."""
        return tuple(function.__name__ for function in self.reference)

    @property
    def answer_modules(self) -> tuple[str, ...]:
        """The modules in ``answers``."""
        return tuple(answer.partition(":")[0] for answer in self.answers)

    def draw(self, rng: np.random.Generator) -> list[Case]:
        """The cases in a row."""
        return in_a_row(self.cases(rng))

    def draw_at_home(self) -> list[Case]:
        """The cases of a check at home in a row: fresh ones, or those of the notebook."""
        if self.contest is not None and self.contest.at_home is not None:
            return in_a_row(self.contest.at_home())
        return self.draw(np.random.default_rng())

    @property
    def steps(self) -> tuple[Step, ...]:
        """The help that is not a property's own."""
        entries = paragraphs(self.hints) if isinstance(self.hints, str) else self.hints
        return tuple(step(entry) if isinstance(entry, str) else entry for entry in entries)

    def _require_titles(self, titles: Iterable[str]) -> None:
        require_known(self.name, "property", titles, (p.title for p in self.judge))

    def require_names(self, cases: Sequence[Case], wanted: Sequence[Mapping[str, object]]) -> None:
        """Raise ValueError if a property names a case or an output that there is not.

        Parameters
        ----------
        wanted : the quantities of the reference in each of the cases
        """
        self.require_cases(cases)
        for prop in self.judge:
            there = [w for c, w in zip(cases, wanted, strict=True) if prop.applies(c)]
            where = f"{self.name}, property {prop.title!r}"
            require_known(where, "output", prop.outputs, (name for w in there for name in w))

    def require_cases(self, cases: Sequence[Case]) -> None:
        """Raise ValueError if a property names a case that is not among ``cases``."""
        abouts = [name for case in cases for name in (case["about"], case.get(GROUP)) if name]
        for prop in self.judge:
            where = f"{self.name}, property {prop.title!r}"
            require_known(where, "case", prop.cases or (), abouts)

    def observed(self, case: Case, outputs: dict[str, Plain]) -> Mapping[str, Quantity]:
        """The quantities that are judged: the outputs, or what ``observe`` computes from them."""
        if self.observe is None:
            return outputs
        with np.errstate(all="ignore"):
            found = self.observe(case, outputs)
        return {k: v if isinstance(v, Open) else plain(v) for k, v in found.items()}

    @property
    def lacks(self) -> str:
        """The package that ``run`` needs and that is not installed here; "" if none is missing."""
        return "" if not self.run.needs or find_spec(self.run.needs) else self.run.needs

    @property
    def keeps_entries(self) -> bool:
        """Whether something of the outputs is kept with a class's results."""
        return self.contest is not None and self.contest.record is not None

    def recorded(self, case: Case, outputs: dict[str, Plain]) -> dict[str, Any]:
        """What of the outputs in the first case is kept with a class's results."""
        if self.contest is None or self.contest.record is None:
            return {}
        return self.contest.record(case, self.observed(case, outputs))

    def in_library(self) -> tuple[Function, ...]:
        """course_lib's functions of the names that are taken, found in the modules ``answers``."""
        modules = [vars(import_module(name)) for name in self.answer_modules]
        others = [other for answer in self.answers if (other := answer.partition(":")[2])]
        wanted = [*self.takes[:-1], *(others or self.takes[-1:])]
        found = {name: m[name] for name in wanted for m in reversed(modules) if name in m}
        if len(found) < len(wanted):
            lost = ", ".join(name for name in wanted if name not in found)
            raise LookupError(
                f"{self.name}: no module in answers={self.answers} holds {lost}; write it in "
                "course_lib, and name its module in answers="
            )
        return tuple(found[name] for name in wanted)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The share of the points that each property is worth, by its title.

        It goes by weight, but is no more than ``most``. What the limit leaves over goes to the
        properties that have none.
        """
        total = sum(p.weight for p in self.judge)
        limited = {p.title: min(p.weight / total, p.most) for p in self.judge if p.most < 1}
        rest = sum(p.weight for p in self.judge if p.title not in limited)
        left = 1 - sum(limited.values())
        return {
            p.title: left * p.weight / rest for p in self.judge if p.title not in limited
        } | limited

    def ladder(self, failing: Collection[str], right: Collection[str] = ()) -> tuple[str, ...]:
        """The help for a function whose properties ``failing`` do not hold.

        It begins with what belongs to the first of them. If that has no help of its own, the common
        steps stand before the help with the others.

        Parameters
        ----------
        right : titles of the properties that hold. A step that is about no property speaks of the
            whole function, so it is left out where one that is earned alone is among them.
        """
        whole = not any(prop.alone and prop.title in right for prop in self.judge)
        missed = [prop for prop in self.judge if prop.title in failing]
        own = [text for prop in missed for text in prop.help]
        common = [
            entry.text
            for entry in self.steps
            if (not set(entry.about).isdisjoint(failing) if entry.about else whole)
        ]
        return (*own, *common) if missed and missed[0].help else (*common, *own)

    @property
    def references(self) -> tuple[tuple[Function, ...], ...]:
        """The functions that are right: the reference, and what is accepted as well."""
        return self.reference, *self.accepts

    @property
    def foundations(self) -> tuple[str, ...]:
        """Names of what this builds on: what it calls, and what it is judged together with."""
        return (*self.uses, *self.takes[:-1])

    def with_mistakes(self, *mistakes: Mistake) -> tuple[Function, ...]:
        """The reference functions with ``mistakes`` made in them: one, or several slips."""
        if slips := [mistake for mistake in mistakes if mistake.edits]:
            if len(slips) < len(mistakes):
                raise ValueError(f"{self.name}: only slips can be made together")
            edits = tuple(edit for mistake in slips for edit in mistake.edits)
            if len(slips) > 1:
                return self.sources.edited(edits)
            if edits not in self._compiled:
                self._compiled[edits] = self.sources.edited(edits)
            return self._compiled[edits]
        (mistake,) = mistakes
        wrong = mistake.functions if isinstance(mistake.functions, tuple) else (mistake.functions,)
        others = dict(mistake.others or {})
        by_name = {f.__name__ if f.__name__ in self.takes else self.name: f for f in wrong} | others
        if len(by_name) != len(wrong) + len(others) or not by_name.keys() <= set(self.takes):
            raise ValueError(f"{self.name}: the mistake {mistake} must name functions it replaces")
        return tuple(by_name.get(n, f) for n, f in zip(self.takes, self.reference, strict=True))
