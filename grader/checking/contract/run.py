"""How the functions of an exercise are called on a case: a value that travels to where they are.

``grader.checking`` is there, too, so the run of a family travels as the name of its class and plain
settings. The exercises are not: an exercise's own function travels as its source.
"""

import __future__

import inspect
import textwrap
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from types import CodeType, FunctionType
from typing import Any, Self

import numpy as np

from grader.checking.contract.wire import Plain

EARLIER = "earlier"  # in a case: another draw of it, for a call before the one that counts
RESULT = "an earlier result"  # stands among the changed inputs if a later call has changed it
Settings = dict[str, Any]  # plain data


@dataclass(frozen=True)
class Run:
    """``run(*functions, case)`` -> named outputs as plain data; what it needs are its fields."""

    def __call__(self, *given: Any) -> dict[str, Plain]:
        raise NotImplementedError

    @property
    def only_listed(self) -> bool:
        """Whether nothing but the listed mistakes explains what it returns.

        What another small change of the reference gives, many other functions give as well.
        """
        return False

    @property
    def needs(self) -> str:
        """A package that is not everywhere; without it nothing is judged and no point counts."""
        return ""

    @property
    def seconds(self) -> float:
        """What a call may take at least, for a run that ends by itself before; 0 if it does not."""
        return 0.0

    @property
    def by_step(self) -> Collection[str]:
        """Names of what a case holds for each step by itself."""
        return ()

    @property
    def own_forward(self) -> "Run | None":
        """The run that gives gradients beside those that are measured, if they can be.

        They are measured by finite differences of the student's own forward pass. The names are
        ``dx`` and ``measured dx``.
        """
        return None

    def shown(self, case: dict[str, Any]) -> dict[str, Any]:
        """The case as a report shows it: the arguments by the names that students know."""
        rows = {n: case[n] for n in self.by_step if isinstance(case.get(n), list | np.ndarray)}
        shown = {name: value for name, value in case.items() if name not in rows}
        several = any(len(row) > 1 for row in rows.values())
        for k in range(max(map(len, rows.values()), default=0)):
            when = f" in step {k + 1}" if several else ""
            shown |= {f"{name}{when}": row[k] for name, row in rows.items()}
        return shown

    def code(self) -> set[CodeType]:
        """The code of this run, which is not the student's."""
        found = [getattr(m, "__func__", m) for c in type(self).__mro__ for m in vars(c).values()]
        return set().union(*(code_of(m) for m in found if isinstance(m, FunctionType)))

    def to_settings(self) -> Settings:
        """The name of the class and its fields, out of which ``families.run_of`` makes it again."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"run": type(self).__name__} | {
            name: value.to_settings() if isinstance(value, Run) else value
            for name, value in found.items()
        }

    @classmethod
    def from_settings(cls, **settings: Any) -> Self:
        return cls(**settings)


@dataclass(frozen=True)
class OwnRun(Run):
    """An exercise's own function, which uses nothing but ``np``, builtins and its arguments.

    Parameters
    ----------
    needs : ``"torch"``, if it imports that. It does so inside, as the reference does, because the
        exercise is found without torch. The judge alone asks for it, so it does not travel.
    only_listed : for one of few numbers, of calls that take long, or whose numbers are free, so
        that facts about them mislead. The judge alone asks for it.
    """

    function: Callable[..., dict[str, Plain]]
    needs: str = ""
    only_listed: bool = False

    def __call__(self, *given: Any) -> dict[str, Plain]:
        *functions, case = given
        if EARLIER in case:
            self.function(*functions, case[EARLIER])
        return self.function(*given)

    def code(self) -> set[CodeType]:
        return super().code() | code_of(self.function)

    def to_settings(self) -> Settings:
        source = textwrap.dedent(inspect.getsource(self.function))
        return {"run": type(self).__name__, "name": self.function.__name__, "source": source}

    @classmethod
    def from_settings(cls, *, name: str, source: str) -> Self:  # type: ignore[override]
        """Its function out of the source, with ``np`` as the only global."""
        namespace: dict[str, Any] = {"np": np}
        flags = __future__.annotations.compiler_flag  # they name types that are not sent along
        exec(compile(source, f"<{name}>", "exec", flags), namespace)
        return cls(namespace[name])


def code_of(function: Callable[..., Any]) -> set[CodeType]:
    """The code of a function and of the functions inside it."""
    found, new = set[CodeType](), [function.__code__]
    while new:
        code = new.pop()
        found.add(code)
        new += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return found
