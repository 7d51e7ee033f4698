"""The catalogue of programs for one graded function, and what must become of each.

``tests/programs/psNN/<function>.py`` begins with

    programs = Catalogue(linear_forward)  # what the exercise takes before the graded function
    right, form, wrong, open_ = programs.kinds

and enters each program by a decorator:

- ``@right``: full marks;
- ``@form``: the values are right, the form (shape, float type, changed inputs) costs a little.
  What is tried with every exercise is in ``forms.py``;
- ``@wrong``: loses points for values. Small changes of the reference are made automatically
  (``tests/gates/mutants.py``), so only what keeps something between calls, or what a single
  property or case refuses, is entered by hand. ``@wrong(chance="a limit is met or not")`` says why
  the number of points differs from draw to draw;
- ``@open_``: the task leaves it open; at most half of the points are lost.

``programs.beside_the_point`` lists bodies that ignore what the function is for (``right`` is the
reference), or names of listed mistakes or wrong programs: each earns at most a third.
``programs.equivalent`` lists the automatic changes that are right as well, with the reason.

``programs.told`` says how the first hint begins that a wrong program gets, where an exercise reads
mistakes off the results.

``@right.together`` decorates a builder that returns all functions, where they share a cache of
their own; ``@wrong.behind(forward)`` puts another forward before the function.
``wrong.edit("name", base, old, new)`` is the program ``base`` with a piece of its text changed.

Every entry differs for a check from the others and from the listed mistakes (``redundant.py``).
"""

import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from typing import Any

from tests.programs.carriers import CHANCE, carried

Functions = tuple[Callable[..., Any], ...]


def changes(text: str) -> dict[str, str]:
    """The reason of each change ``old -> new``; it stands indented below one or several.

    A line without an arrow stands for all changes of one number in it.
    """
    reasons: dict[str, str] = {}
    waiting: list[str] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith(" "):
            assert waiting, f"no change stands above {line!r}"
            reasons |= dict.fromkeys(waiting, line.strip())
            waiting = []
        else:
            waiting.append(line)
    assert not waiting, f"no reason stands below {waiting}"
    return reasons


class Kind:
    """The programs of one kind by name; decorates those that join it."""

    def __init__(self, given: Functions) -> None:
        self.given = given
        self.programs: dict[str, Functions] = {}
        self.chance: dict[str, str] = {}

    def __call__(self, function: Any = None, /, *, chance: str = "") -> Any:
        if function is None:
            return lambda function: self._enter(function.__name__, function, chance)
        return self._enter(function.__name__, function, chance)

    def _enter(self, name: str, function: Any, chance: str = "") -> Any:
        self.add(name, *self.given, function, chance=chance)
        return function

    def add(self, name: str, *functions: Any, chance: str = "") -> None:
        """Enter the functions of a program under ``name``."""
        assert name not in self.programs, f"two programs are called {name}"
        self.programs[name] = functions
        if chance:
            self.chance[name] = chance

    def behind(self, *given: Any, chance: str = "") -> Any:
        """Enter the decorated function with other functions before it than the catalogue's."""

        def enter(function: Any) -> Any:
            self.add(function.__name__, *given, function, chance=chance)
            return function

        return enter

    def together(self, build: Any = None, /, *, chance: str = "") -> Any:
        """Enter what the decorated builder returns: all functions that the exercise takes."""

        def enter(build: Any) -> Any:
            self.add(build.__name__, *build(), chance=chance)
            return build

        return enter if build is None else enter(build)

    def edit(self, name: str, base: Any, old: str, new: str, *, chance: str = "") -> Any:
        """Enter ``base`` with the text ``old``, which occurs once in its body, made ``new``."""
        source = textwrap.dedent(inspect.getsource(base))
        begin = re.search(r"^(def|class) ", source, re.MULTILINE)
        source = source[begin.start() if begin else 0 :]  # without its decorator
        assert source.count(old) == 1, f"{name}: {old!r} occurs {source.count(old)} times"
        namespace = dict(vars(sys.modules[base.__module__]))
        exec(compile(source.replace(old, new), f"<{name}>", "exec"), namespace)
        return self._enter(name, namespace[base.__name__], chance)


class Catalogue:
    """The programs of one graded function, by kind."""

    def __init__(self, *given: Callable[..., Any]) -> None:
        self.right, self.form, self.wrong, self.open = (Kind(given) for _ in range(4))
        self.made: set[str] = set()  # names of programs that were made by ``carry``
        self.beside_the_point: list[str] = []
        self.equivalent: dict[str, str] = {}  # reasons
        self.told: dict[str, str] = {}  # how the hint begins that a wrong program gets

    @property
    def kinds(self) -> tuple[Kind, Kind, Kind, Kind]:
        return self.right, self.form, self.wrong, self.open

    def carry(
        self,
        function: Any,
        outputs: tuple[int, ...] | None = None,
        n: int = 1,
    ) -> None:
        """Enter a right function whose results are carried strangely, or ruined.

        This tests the judge more than the exercise: one catalogue of each family has it.

        Parameters
        ----------
        outputs : places of the returned tuple that are touched; all of them by default
        n : the number of things that are returned
        """
        functions = function if isinstance(function, tuple) else (*self.right.given, function)
        tables = carried(functions, outputs, n)
        for kind, table in zip((self.right, self.wrong, self.open), tables, strict=True):
            for name, program in table.items():
                self.made.add(name)
                kind.add(name, *program, chance=CHANCE.get(name, ""))
