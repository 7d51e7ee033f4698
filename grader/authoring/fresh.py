"""The claims of a notebook on other random numbers than those that they were written from.

The solved notebook runs again and again, each time in a process of its own in which *every* seed
is moved: :func:`moved_seeds` gives ``numpy.random.default_rng`` another stream for each seed. In
every second run the splits of the data keep theirs, so that a claim that hangs on one split can be
told from one that hangs on initial weights. What each claim measured is kept.

A claim whose measurement is equal in all of the first runs is a *fact*: no seed moves it, and it is
not measured again, nor is a claim with ``varied=()``, whose words speak of the notebook's own run.
Statements that give nothing to a claim are left out (:func:`feeding`).
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from nbformat.notebooknode import NotebookNode

from grader.authoring.claims import Claim, Claims, claimed_cells
from grader.authoring.notebook import to_notebook
from grader.authoring.run_cells import run_cells
from grader.authoring.source import NEEDS
from grader.authoring.waiting import taken
from grader.problems import AuthoringError

STREAM = 1_000_000  # no seed of the course comes near, so a moved stream is none of its own
FIRST = 3  # runs that tell facts from measurements that seeds move
READS = re.compile(r"draw|(check|claim|guess|print|reveal)$")  # functions that change no argument
IMPORTED = (__name__, "matplotlib.pyplot", "course_lib.plots", "sklearn.datasets")  # once, slowly
WORDS = re.compile(
    r"\b(ahead|always|best|every|in each|more than|never|none|only)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Tried:
    """A quoted statement and all that its claims measured.

    Attributes
    ----------
    quote : words of the text
    runs : for each run, from run 1 on, the claims that quote them; none if its words speak of the
        notebook's own run alone
    """

    quote: str
    runs: list[list[Claim]]

    @property
    def is_fact(self) -> bool:
        """Whether no seed moves it, and nothing is varied."""
        varied = any(claim.at for run in self.runs for claim in run)
        return not varied and all(is_fact(*claims) for claims in zip(*self.runs, strict=False))

    @property
    def is_own(self) -> bool:
        """Whether its words speak of the notebook's own run alone."""
        return not self.runs

    @property
    def needs_a_decision(self) -> str:
        """A word that says more than one run can show, of a fact for which nothing is varied."""
        word = WORDS.search(self.quote)
        return word[0] if word and self.is_fact and not self.is_own else ""

    @property
    def held(self) -> int:
        """In how many runs all of its claims hold."""
        return sum(all(not claim.problem() for claim in run) for run in self.runs)

    @property
    def stands(self) -> bool:
        """Whether it holds in all runs, or in all but about one in ten."""
        return len(self.runs) - self.held <= (len(self.runs) + 5) // 10

    def shown(self) -> str:
        """How it fared, in a few words."""
        if self.is_own:
            return "own run"
        low, high = self.margins()
        held = "a fact" if self.is_fact else f"{self.held} of {len(self.runs)}"
        return f"{held}, margin {low:.2g} to {high:.2g}"

    def margins(self) -> tuple[float, float]:
        """The smallest distance from a bound in the worst and in the best run; < 0 is false."""
        least = [min(claim.margin() for claim in run) for run in self.runs]
        return min(least), max(least)

    def failures(self) -> list[str]:
        """What does not hold, a line for each run, with the value that was varied."""
        return [
            f"run {number}{f' with {claim.at}' if claim.at else ''}: {claim.problem()}"
            for number, run in enumerate(self.runs, 1)
            for claim in run
            if claim.problem()
        ]


def tried_claims(
    assignment: str, root: Path, *, runs: int = 20, seconds: float = 600, slow: bool = False
) -> tuple[list[Tried], int]:
    """Run the solved notebook of ``assignment`` on moved seeds.

    Parameters
    ----------
    runs : at most so many
    seconds : from the fourth run on, none is begun that would probably end later
    slow : run the cells marked ``claims="slow"`` too

    Returns
    -------
    tried : each quoted statement
    done : runs; fewer than ``runs`` if the time was too short, or if there are facts alone

    Raises
    ------
    AuthoringError
        As :func:`grader.authoring.claims.run_solved`, or a cell stopped with an exception.
    """
    cells = claimed_cells(assignment, root, slow=slow)
    whole = to_notebook([replace(c, options={**c.options, NEEDS: ()}) for c in cells])
    made: list[list[Claim]] = []
    begun, longest, notebook = time.monotonic(), 0.0, feeding(whole)
    forks = "forkserver" in get_all_start_methods()  # not on Windows
    context = get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(list(IMPORTED))
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as process:
        for run in range(1, runs + 1):
            start = time.monotonic()
            if run > FIRST and start - begun + longest > seconds:
                break
            made.append(process.submit(one_run, notebook, run).result())
            longest = time.monotonic() - start
            if run == FIRST:
                moving = {
                    claim.where
                    for one in by_quote(made)
                    if not one.is_own and not one.is_fact
                    for claim in one.runs[0]
                }
                if not moving:
                    break
                notebook = feeding(whole, moving)
    return list(by_quote(made)), len(made)


def one_run(notebook: NotebookNode, run: int) -> list[Claim]:
    """The claims of run number ``run``, which says how seeds move and which value is taken."""
    claim = Claims(run)
    with moved_seeds(run):
        _, errors = run_cells(notebook, claim=claim)
    if errors:
        raise AuthoringError([f"run {run}: {error}" for error in errors])
    return claim.made


@contextmanager
def moved_seeds(run: int) -> Iterator[None]:
    """Let each seed of ``numpy.random.default_rng`` stand for another stream, for each run another.

    Parameters
    ----------
    run : 0 moves nothing; in odd runs, functions that load a data set (``load_…``) keep their
        seeds, and with them how the data are split
    """
    original = np.random.default_rng

    def moved(seed: Any = None) -> np.random.Generator:
        is_seed = isinstance(seed, int | np.integer | list | tuple)
        if not is_seed or (run % 2 and _loads_data(sys._getframe(1))):
            return original(seed)
        own = list(seed) if isinstance(seed, list | tuple) else [seed]
        return original([*own, STREAM + run])

    if run:
        np.random.default_rng = moved
    try:
        yield
    finally:
        np.random.default_rng = original


def _loads_data(caller: FrameType) -> bool:
    return any(name.startswith("load_") for name in caller.f_code.co_names)


def by_quote(made: Sequence[Sequence[Claim]]) -> Iterator[Tried]:
    """The claims of all runs, those of one quote together; later runs may lack facts."""
    runs: list[dict[str, list[Claim]]] = []
    for claims in made:
        runs.append({})
        for claim in claims:
            runs[-1].setdefault(claim.quote, []).append(claim)
    for quote, claims in runs[0].items():
        own = all(claim.at == "" for claim in claims)
        yield Tried(quote, [] if own else [run[quote] for run in runs if quote in run])


def is_fact(*claims: Claim) -> bool:
    """Whether all runs measured the same, up to the order in which numbers are added."""
    first, *others = ([*c.measured, *(c.above or ()), *(c.below or ())] for c in claims)
    return all(
        len(first) == len(other) and np.allclose(first, other, rtol=1e-6, atol=0, equal_nan=True)
        for other in others
    )


def feeding(notebook: NotebookNode, judging: Collection[str] | None = None) -> NotebookNode:
    """The notebook without the statements that give nothing to its claims.

    Cells and lines keep their places. A statement gives the names that it binds, and those that it
    may change: it sets a part of them, calls a method of theirs or hands them to a function.

    Parameters
    ----------
    judging : where the claims stand that are wanted, "cell 12, line 3"; None: all
    """
    kept = deepcopy(notebook)
    code = [(n, cell) for n, cell in enumerate(kept.cells, 1) if cell.cell_type == "code"]
    trees = {n: ast.parse(cell.source) for n, cell in code}
    body = [node for tree in trees.values() for node in tree.body]
    fixed = _fixed(body)
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    needed = {name for node in functions for name in _names(node)[2] & fixed}  # defined later, too
    for number, cell in reversed(code):
        lines = cell.source.split("\n")
        for statement in reversed(trees[number].body):
            binds, changes, uses = _names(statement)
            first = min(n.lineno for n in [statement, *getattr(statement, "decorator_list", ())])
            last = statement.end_lineno or first
            if "claim" not in uses:
                judged = "setup" in cell.metadata.get("tags", ())
            else:
                places = {f"cell {number}, line {n}" for n in range(first, last + 1)}
                judged = judging is None or not places.isdisjoint(judging)
            if judged or (binds | (changes - fixed)) & needed:
                needed |= uses
            else:
                lines[first - 1 : last] = [""] * (last - first + 1)
        cell.source = "\n".join(lines)
    return kept


def _fixed(statements: Iterable[ast.stmt]) -> set[str]:
    """Names of functions, classes and modules: no call changes what they stand for."""
    fixed, other = {*dir(builtins), "claim"}, set[str]()
    for node in statements:
        defines = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)
        (fixed if defines else other).update(_names(node)[0])
    return fixed - other


def _names(statement: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """Names that a statement binds, those whose values it may change, and those that it uses."""
    table = symtable.symtable(ast.unparse(statement), "a cell", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    counters = ast.walk(statement.target) if isinstance(statement, ast.For) else ()
    uses = set(taken(table)) - {node.id for node in counters if isinstance(node, ast.Name)}
    changes = any(
        (isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.Call) and not READS.match(ast.unparse(node.func).split(".")[-1]))
        for node in ast.walk(statement)
    )
    return binds, uses if changes else set(), uses
