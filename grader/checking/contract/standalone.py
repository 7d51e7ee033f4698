"""Functions as one text that defines them and all that they use: it runs anywhere, with NumPy."""

import dis
import inspect
import textwrap
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

EXERCISES = "grader.exercises."  # modules that are not where the functions of students are


def standalone(functions: Sequence[Callable[..., Any]]) -> str:
    """The functions of exercises, with the helpers, modules and plain values that they use."""
    pieces: dict[str, str] = {}
    new: list[tuple[str, Any]] = [(function.__name__, function) for function in functions]
    while new:
        name, value = new.pop()
        if name in pieces:
            continue
        if isinstance(value, ModuleType):
            pieces[name] = f"import {value.__name__} as {name}"
        elif str(getattr(value, "__module__", "")).startswith(EXERCISES):
            pieces[name] = textwrap.dedent(inspect.getsource(value))
            bases = [base for base in getattr(value, "__bases__", ()) if base is not object]
            new += [*globals_of(value).items(), *((base.__name__, base) for base in bases)]
        elif callable(value):
            pieces[name] = f"from {value.__module__} import {value.__name__} as {name}"
        else:
            pieces[name] = f"{name} = {value!r}"
    return "from __future__ import annotations\n" + "\n".join(reversed(pieces.values()))


def globals_of(value: Callable[..., Any]) -> dict[str, Any]:
    """The names of its module that a function, or the methods of a class, look up."""
    if isinstance(value, type):
        methods = [inner for inner in vars(value).values() if isinstance(inner, FunctionType)]
        return {name: found for one in methods for name, found in globals_of(one).items()}
    inner = inspect.unwrap(value)  # a decorator looks up other names
    if not isinstance(inner, FunctionType):
        return {}
    there = inner.__globals__
    return {name: there[name] for name in _looked_up(inner.__code__) if name in there}


@lru_cache(maxsize=1024)  # it is asked in every call of every function that is judged
def _looked_up(code: CodeType) -> tuple[str, ...]:
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    loaded = [one.argval for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"]
    return tuple(dict.fromkeys(loaded + [name for one in inner for name in _looked_up(one)]))
