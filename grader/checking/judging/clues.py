"""What an error alone does not say: shapes, a name that was taken, and what a function returned.

It is read where the student's functions run, and needs only NumPy.
"""

import ast
import builtins
import linecache
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, wraps
from types import FrameType, FunctionType, TracebackType

import numpy as np

from grader.checking.contract.standalone import globals_of
from grader.checking.contract.wire import Plain, in_words, plain

Shape = tuple[int, ...]
Place = tuple[int | None, ...]  # of a part of a line: its first and last line and column
LONGEST = 60  # letters of an expression or of the name of a type
FIRST = 20  # calls whose results are kept: a training makes thousands


class Watch:
    """The last value that one of the watched functions returned, and the function's name.

    ``results`` are those of the first calls, each with a copy that was made when it was returned.

    Parameters
    ----------
    around : makes the context of each of their calls
    """

    def __init__(self, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.around = around
        self.function, self.value = "", None
        self.open = ""  # the function that was called and has not returned
        self.results: list[tuple[object, Plain]] = []

    def on(self, function: Callable[..., object]) -> Callable[..., object]:
        """The function, watched; a class is left as it is."""
        if not isinstance(function, FunctionType):
            return function

        @wraps(function)
        def call(*args: object, **settings: object) -> object:
            self.open = function.__name__
            with self.around():
                result = function(*args, **settings)
            self.open, self.function, self.value = "", function.__name__, result
            if len(self.results) < FIRST:
                self.results.append((result, plain(result)))
            return result

        return call

    @property
    def returned(self) -> str:
        """What was returned, in words; "" if no function has returned."""
        return _described(self.value) if self.function else ""


def _described(value: object) -> str:
    """A value without its numbers, so that the words are the same in all cases."""
    if value is None:
        return "nothing (`None`)"
    if type(value) is tuple:
        return "1 value in a tuple" if len(value) == 1 else f"{len(value)} values"
    if type(value) is list:
        return f"a list of length {len(value)}"
    if type(value) is np.ndarray and value.ndim:
        return "one array"
    if isinstance(value, bool | int | float | np.number | np.bool_ | np.ndarray):
        return "a single number"
    if type(value) is dict:
        return "a dictionary"
    return in_words(value)[:LONGEST]


def names_called(functions: Sequence[Callable[..., object]]) -> tuple[str, ...]:
    """Names of the student's own functions that these use, directly or through others."""
    found: dict[str, None] = {}
    new: list[Callable[..., object]] = list(functions)
    while new:
        function = new.pop()
        for name, value in globals_of(function).items():
            ours = isinstance(value, FunctionType | type) and _module(value) == _module(function)
            if ours and name not in found:
                found[name] = None
                new.append(value)
    return tuple(found)


def _module(value: object) -> object:
    return getattr(value, "__module__", None)


@lru_cache(maxsize=8)  # a function raises in many cases
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def clue_of(raised: TracebackType, message: str) -> str:
    """What the names hold in the part of a line that raised the error; "" if that is not clear."""
    frame = raised.tb_frame
    code = frame.f_code
    about_shapes = "matmul" in message or "broadcast" in message
    if not about_shapes and "not callable" not in message and "has no attribute" not in message:
        return ""
    try:
        place: Place = list(code.co_positions())[raised.tb_lasti // 2]
        nodes = ast.walk(_parsed("".join(linecache.getlines(code.co_filename))))
        if about_shapes:
            (sides,) = (both for node in nodes if (both := _sides(node, place)))
            one, other = (_with_shape(side, frame) for side in sides)
            return f"{one} and {other}" if one and other else ""
        (name,) = (used for node in nodes if (used := _used(node, place)))
        return _taken(name, frame)
    except Exception:  # the student's names may hold anything
        return ""


def _is_at(node: ast.expr, place: Place) -> bool:
    return place == (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


def _sides(node: ast.AST, place: Place) -> tuple[ast.expr, ast.expr] | None:
    match node:
        case ast.BinOp(left, _, right) | ast.Call(
            ast.Attribute(ast.Name(), "matmul"), [left, right]
        ):
            return (left, right) if _is_at(node, place) else None
    return None


def _used(node: ast.AST, place: Place) -> str:
    """The name that is called there, or of which an attribute is taken."""
    match node:
        case ast.Call(ast.Name(name)) | ast.Attribute(ast.Name(name)) if _is_at(node, place):
            return name
    return ""


def _taken(name: str, frame: FrameType) -> str:
    """That a name of Python or NumPy is the student's now, with the line that took it."""
    if not hasattr(builtins, name) and name not in ("np", "numpy"):
        return ""
    of = "NumPy" if name in ("np", "numpy") else "Python"
    if name in frame.f_locals and frame.f_locals is not frame.f_globals:
        where = _taking(name, linecache.getlines(frame.f_code.co_filename), frame.f_code.co_name)
    elif name in frame.f_globals:
        # A notebook keeps its cells here, in the order in which they ran; they are no files.
        entries = [one for one in list(linecache.cache.values()) if len(one) == 4]
        cells = [lines for _size, changed, lines, _path in entries if changed is None]
        found = (_taking(name, lines) for lines in reversed(cells))
        where = next(filter(None, found), "")
    else:
        return ""
    line = f": `{where}`" if where else ""
    return f"`{name}` is a name of {of}, which your code uses for something else{line}. Rename it"


def _taking(name: str, lines: list[str], function: str = "") -> str:
    """The last line that assigns the name: of the function, or outside of all functions."""
    try:
        body: list[ast.stmt] = _parsed("".join(lines)).body
    except (SyntaxError, ValueError):
        return ""
    if function:
        body = [
            statement
            for node in body
            for inner in ast.walk(node)
            if isinstance(inner, ast.FunctionDef) and inner.name == function
            for statement in inner.body
        ]
    found = [node.lineno for node in _names_in(body) if node.id == name]
    return lines[max(found) - 1].strip()[:LONGEST].replace("`", "") if found else ""


def _names_in(body: list[ast.stmt]) -> Iterator[ast.Name]:
    """The names that statements assign, but for those inside of functions and classes."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node


def _with_shape(side: ast.expr, frame: FrameType) -> str:
    shape, words = _shape(side, frame), ast.unparse(side)[:LONGEST].replace("`", "")
    return f"`{words}` has shape {shape}" if shape else ""


def _shape(node: ast.expr, frame: FrameType) -> Shape | None:
    """The shape of a name, or of what is made of names; nothing of the student's is called."""
    match node:
        case ast.Name(name):
            value = frame.f_locals.get(name, frame.f_globals.get(name))
            return value.shape if type(value) is np.ndarray else None
        case ast.Attribute(inner, "T"):
            shape = _shape(inner, frame)
            return shape and shape[::-1]
        case ast.UnaryOp(ast.USub(), inner):
            return _shape(inner, frame)
        case ast.BinOp(left, ast.MatMult(), right):
            sides = _shape(left, frame), _shape(right, frame)
            return None if None in sides else _product(*sides)  # type: ignore[arg-type]
    return None


def _product(left: Shape, right: Shape) -> Shape | None:
    """The shape of ``left @ right``, which do fit, or the product of the two had not come first."""
    if not left or not right:
        return None
    stacked = np.broadcast_shapes(left[:-2], right[:-2])
    return stacked + left[-2:-1] + (right[-1:] if len(right) > 1 else ())
