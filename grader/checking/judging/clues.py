"""What an error alone does not say: the shapes in a product, and what a function returned.

It is read where the student's functions run, and needs only NumPy.
"""

import ast
import linecache
from collections.abc import Callable
from functools import wraps
from types import FrameType, FunctionType, TracebackType

import numpy as np

Shape = tuple[int, ...]
LONGEST = 60  # letters of an expression or of the name of a type


class Watch:
    """The last value that one of the watched functions returned, and the function's name.

    Parameters
    ----------
    after : is called after each of their calls
    """

    def __init__(self, after: Callable[[], None] = lambda: None) -> None:
        self.after = after
        self.function, self.value = "", None
        self.open = ""  # the function that was called and has not returned

    def on(self, function: Callable[..., object]) -> Callable[..., object]:
        """The function, watched; a class is left as it is."""
        if not isinstance(function, FunctionType):
            return function

        @wraps(function)
        def call(*args: object, **settings: object) -> object:
            self.open = function.__name__
            try:
                result = function(*args, **settings)
            finally:
                self.after()
            self.open, self.function, self.value = "", function.__name__, result
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
    return f"an object of type {type(value).__name__[:LONGEST]}"


def shapes_in_product(raised: TracebackType) -> str:
    """The shapes of the two sides of the product that raised the error; "" if that is not clear."""
    frame = raised.tb_frame
    code = frame.f_code
    try:
        place = list(code.co_positions())[raised.tb_lasti // 2]
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
        (sides,) = (found for node in ast.walk(tree) if (found := _sides(node, place)))
        one, other = (_with_shape(side, frame) for side in sides)
    except Exception:  # the student's names may hold anything
        return ""
    return f"{one} and {other}" if one and other else ""


def _sides(node: ast.AST, place: tuple[int | None, ...]) -> tuple[ast.expr, ast.expr] | None:
    match node:
        case ast.BinOp(left, ast.MatMult(), right) | ast.Call(
            ast.Attribute(ast.Name(), "matmul"), [left, right]
        ):
            its = node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
            return (left, right) if its == place else None
    return None


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
