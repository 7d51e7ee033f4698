"""Apply an exercise's ``run`` to a student's functions: the part that happens in their process.

Needs only NumPy. The judge does not trust this module: a student who patches it changes only the
outputs, and the judge compares their values elsewhere.
"""

import io
import linecache
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from grader.checking.contract.run import EARLIER, RESULT, Run, code_of
from grader.checking.contract.wire import Plain, plain
from grader.checking.judging.clues import Watch, clue_of, names_called
from grader.checking.judging.process_state import fixed_process_state, own_generators

MAX_PRINTED = 2000
MAX_MESSAGE = 500


@dataclass(frozen=True)
class Failure:
    """An exception as text: its kind and message, and where in the student's code it was raised.

    ``function`` and ``line`` are those of the innermost of the student's functions. ``clue`` says
    what the names of that line hold, where the message needs it. ``inside`` is False when no
    function was running: either ``function`` had returned something that could not be used, in
    words ``returned``, or it could not even be called.
    """

    kind: str
    message: str
    inside: bool = True
    function: str = ""
    line: int = 0
    source: str = ""
    clue: str = ""
    returned: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result of one case: named outputs or a failure, changed inputs, printed text.

    ``calls`` are the names of the student's other functions that a student's judged ones use.
    """

    outputs: dict[str, Plain] | None = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    printed: str = ""
    warned: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Plain]:
        failure = None if self.failure is None else list(vars(self.failure).values())
        lists = {name: list(getattr(self, name)) for name in ("changed", "warned", "calls")}
        return vars(self) | lists | {"failure": failure}

    @classmethod
    def from_plain(cls, data: object) -> "Outcome":
        """The outcome out of data that may be forged: anything unexpected raises ValueError."""
        match data:
            case {
                "outputs": dict() | None as outputs,
                "failure": None
                | [str(), str(), bool(), str(), int(), str(), str(), str()] as failure,
                "changed": list(changed),
                "printed": str(printed),
                "warned": list(warned),
                "calls": list(calls),
            } if (outputs is None) != (failure is None) and all(
                isinstance(text, str) for text in [*changed, *warned, *calls]
            ):
                short: Any = [v[:MAX_MESSAGE] if isinstance(v, str) else v for v in failure or ()]
                return cls(
                    outputs,
                    None if failure is None else Failure(*short),
                    tuple(name[:MAX_MESSAGE] for name in changed[:50]),
                    printed[:MAX_PRINTED],
                    tuple(text[:MAX_MESSAGE] for text in warned[:5]),
                    tuple(name[:MAX_MESSAGE] for name in calls[:50]),
                )
        raise ValueError("not an outcome")


def not_defined(failure: Failure) -> bool:
    """Whether it says that a function is not there."""
    return failure.kind == "NameError" and "is not defined. Did" in failure.message


def missing(names: Sequence[str], namespace: Mapping[str, object]) -> Failure | None:
    """Why the functions ``names`` cannot be called: one is missing or is not a function."""
    for name in names:
        if name not in namespace:
            return Failure(
                "NameError",
                f"{name} is not defined. Did its cell run without an error?",
                function=name,
            )
        if not callable(namespace[name]):
            kind = type(namespace[name]).__name__
            message = (
                f"{name} cannot be called, it has the type {kind}. Does a later cell use its name "
                "for something else?"
            )
            return Failure("TypeError", message, function=name)
    return None


def apply(
    run: Run,
    functions: Sequence[Callable[..., object]],
    case: dict[str, Any],
    *,
    students: bool = False,
) -> Outcome:
    """Call ``run(*functions, case)`` on a private copy of the case and record the outcome.

    What ``run`` adds to its case counts as changed: the cache of a backward pass, say. So does what
    one call returned, if it has other values after the others: the array was kept and used again.

    Parameters
    ----------
    students : the functions are a student's; what they change of the process is put back after
        each of their calls
    """
    inputs = _copy(case)
    printed = _Bounded()
    outputs: dict[str, Plain] | None = None
    failure = None
    overwritten = False
    noted: dict[str, None] = {}
    with (
        warnings.catch_warnings(record=True) as caught,
        redirect_stdout(printed),
        redirect_stderr(printed),
        fixed_process_state(noted.setdefault) as kept,
        own_generators() if students or run.needs else nullcontext(),
    ):
        watch = Watch(kept) if students else Watch()
        warnings.simplefilter("always")
        try:
            with kept() if students else nullcontext():
                found = run(*map(watch.on, functions), inputs)
                in_plain = {name: plain(value) for name, value in found.items()}
                overwritten = any(_differs(before, plain(now)) for now, before in watch.results)
                outputs = in_plain
        except (Exception, SystemExit) as error:
            failure = _failure(error, run, functions, watch)
    changed = tuple(
        name
        for name in {**case, **inputs}
        if name != EARLIER and (name not in case or _differs(case[name], inputs.get(name)))
    )
    if overwritten:
        changed += (RESULT,)
    warned = tuple(noted | {_text(w.message): None for w in caught[:50]})[:5]
    calls = names_called(functions) if students else ()
    return Outcome(outputs, failure, changed, printed.getvalue(), warned, calls)


class _Bounded(io.StringIO):
    """Keeps the beginning of the printed text and discards the rest."""

    def write(self, text: str) -> int:
        room = MAX_PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_copy, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def _differs(before: Any, after: Any) -> bool:
    """Whether an input was changed; rounding as in x + h - h does not count."""
    if type(before) is not type(after):
        return True
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(_differs(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(_differs, before, after))
    if isinstance(before, np.ndarray):
        if before.shape != after.shape or before.dtype != after.dtype:
            return True
        if bool((before == after).all()):
            return False
        if before.dtype.kind in "fc":
            sizes = np.abs(before[np.isfinite(before)])
            bits = 8 * np.finfo(before.dtype).eps * np.max(sizes, initial=0.0)
            return not np.allclose(before, after, rtol=0, atol=bits, equal_nan=True)
        return True
    return bool(before != after and (before == before or after == after))  # nan is nan


def _text(value: object) -> str:
    try:
        return str(value)[:MAX_MESSAGE]
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def _failure(
    error: BaseException,
    run: Run,
    functions: Sequence[Callable[..., object]],
    watch: Watch,
) -> Failure:
    kind, message = type(error).__name__, _text(error)
    run_code = run.code() | code_of(Watch.on)
    student_globals = [id(_globals(f)) for f in functions]
    entered, function, line, source, module = False, "", 0, "", ""
    innermost: TracebackType | None = None
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        frame, code = traceback.tb_frame, traceback.tb_frame.f_code
        module = str(frame.f_globals.get("__name__", "")).split(".")[0]
        of_student = id(frame.f_globals) in student_globals or not line
        if entered and code not in run_code and module != "numpy" and of_student:
            function, line = code.co_qualname, traceback.tb_lineno
            source = linecache.getline(code.co_filename, line).strip()[:200]
            innermost = traceback
        entered = entered or code in run_code
        traceback = traceback.tb_next
    if kind == "NotImplementedError" and module == "torch":
        kind = "RuntimeError"  # torch lacks a kernel for these types: not a function to write
    if not function:
        # Of a function that cannot be called with the arguments, no frame is there.
        called = watch.open if isinstance(error, TypeError) else ""
        returned = "" if called else watch.returned
        return Failure(kind, message, False, called or watch.function, returned=returned)
    clue = clue_of(innermost, message) if innermost is not None else ""
    return Failure(kind, message, True, function, line, source, clue)


def _globals(function: object) -> object:
    """The names that the code of a function, or of a class's methods, looks up."""
    code = vars(function).get("__init__") if isinstance(function, type) else function
    return getattr(code, "__globals__", None)
