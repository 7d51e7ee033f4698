"""The claims of a notebook on other random numbers than those that they were written from.

The solved notebook runs again and again, each time in a process of its own in which *every* seed
is moved: :func:`moved_seeds` gives ``numpy.random.default_rng`` another stream for each seed. In
every second run the splits of the data keep theirs, so that a claim that hangs on one split can be
told from one that hangs on initial weights. What each claim measured is kept.

A claim whose measurement is equal in all of the first runs is a *fact*: no seed moves it, and it is
not measured again, nor is a claim with ``varied=()``, whose words speak of the notebook's own run.
Code that gives nothing to a claim is left out (:func:`feeding`).
"""

from __future__ import annotations

import ast
import re
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from nbformat.notebooknode import NotebookNode

from grader.authoring.claims import Claim, Claims, claimed_cells
from grader.authoring.notebook import to_notebook
from grader.authoring.run_cells import run_cells
from grader.checking.contract.registry import find
from grader.problems import AuthoringError

STREAM = 1_000_000  # no seed of the course comes near, so a moved stream is none of its own
FIRST = 3  # runs that tell facts from measurements that seeds move
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
    whole = to_notebook(cells, find)
    judging = {n for n, cell in enumerate(cells, 1) if cell.kind == "claims"}
    made: list[list[Claim]] = []
    begun, longest, notebook = time.monotonic(), 0.0, feeding(whole, judging)
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as process:
        for run in range(1, runs + 1):
            start = time.monotonic()
            if run > FIRST and start - begun + longest > seconds:
                break
            made.append(process.submit(one_run, notebook, run).result())
            longest = time.monotonic() - start
            if run == FIRST:
                moving = {
                    int(claim.where.removeprefix("cell "))
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


def feeding(notebook: NotebookNode, judging: Collection[int]) -> NotebookNode:
    """The notebook without the code that gives nothing to its cells ``judging`` (from 1).

    Cells keep their places. What a cell gives are the names that it binds, and those whose parts
    it sets or whose methods it calls on lines of their own.
    """
    kept = deepcopy(notebook)
    needed: set[str] = set()
    for number, cell in reversed(list(enumerate(kept.cells, 1))):
        if cell.cell_type == "code":
            gives, uses = _names(ast.parse(cell.source))
            if "setup" in cell.metadata.get("tags", ()) or number in judging or gives & needed:
                needed |= uses
            else:
                cell.source = ""
    return kept


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    gives, uses = set[str](), set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Load()):
                uses.add(name)
            case ast.Name(name) | ast.FunctionDef(name) | ast.ClassDef(name):
                gives.add(name)
            case ast.alias():
                gives.add((node.asname or node.name).split(".")[0])
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                gives.add(_base(node))
            case ast.Expr(ast.Call(ast.Attribute(owner))):
                gives.add(_base(owner))
    return gives, uses


def _base(node: ast.AST) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
