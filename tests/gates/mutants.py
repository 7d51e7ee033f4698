"""Small changes of a reference, made automatically: one operator, number, function or axis each.

A case has to refuse each, or its catalogue lists it (``programs.equivalent``) with its reason.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.checking.contract.changes import AT_THE_LIMIT, FUNCTIONS, SIGNS, Text
from grader.checking.contract.edits import Piece
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function
from grader.checking.judging.judge import Expected, make_cases, outcomes_of, verdict

OTHER_SIGNS = {
    "+": ("-",),
    "-": ("+",),
    "*": ("/", "+"),
    "/": ("*",),
    "//": ("/",),
    "**": ("*",),
    "<": (AT_THE_LIMIT["<"], ">"),
    "<=": (AT_THE_LIMIT["<="], ">"),
    ">": (AT_THE_LIMIT[">"], "<"),
    ">=": (AT_THE_LIMIT[">="], "<"),
    "==": ("!=",),
    "!=": ("==",),
    "in": ("not in",),
    "not in": ("in",),
    "and": ("or",),
    "or": ("and",),
}
EXCHANGED = {name: other for name, (other, _words) in FUNCTIONS.items() if other} | {
    "argmax": "argmin",
    "argmin": "argmax",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "floor": "ceil",
    "log1p": "log",
}
LEFT_OUT = {name for name, (other, _words) in FUNCTIONS.items() if not other} | {
    "sign",
    "square",
    "copy",
    "tanh",
    "reversed",
    "sorted",
}


@dataclass(frozen=True)
class Mutant:
    """The functions with one change, and the change in words."""

    text: str
    functions: tuple[Function, ...]


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mutant of the graded function's reference that still compiles."""
    sources = exercise.sources
    text = Text(sources.texts[-1], len(sources.texts) - 1)
    before = ast.unparse(text.tree)
    silent = {id(n) for node in ast.walk(text.tree) for n in _in_signature(node)}
    seen = {before}
    for node in ast.walk(text.tree):
        for pieces in [] if id(node) in silent else _of(text, node):
            texts = sources.edited_texts(pieces)
            source = ast.unparse(ast.parse(texts[-1]))
            if source not in seen:
                seen.add(source)
                yield Mutant(_difference(before, source), sources.compiled(texts))


def _difference(before: str, after: str) -> str:
    """``line -> changed line``, of the one line that differs."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return next(f"{a.strip()} -> {b.strip()}" for a, b in pairs if a != b)


def _in_signature(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        for part in (node.args, *node.decorator_list, *([node.returns] if node.returns else [])):
            yield from ast.walk(part)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from ast.walk(node)
    if isinstance(node, ast.Raise):
        yield from ast.walk(node)


def _of(text: Text, node: ast.AST) -> Iterator[tuple[Piece, ...]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from _other_signs(text, node, (left, right), op)
            if isinstance(op, ast.MatMult | ast.Sub | ast.Div):
                yield text.exchanged(left, right)
        case ast.BoolOp(op=op, values=values):
            yield from _other_signs(text, node, values, op)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield from _other_signs(text, node, (left, right), op)
        case ast.AugAssign(target=target, op=op, value=value):
            sign = SIGNS[type(op)]
            for new in (*OTHER_SIGNS.get(sign, ()), ""):
                yield (text.sign(target, value, f"{sign}=", f"{new}="),)
        case ast.UnaryOp(op=ast.USub()):
            yield (text.piece(node, "+" + text.of(node)[1:]),)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield text.becomes(node, operand)
        case ast.Constant(value=bool() as value):
            yield (text.piece(node, str(not value)),)
        case ast.Constant(value=int() | float() as value):
            yield from ((text.piece(node, f"({new})"),) for new in _other_numbers(value))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield text.within(test, "(not (", "))")
        case ast.Attribute(attr="T", value=value):
            yield text.becomes(node, value)
        case ast.Attribute(attr=name) if name in EXCHANGED:
            yield (text.piece(node, text.of(node).removesuffix(name) + EXCHANGED[name]),)
        case ast.Name(id=name) if name in ("min", "max", "all", "any"):
            yield (text.piece(node, EXCHANGED[name]),)
        case ast.Call(func=function, args=[first, *_]) if _called(function) in LEFT_OUT:
            yield text.becomes(node, first)
        case ast.Call(func=ast.Attribute(attr="copy", value=value)):
            yield text.becomes(node, value)
        case ast.Return(value=ast.Tuple(elts=[*_, a, b])):
            yield text.exchanged(a, b)


def _other_signs(
    text: Text, node: ast.expr, operands: Sequence[ast.expr], op: ast.AST
) -> Iterator[tuple[Piece, ...]]:
    sign = SIGNS.get(type(op), "")
    for new in OTHER_SIGNS.get(sign, ()):
        yield text.operation(node, operands, sign, new)


def _called(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _other_numbers(value: float) -> tuple[float, ...]:
    if value == 0:
        return (1,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    return (2 * value, value / 2)


NUMBER = re.compile(r"\b\d+(?:\.\d*)?(?:e[-+]?\d+)?")


def written_out(listed: Collection[str], exercise: Exercise) -> set[str]:
    """The changes that are listed; a line without an arrow is each change of a number in it."""
    found = {change for change in listed if " -> " in change}
    texts = [mutant.text for mutant in mutants(exercise)] if len(found) < len(listed) else []
    for line in set(listed) - found:
        changed = [text for text in texts if text.startswith(f"{line} -> ")]
        numbers = {
            t for t in changed if len({NUMBER.sub("0", one) for one in t.split(" -> ")}) == 1
        }
        found |= numbers or {line}
    return found


def survivors(exercise: Exercise, seeds: int = 3) -> list[str]:
    """The mutants that get full marks for every seed."""
    waiting = list(mutants(exercise))
    for seed in range(seeds):
        cases = make_cases(exercise, seed)
        expected = Expected(exercise, cases)
        waiting = [
            mutant
            for mutant in waiting
            if verdict(
                exercise,
                cases,
                outcomes_of(exercise, mutant.functions, cases),
                hints=False,
                expected=expected,
            ).status
            == "complete"
        ]
    return [mutant.text for mutant in waiting]
