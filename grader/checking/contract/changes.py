"""Small changes of a reference that nobody listed, each with what it looks like in words.

They are tried where no listed mistake explains the results: alone, or beside a listed slip. The
same tables and pieces of text serve the gate that asks whether every change of a reference is seen.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

from grader.checking.contract.edits import Piece, Sources, offset

Change = tuple[tuple[Piece, ...], str]
FUNCTIONS = {
    "sum": ("mean", "a mean is taken where a sum belongs"),
    "mean": ("sum", "a sum is taken where a mean belongs"),
    "max": ("min", "the smallest is taken in place of the largest"),
    "min": ("max", "the largest is taken in place of the smallest"),
    "maximum": ("minimum", "the smaller of two is taken in place of the larger"),
    "minimum": ("maximum", "the larger of two is taken in place of the smaller"),
    "var": ("std", "a standard deviation stands where a variance belongs"),
    "std": ("var", "a variance stands where a standard deviation belongs"),
    "all": ("any", "`any` stands where `all` belongs"),
    "any": ("all", "`all` stands where `any` belongs"),
    "cos": ("sin", "a sine stands where a cosine belongs"),
    "sin": ("cos", "a cosine stands where a sine belongs"),
    "sqrt": ("", "a square root is missing"),
    "abs": ("", "an absolute value is missing"),
    "exp": ("", "an exponential is missing"),
    "log": ("", "a logarithm is missing"),
}
SIGNS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
}
AT_THE_LIMIT = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
AXES = ("0", "1", "-1", "None")
REDUCTIONS = {"sum", "mean", "max", "var", "std"}


def changes(sources: Sources) -> Iterator[Change]:
    """Changes of the graded function, which stands last, as pieces of its text."""
    made = _Changes(sources.texts[-1], len(sources.texts) - 1)
    seen = set()
    for kind, node in product((made.changes_of, made.another_argument), list(made.nodes())):
        for pieces, words in kind(node):
            if pieces not in seen:
                seen.add(pieces)
                yield pieces, f"It looks as if {words}."


class Text:
    """The text of a function, and the pieces of it that stand for changes of its syntax tree."""

    def __init__(self, text: str, function: int) -> None:
        self.text, self.function = text, function
        self.tree = ast.parse(text)

    def of(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.text, node) or ""

    def piece(self, node: ast.expr | ast.stmt, new: str) -> Piece:
        start = offset(self.text, node.lineno, node.col_offset)
        end = offset(self.text, node.end_lineno or 0, node.end_col_offset or 0)
        return Piece(self.function, start, end, new)

    def becomes(self, node: ast.expr, part: ast.expr) -> tuple[Piece, ...]:
        """A node turns into a part of it: what stands before and after it is taken away."""
        whole, kept = self.piece(node, ""), self.piece(part, "")
        before = Piece(self.function, whole.start, kept.start, "(")
        return before, Piece(self.function, kept.end, whole.end, ")")

    def within(self, node: ast.expr, before: str, after: str) -> tuple[Piece, ...]:
        """Text around a node, which may stand in parentheses of its own."""
        there = self.piece(node, "")
        return (
            Piece(self.function, there.start, there.start, before),
            Piece(self.function, there.end, there.end, after),
        )

    def exchanged(self, a: ast.expr, b: ast.expr) -> tuple[Piece, ...]:
        return self.piece(a, f"({self.of(b)})"), self.piece(b, f"({self.of(a)})")

    def sign(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Piece:
        """Another sign between two operands, whose own parentheses stay."""
        start, end = self.piece(left, "").end, self.piece(right, "").start
        at = self.text.index(old, start, end)
        return Piece(self.function, at, at + len(old), new)

    def operation(
        self, node: ast.expr, operands: Sequence[ast.expr], old: str, new: str
    ) -> tuple[Piece, ...]:
        """Another operation, in parentheses like each of its operands."""
        begin, end = self.within(node, "((", "))")
        pairs = pairwise(operands)
        return begin, *(self.sign(a, b, old, f") {new} (") for a, b in pairs), end


class _Changes(Text):
    def __init__(self, text: str, function: int) -> None:
        super().__init__(text, function)
        arguments = [node for node in ast.walk(self.tree) if isinstance(node, ast.arguments)]
        self.kinds = [
            {arg.arg for arg in args} for a in arguments for args in (a.args, a.kwonlyargs)
        ]
        self.parameters = set().union(*self.kinds)
        # A condition with another argument in it may never hold, as if it were left out.
        conditions = [node for node in ast.walk(self.tree) if isinstance(node, ast.Compare)]
        self.compared = {node for condition in conditions for node in ast.walk(condition)}

    def nodes(self) -> Iterator[ast.AST]:
        """What is computed: no defaults, nothing that is raised, no loop that may never end."""
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop(0)
            if not isinstance(node, ast.arguments | ast.Raise | ast.While):
                yield node
                waiting += ast.iter_child_nodes(node)

    def changes_of(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.BinOp():
                yield from self._operation(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield self.becomes(node, operand), "a minus sign is missing"
            case ast.Compare(left=left, ops=[op], comparators=[right]) if (
                sign := SIGNS.get(type(op), "")
            ) in AT_THE_LIMIT:
                words = "a comparison treats the limit itself the other way"
                yield self.operation(node, (left, right), sign, AT_THE_LIMIT[sign]), words
            case ast.Attribute(attr="T", value=value):
                yield self.becomes(node, value), "a matrix is not transposed"
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=name)):
                words = "two values of `{x}` are exchanged: it was put together in another order"
                for a, b in combinations(parts, 2):
                    yield self.exchanged(a, b), words.format(x=name)
            case ast.Return(value=ast.Tuple(elts=[*_others, a, b])):
                yield self.exchanged(a, b), "the last two results are exchanged"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                yield from self._call(node, name)

    def _operation(self, node: ast.BinOp) -> Iterator[Change]:
        left, right = node.left, node.right
        term, factor = self._named(right, "a term"), self._named(right, "a factor")
        only_left, only_right = self.becomes(node, left), self.becomes(node, right)
        match node.op:
            case ast.Add():
                minus = self.operation(node, (left, right), "+", "-")
                yield minus, f"{term} is subtracted that should be added"
                times = self.operation(node, (left, right), "+", "*")
                yield times, f"you multiply by {term}, which should be added"
                twice = self.within(right, "(2 * (", "))")
                yield twice, f"{term} is added twice"
                yield only_left, f"{term} is missing that should be added"
                first = self._named(left, "a term")
                yield only_right, f"{first} is missing that should be added"
            case ast.Sub():
                plus = self.operation(node, (left, right), "-", "+")
                yield plus, f"{term} is added that should be subtracted"
                yield only_left, f"{term} is missing that should be subtracted"
                first = self._named(left, "a term")
                yield only_right, f"{first} is missing, and a sign is wrong"
            case ast.Mult():
                plus = self.operation(node, (left, right), "*", "+")
                yield plus, f"{factor} is added, which should multiply"
                over = self.operation(node, (left, right), "*", "/")
                yield over, f"you divide by {factor}, which should multiply"
                yield only_left, f"{self._factor(right)} is missing"
                yield only_right, f"{self._factor(left)} is missing"
            case ast.Div():
                times = self.operation(node, (left, right), "/", "*")
                yield times, f"you multiply by {factor}, which should divide"
                yield (
                    only_left,
                    f"{self._factor(right)} is missing below a fraction bar",
                )
            case ast.Pow() if isinstance(right, ast.Constant):
                yield only_left, "a power is missing"
                if right.value == 2:
                    before, after = only_left
                    absolute = Piece(before.function, before.start, before.end, "abs(")
                    yield (absolute, after), "an absolute value stands where a square belongs"

    def another_argument(self, node: ast.AST) -> Iterator[Change]:
        """Another argument of the same kind in its place: by position, or by keyword."""
        if isinstance(node, ast.Name) and node not in self.compared:
            for other in sorted(set().union(*(k for k in self.kinds if node.id in k)) - {node.id}):
                words = f"`{other}` stands where `{node.id}` belongs"
                yield (self.piece(node, other),), words

    def _call(self, node: ast.Call, name: str) -> Iterator[Change]:
        other, words = FUNCTIONS.get(name, ("", ""))
        if other:
            called = self.of(node.func).removesuffix(name) + other
            yield (self.piece(node.func, called),), words
        elif words and len(node.args) == 1:
            yield self.becomes(node, node.args[0]), words
        for keyword in node.keywords:
            if keyword.arg == "axis" and name in REDUCTIONS:
                for axis in (a for a in AXES if a != self.of(keyword.value)):
                    words = "`{name}` runs over the wrong axis; your results fit `axis={axis}`"
                    yield (
                        (self.piece(keyword.value, axis),),
                        words.format(name=name, axis=axis),
                    )
        free = all(keyword.arg != "ddof" for keyword in node.keywords)
        if name in ("var", "std") and free and (node.args or node.keywords):
            end = self.piece(node, "").end - 1
            words = "a variance divides by one less than the number of values"
            yield (Piece(self.function, end, end, ", ddof=1"),), words

    def _named(self, node: ast.expr, otherwise: str) -> str:
        """An argument by its name; a student's names for all else are not known."""
        if isinstance(node, ast.Name) and node.id in self.parameters:
            return f"`{node.id}`"
        return otherwise

    def _factor(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return f"the factor {node.value!r}"
        return self._named(node, "a factor")
