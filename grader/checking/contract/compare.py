"""Compare a student's value with the reference's: first the numbers, then shape and dtype."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from grader.checking.contract.wire import KINDS, Plain, Unusable, leaves

FLOAT32_RTOL = 1e-4
MOST_ROWS = 4
Place = tuple[str, str, str]  # name and index, the student's value, the expected one


class Difference(str):
    """A text that says what differs, with what a table shows of it.

    ``rows()`` gives the place, the student's value and the expected one, for the first few places;
    ``note`` is what is said of them besides. The rows are made when they are asked for, because
    most differences are found in the search for a hint and nobody reads them.
    """

    rows: Callable[[], list[Place]]
    note: str

    def __new__(cls, text: str, rows: Callable[[], list[Place]], note: str = "") -> "Difference":
        self = super().__new__(cls, text)
        self.rows, self.note = rows, note
        return self


@dataclass(frozen=True)
class Open:
    """What cannot be judged on a case, and why; it costs nothing of its own.

    A property answers so, and ``observe`` puts it in the place of a quantity. A student's function
    cannot return one: it is not plain data.
    """

    why: str = "it cannot be determined"


# What is judged: an output, or what ``observe`` computes from the outputs.
Quantity: TypeAlias = "Plain | Open"


def same_values(
    name: str,
    got: object,
    want: object,
    rtol: float = 1e-5,
    atol: float = 1e-9,
    infinite_ok: bool = False,
) -> str | None:
    """None if ``got`` has the values of ``want``, else a text that says what differs."""
    if isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            return "{name} {got}; expected a dictionary with the keys {keys}".format(
                name=_is(name), got=described(got), keys=", ".join(map(repr, want))
            )
        pairs: list[tuple[object, Any, Any]] = [(key, got[key], want[key]) for key in want]
    elif isinstance(want, list) and not _is_numbers(want):
        if isinstance(got, np.ndarray) and got.ndim > 0:
            got = list(got)
        if not isinstance(got, list) or len(got) != len(want):
            return f"{_is(name)} {described(got)}; expected a list of length {len(want)}"
        pairs = list(zip(range(len(want)), got, want, strict=True))
    elif want is None or isinstance(want, str | Unusable | Open):
        return None if type(got) is type(want) and got == want else _differ(name, got, want)
    else:
        return _same_numbers(name, got, np.asarray(want), rtol, atol, infinite_ok)
    for key, g, w in pairs:
        if problem := same_values(_part(name, key), g, w, rtol, atol, infinite_ok):
            return _with_time(key, problem)
    return None


def _says_when(key: object) -> bool:
    """Whether a key is words that say when the value was seen, such as ``"in step 1"``."""
    return isinstance(key, str) and " " in key


def _part(name: str, key: object) -> str:
    """How a student writes the part ``key`` of a quantity; at another time it is the same name."""
    return name if _says_when(key) else f"{name}[{key!r}]"


def _with_time(key: object, problem: str) -> str:
    """What differs, with the time at which it does, if the key says one."""
    if not _says_when(key):
        return problem
    text = f"{key}: {problem}"
    if not isinstance(problem, Difference):
        return text
    rows, note = problem.rows, problem.note
    return Difference(text, lambda: [(f"{at} {key}", g, w) for at, g, w in rows()], note)


def _is_numbers(value: list[object]) -> bool:
    return all(type(item) in (bool, int, float) for item in value)


def _is(name: str) -> str:
    """``dx is``; a quantity in words gets a colon, because it may be a plural."""
    return f"{name}:" if " " in name else f"{name} is"


def _differ(name: str, got: object, want: object) -> str:
    in_words = [
        f"“{value}”" if isinstance(value, str) and " " in name else described(value)
        for value in (got, want)
    ]
    text = "{name} {got}, expected {want}"
    text = text.format(name=_is(name), got=in_words[0], want=in_words[1])
    note = "`None` is what a function gives that ends without `return`" if got is None else ""
    return Difference(text, lambda: [(name, in_words[0], in_words[1])], note)


def as_numbers(value: object) -> np.ndarray | None:
    """``value`` as an array of numbers, or None if it is not one (or is ragged)."""
    if value is None or isinstance(value, (str, Unusable, dict)) or _holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in KINDS else None


def _holds_text(value: object) -> bool:
    """Whether lists hold a text: as an array, each item would take the memory of the longest."""
    return isinstance(value, list) and any(isinstance(v, str) or _holds_text(v) for v in value)


def _same_numbers(
    name: str, got: object, want: np.ndarray, rtol: float, atol: float, infinite_ok: bool
) -> str | None:
    array = as_numbers(got)
    if array is None:
        return _differ(name, got, want)
    if isinstance(got, list) and len(got) > 1 and want.ndim == 0:
        text = f"{_is(name)} {described(got)}; expected one number"
        return Difference(text, lambda: [(name, f"{len(got)} values", "one number")])
    if array.shape != want.shape:
        if _squeezed(array.shape) != _squeezed(want.shape):
            return _wrong_shape(name, array, want)
        array = array.reshape(want.shape)
    if (array == want).all():
        return None  # so it is most often, and asked most often
    if want.dtype.kind == "b" and array.dtype.kind != "b" and not np.isin(array, (0, 1)).all():
        return _differ(name, array, want)
    if array.dtype.kind == "c" and want.dtype.kind != "c":
        if np.any(np.imag(array) != 0):
            return _imaginary(name, array, want)
        array = np.real(array)
    wide = np.complex128 if want.dtype.kind == "c" else np.float64
    a, w = array.astype(wide, copy=False), want.astype(wide, copy=False)
    if want.dtype == np.float32:
        rtol = max(rtol, FLOAT32_RTOL)
    with np.errstate(all="ignore"):
        finite = np.isfinite(w)
        scale = float(np.abs(w[finite]).max(initial=0.0))
        wrong = ~(np.abs(a - w) <= rtol * scale + atol)
        if not (finite.all() and np.isfinite(a).all()):
            special = (a == w) | (np.isnan(a) & np.isnan(w))
            if infinite_ok:
                special |= np.isinf(a) & (np.sign(a.real) == np.sign(w.real))
            wrong &= ~special
    if not wrong.any():
        return None
    return _first_difference(name, a, w, wrong)


def _first_difference(name: str, a: np.ndarray, w: np.ndarray, wrong: np.ndarray) -> str:
    def entry(index: Iterable[np.integer]) -> Place:
        at = tuple(int(i) for i in index)
        place = name if a.ndim == 0 else f"{name}[{', '.join(map(str, at))}]"
        return place, _number(a[at]), _number(w[at])

    at = np.unravel_index(wrong.argmax(), wrong.shape)
    place, got, want = entry(at)
    if np.isfinite(w[at]) and not np.isfinite(a[at]):
        text = "{place} {got}, expected {want}"
        place = _is(place)
    else:
        text = "{place} = {got}, expected {want}"
    text, note = text.format(place=place, got=got, want=want), ""
    if a.size > 1:
        note = f"{int(wrong.sum())} of {a.size} values differ"
        text += f" ({note})"
    return Difference(text, lambda: list(map(entry, np.argwhere(wrong)[:MOST_ROWS])), note)


def _imaginary(name: str, array: np.ndarray, want: np.ndarray) -> Difference:
    def rows() -> list[Place]:
        at = tuple(int(i) for i in np.argwhere(np.imag(array) != 0)[0])
        place = f"{name}[{', '.join(map(str, at))}]" if at else name
        return [(place, _number(array[at]), _number(want[at]))]

    return Difference(f"{name} has an imaginary part", rows, "it has an imaginary part")


def _number(value: Any) -> str:
    return f"{complex(value):z.6g}" if np.iscomplexobj(value) else f"{float(value):z.6g}"


def _wrong_shape(name: str, got: np.ndarray, want: np.ndarray) -> str:
    text = f"{name} has shape {got.shape}, expected {want.shape}"
    note = ""
    if got.ndim == 2 and got.shape[::-1] == want.shape:
        # Of several arrays, another one may have come in its place.
        if "[" not in name or _same_numbers("", got.T, want, 1e-5, 1e-9, False) is None:
            note = "it looks transposed"
    elif got.ndim == 0:
        note = "you reduced it over one axis too many"
    text += f": {note}" if note else ""
    return Difference(text, lambda: [_shapes(name, got.shape, want.shape)], note)


def _shapes(name: str, *shapes: tuple[int, ...]) -> Place:
    got, want = (str(shape) if shape else "a single number" for shape in shapes)
    return f"shape of {name}", got, want


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def form_problem(name: str, got: object, want: object, what: str) -> str | None:
    """None if shape or dtype of every array in ``got`` is that in ``want``, else what differs."""
    if isinstance(want, (dict, list)) and not (isinstance(want, list) and _is_numbers(want)):
        if what == "shape" and type(got) is not type(want):
            return f"{_is(name)} {described(got)}; expected {described(want)}"
        keys = want if isinstance(want, dict) else range(len(want))
        for key in keys:
            inner = _inside(got, key)
            if problem := form_problem(_part(name, key), inner, want[key], what):
                return _with_time(key, problem)
        return None
    if want is None or isinstance(want, (bool, str, Open)):
        return None
    return _shape(name, got, want) if what == "shape" else _dtype(name, got, want)


def unusable_part(got: Mapping[str, object], want: Mapping[str, object]) -> str:
    """What was returned that is no plain data, beside what is expected there; "" if nothing."""
    for name, value in got.items():
        for path, leaf in leaves(value, name):  # type: ignore[arg-type]
            if isinstance(leaf, Unusable):
                wanted = want.get(name) if path == name else None
                text = f"{_is(path)} {leaf.what}"
                if isinstance(wanted, list):
                    return f"{text}; expected a list of length {len(wanted)}"
                return text if wanted is None else form_problem(name, leaf, wanted, "shape") or text
    return ""


def _inside(value: Any, key: object) -> object:
    try:
        return value[key]
    except (TypeError, KeyError, IndexError):
        return None


def _shape(name: str, got: object, want: Any) -> str | None:
    wanted = np.shape(want)
    if wanted and not isinstance(got, np.ndarray):
        return f"{_is(name)} {described(got)}; expected an array of shape {wanted}"
    array = as_numbers(got)
    if array is None:
        return f"{_is(name)} {described(got)}; expected a number"
    if array.shape != wanted:
        text = "{name} has shape {got}, expected {want}"
        return Difference(
            text.format(name=name, got=array.shape, want=wanted),
            lambda: [_shapes(name, array.shape, wanted)],
        )
    return None


def _dtype(name: str, got: object, want: object) -> str | None:
    """Arrays only: a list has no dtype, and the shape already reports what is not an array."""
    if not isinstance(got, np.ndarray) or not isinstance(want, np.ndarray):
        return None
    if want.ndim == 0 or want.dtype.kind != "f" or got.dtype == want.dtype:
        return None
    text = "{name} {got}, but the inputs were {want}"
    text = text.format(name=_is(name), got=got.dtype, want=want.dtype)
    if want.dtype == np.float32 and got.dtype == np.float64:
        text += (
            ". Arrays of integers, quotients of booleans and arrays made by `np.ones(shape)` or "
            "`np.zeros(shape)` turn float32 into float64. Give them a `dtype=` or use "
            "`.astype(…)`"
        )
    return text


def described(value: object) -> str:
    """A short description of a value, for messages."""
    if isinstance(value, Unusable):
        return value.what
    if isinstance(value, Open):
        return value.why
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return _number(value)
        if value.size <= 6:
            text = np.array2string(value, precision=4, separator=", ", threshold=12)
            return f"{' '.join(text.split())}"
        return f"an array of shape {value.shape}"
    if isinstance(value, list):
        if len(value) <= 6 and _is_numbers(value):
            return repr(value)
        return f"a list of length {len(value)}"
    if isinstance(value, dict):
        return "a dictionary with the keys {keys}".format(
            keys=", ".join(repr(key)[:40] for key in list(value)[:6]) or "-"
        )
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
