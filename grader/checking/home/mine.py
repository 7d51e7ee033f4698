"""``mine.linear_forward``: the student's own function if it is kept, else the course's.

The course's is the reference of the exercise. Functions that an exercise takes together, such as a
forward and a backward pass, share a private cache, so they come from one side.

While functions are checked or graded, the student's file is not read. ``mine`` then has the
references of the problem sets before the one in question: a check at home gives the graded points.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from grader.checking.contract.registry import available, find, is_exercise, names, problem_set
from grader.checking.home.my_library import UnusableFile, kept, library_file

WHILE_GRADED = (
    "write {name} yourself: while your work is checked or graded, `mine` has only what earlier "
    "notebooks ask for"
)

_checked: str | None = None  # the problem set of the functions that are being checked at home
_sources: Mapping[str, str] | None = None  # where submissions are graded: all that there is


class Mine:
    """The functions that the course asks for, by their names; printed, it says whose they are."""

    def __getattr__(self, name: str) -> "Whosever":
        if name not in _looked_up:
            if name.startswith("_") or (available() and not is_exercise(name)):
                raise AttributeError(f"`mine` has no {name}: the course has no check of this name")
            _looked_up[name] = Whosever(name)
        return _looked_up[name]

    def __dir__(self) -> list[str]:
        return names()

    def __repr__(self) -> str:
        try:
            there = sorted(filter(is_exercise, kept()), key=lambda name: (problem_set(name), name))
        except UnusableFile as error:
            return str(error)
        own = [name for name in there if _own(name)]
        said = f"Yours, from {library_file()}: {', '.join(own)}." if own else "Yours: none yet."
        for name in (name for name in there if name not in own):
            others = sorted(_together(name).difference(there))
            said += f" {name} waits for {', '.join(others)}, which belongs to it."
        return f"{said} All others are the course's."


class Whosever:
    """A function or class of ``mine``. What it is, is looked up whenever it is used."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self.between: type | None = None  # it, and the classes that are made of it

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        return _find(self.__name__)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self.__wrapped__.__doc__

    def __call__(self, *given: Any, **settings: Any) -> Any:
        return _find(self.__name__)(*given, **settings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __repr__(self) -> str:
        return f"<mine.{self.__name__}>"

    def __instancecheck__(self, one: object) -> bool:
        return isinstance(one, self._as_class())

    def __mro_entries__(self, _bases: object) -> tuple[type]:
        """What ``class Deeper(mine.OwnNetwork)`` is made of."""
        above = self._as_class()
        self.between = self.between or type(self.__name__, (above,), {})
        self.between.__bases__ = (above,)
        return (self.between,)

    def follow(self) -> None:
        """Give the classes that are made of it the methods of what it is now."""
        if self.between is not None:
            try:
                self.between.__bases__ = (self._as_class(),)
            except NotImplementedError:
                self.between.__bases__ = (_NotThere,)

    def _as_class(self) -> type:
        found = self.__wrapped__
        if not isinstance(found, type):
            raise TypeError(f"mine.{self.__name__} is a function, not a class")
        return found


class _NotThere:
    """In place of a class that ``mine`` does not have while something is checked."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        raise NotImplementedError(WHILE_GRADED.format(name="this class"))


mine = Mine()
_looked_up: dict[str, Whosever] = {}


def _find(name: str) -> Callable[..., Any]:
    """The student's, or the course's, or NotImplementedError where there is none."""
    if _sources is not None:
        return _defined(name)
    if _checked is None and name in (own := _own(name)):
        return own[name]  # type: ignore[no-any-return]
    if not is_exercise(name) or (_checked is not None and problem_set(name) >= _checked):
        raise NotImplementedError(WHILE_GRADED.format(name=name))
    return _reference(name)


@cache
def _reference(name: str) -> Callable[..., Any]:
    return find(name).reference[-1]


def _own(name: str) -> Mapping[str, Any]:
    """What the student's file defines, if all is there that belongs to the function."""
    there = kept()
    return there if name in there and _together(name) <= there.keys() else {}


@cache
def _together(name: str) -> frozenset[str]:
    """The functions that exercises take together with this one, and itself."""
    taken = [frozenset(find(other).takes) for other in names(problem_set(name))]
    found = frozenset({name})
    while more := frozenset[str]().union(*(one for one in taken if one & found)) - found:
        found |= more
    return found


@contextmanager
def as_graded(exercise: str) -> Iterator[None]:
    """Within it, ``mine`` has at home what it has where the exercise is graded."""
    global _checked
    before = _checked
    made = [(one, one.between, one.between.__bases__) for one in _looked_up.values() if one.between]
    _checked = problem_set(exercise) if is_exercise(exercise) else ""
    try:
        for one, _, _ in made:
            one.follow()
        yield
    finally:
        _checked = before
        for _, between, bases in made:
            between.__bases__ = bases


def give(sources: Mapping[str, str]) -> None:
    """Let ``mine`` have nothing but these references from now on, each out of its source."""
    global _sources
    _sources = sources


@cache
def _defined(name: str) -> Callable[..., Any]:
    if _sources is None or name not in _sources:
        raise NotImplementedError(WHILE_GRADED.format(name=name))
    there: dict[str, Any] = {"__name__": "given"}
    exec(compile(_sources[name], f"<mine.{name}>", "exec"), there)
    return there[name]  # type: ignore[no-any-return]
