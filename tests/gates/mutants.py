"""Small changes of a reference, made automatically: one operator, number, function or axis each.

``python -m tests.gates.mutants linear_backward …`` (without names: all) lists the mutants that get
full marks. Each has to be refused by a case, or stand in ``equivalent.toml`` with its reason.
"""

import ast
import copy
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.checking.contract.exercise import Exercise, Function
from grader.checking.contract.registry import find, names
from grader.checking.judging.judge import Expected, make_cases, outcomes_of, verdict

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Pow: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
EXCHANGED = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "floor": "ceil",
    "all": "any",
    "any": "all",
    "var": "std",
    "std": "var",
    "cos": "sin",
    "sin": "cos",
    "log1p": "log",
}
LEFT_OUT = {"sqrt", "abs", "exp", "log", "sign", "square", "copy", "tanh", "reversed", "sorted"}


@dataclass(frozen=True)
class Mutant:
    """The functions with one change, and the change in words."""

    text: str
    functions: tuple[Function, ...]


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mutant of the graded function's reference that still compiles."""
    text = exercise.sources.texts[-1]
    tree = ast.parse(text)
    seen = {ast.unparse(tree)}
    for place, change, _node in list(_changes(tree)):
        changed = copy.deepcopy(tree)
        node = list(ast.walk(changed))[place]
        change(node)
        source = ast.unparse(ast.fix_missing_locations(changed))
        if source in seen:
            continue
        seen.add(source)
        try:
            functions = exercise.sources.compiled([*exercise.sources.texts[:-1], source])
        except SyntaxError:
            continue
        yield Mutant(_difference(ast.unparse(tree), source), functions)


def _difference(before: str, after: str) -> str:
    """``line -> changed line``, of the one line that differs."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return next(f"{a.strip()} -> {b.strip()}" for a, b in pairs if a != b)


Change = Callable[[Any], None]


def _changes(tree: ast.AST) -> Iterator[tuple[int, Change, ast.AST]]:
    """The place of each node in the order of ``ast.walk``, and what is changed about it."""
    silent = {id(n) for node in ast.walk(tree) for n in _in_signature(node)}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in silent:
            for change in _of(node):
                yield place, change, node


def _in_signature(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        for part in (node.args, *node.decorator_list, *([node.returns] if node.returns else [])):
            yield from ast.walk(part)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from ast.walk(node)
    if isinstance(node, ast.Raise):
        yield from ast.walk(node)


def _of(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield from (_set("op", new()) for new in OPERATORS.get(type(op), ()))
            if isinstance(node, ast.BinOp) and isinstance(op, ast.MatMult | ast.Sub | ast.Div):
                yield _exchange_operands
        case ast.BoolOp(op=op):
            yield from (_set("op", new()) for new in OPERATORS[type(op)])
        case ast.Compare(ops=[op]):
            yield from (_set("ops", [new()]) for new in OPERATORS.get(type(op), ()))
        case ast.UnaryOp(op=ast.USub()):
            yield _set("op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not()):
            yield _become(lambda n: n.operand)
        case ast.Constant(value=bool() as value):
            yield _set("value", not value)
        case ast.Constant(value=int() | float() as value):
            yield from (_set("value", new) for new in _other_numbers(value))
        case ast.If() | ast.IfExp() | ast.While():
            yield _negate
        case ast.Attribute(attr="T"):
            yield _become(lambda n: n.value)
        case ast.Attribute(attr=name) if name in EXCHANGED:
            yield _set("attr", EXCHANGED[name])
        case ast.Name(id=name) if name in ("min", "max", "all", "any"):
            yield _set("id", EXCHANGED[name])
        case ast.Call(func=function, args=[_, *_]) if _called(function) in LEFT_OUT:
            yield _become(lambda n: n.args[0])
        case ast.Call(func=ast.Attribute(attr="copy")):
            yield _become(lambda n: n.func.value)
        case ast.Return(value=ast.Tuple(elts=[_, _, *_])):
            yield _exchange_last
        case ast.AugAssign():
            pass
    if isinstance(node, ast.AugAssign):
        yield _only_assign


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


def _set(name: str, value: Any) -> Change:
    return lambda node: setattr(node, name, value)


def _become(part: Callable[[Any], Any]) -> Change:
    """The node turns into one of its parts."""

    def change(node: Any) -> None:
        other = part(node)
        node.__class__ = other.__class__
        vars(node).update(vars(other))

    return change


def _exchange_operands(node: Any) -> None:
    node.left, node.right = node.right, node.left


def _exchange_last(node: Any) -> None:
    *first, a, b = node.value.elts
    node.value.elts = [*first, b, a]


def _negate(node: Any) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _only_assign(node: Any) -> None:
    target, value = node.target, node.value
    node.__class__ = ast.Assign
    node.targets, node.value, node.type_comment = [target], value, None


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


def equivalent() -> dict[str, dict[str, str]]:
    """For each exercise the mutants that are right as well, with the reason."""
    return tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    for name in arguments or names():
        found = survivors(find(name))
        if found:
            print(f"{name}:", *found, sep="\n    ")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
