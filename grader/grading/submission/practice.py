"""Practice cells: training and animation that does not run again while grading.

At home they are cells like any other, and a graded function may use what they define: a helper, a
table, the best rate of a loop. So the statements on which a graded cell depends run, where they
stand and each within a time limit. What fails or takes too long is said where the graded cell loses
points. Other cells find what takes no time. Nothing else of practice runs.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.submission.statements import EVERY_NAME, Statement, statements_of

CHOOSE_SECONDS = 5.0  # of processor time, for cells that are made to take long
OF_IPYTHON = {"display", "get_ipython", "In", "Out", "__name__", "__class__"}


@dataclass(frozen=True)
class Carried:
    """A statement of a practice cell on which other cells depend.

    Attributes
    ----------
    cell : the number of its cell among all cells, from 1
    names : what it sets
    needed_by : the names of those that are graded
    waits_for : as for a :class:`Statement`
    """

    source: str
    cell: int
    names: frozenset[str]
    needed_by: frozenset[str]
    waits_for: str


def is_practice(cell: NotebookNode) -> bool:
    """Whether the cell does not run while grading; a graded cell never is practice."""
    about = cell.metadata.get("nbgrader", {})
    graded = about.get("grade", False) or about.get("solution", False)
    tags = cell.metadata.get("tags")
    return isinstance(tags, list) and "practice" in tags and not graded


def running_cells(cells: Sequence[NotebookNode]) -> list[NotebookNode | Carried]:
    """What runs while grading, in order: code cells, and what they need of practice."""
    try:
        with time_limit(CHOOSE_SECONDS):
            return _running(cells, _Above(cells))
    except TimeLimit:
        return [cell for cell in cells if cell.cell_type == "code" and not is_practice(cell)]


def not_there(cells: Sequence[NotebookNode]) -> list[str]:
    """In words, the names that graded cells use and that are not there while they are graded."""
    try:
        with time_limit(CHOOSE_SECONDS):
            above = _Above(cells)
            running = _running(cells, above)
    except TimeLimit:
        return []
    said = [
        f"{graded} uses {name}, which no cell above it sets"
        for graded, names in above.unset.items()
        for name in sorted(names)
    ]
    for one in running:
        if isinstance(one, Carried) and one.waits_for:
            graded, names = ", ".join(sorted(one.needed_by)), ", ".join(sorted(one.names))
            waits = f"which waits for {one.waits_for}: there is nothing of the kind while grading"
            said.append(f"{graded} uses what cell {one.cell} sets ({names}), {waits}")
    return said


def _running(cells: Sequence[NotebookNode], above: _Above) -> list[NotebookNode | Carried]:
    running: list[NotebookNode | Carried] = []
    for at, cell in enumerate(cells):
        if is_practice(cell):
            for place in above.places[at]:
                if place in above.needed_by:
                    one, needed_by = above.statements[place], frozenset(above.needed_by[place])
                    running.append(Carried(one.source, at + 1, one.sets, needed_by, one.waits_for))
        elif cell.cell_type == "code":
            running.append(cell)
    return running


class _Above:
    """The statements of a notebook, and which of them other cells depend on.

    Attributes
    ----------
    places : of each cell, among all statements
    needed_by : place of a statement -> the graded cells that depend on it
    unset : graded cell -> names that it uses and that no statement above it sets
    """

    def __init__(self, cells: Sequence[NotebookNode]) -> None:
        self.cells = cells
        self.statements: list[Statement] = []
        self.places: list[range] = []
        self._cell_of: list[int] = []
        for at, cell in enumerate(cells):
            found = statements_of(cell.source) if cell.cell_type == "code" else ()
            first = len(self.statements)
            self.statements += found
            self._cell_of += [at] * len(found)
            self.places.append(range(first, len(self.statements)))
        by_calling = defaultdict[str, set[str]](set)
        for one in self.statements:
            for name in one.ends if one.later_sets else ():
                by_calling[name] |= one.later_sets
        self._touched = defaultdict[str, list[int]](list)
        for place, one in enumerate(self.statements):
            called = set().union(*(by_calling[name] for name in one.uses & by_calling.keys()))
            for name in one.sets | one.given | called:
                self._touched[name].append(place)
        self.needed_by = defaultdict[int, set[str]](set)
        self.unset = dict[str, set[str]]()
        for at, cell in enumerate(cells):
            about = cell.metadata.get("nbgrader", {})
            graded = {about["grade_id"]} if about.get("grade", False) else set[str]()
            if cell.cell_type == "code" and not is_practice(cell):
                needed, unset = self._needed_at(at, quick=not graded)
                for place in needed:
                    self.needed_by[place] |= graded
                self.unset.update(dict.fromkeys(graded, unset))

    def _needed_at(self, at: int, *, quick: bool) -> tuple[set[int], set[str]]:
        """Places of the statements on which a cell depends, and names that none of them sets.

        Parameters
        ----------
        quick : of practice, only what takes no time
        """
        end = self.places[at].stop
        used = set().union(*(one.uses | one.later for one in self._of(self.places[at])))
        waiting = [(name, end) for name in {*used, EVERY_NAME}]
        seen, needed, found, unset = set(waiting), set[int](), set[str](), set[str]()
        while waiting:
            name, reader = waiting.pop()
            setting = self._reaching(name, reader)
            (found if setting else unset).add(name)
            for place in setting:
                one, cell = self.statements[place], self._cell_of[place]
                if quick and not one.quick and is_practice(self.cells[cell]):
                    continue
                needed.add(place)
                new = {(used, place) for used in one.uses}
                # A function looks names up when it is called: now or from the graded cell.
                new |= {(used, when) for used in one.later for when in (place, reader, end)}
                if not is_practice(self.cells[cell]):  # a line above that fails stops the cell
                    for above in range(self.places[cell].start, place):
                        new |= {(used, above) for used in self.statements[above].uses}
                        found |= self.statements[above].sets
                waiting += new - seen
                seen |= new
                found |= one.sets
        unset -= found | {name for name in unset if _is_always_there(name)}
        return needed, set() if EVERY_NAME in found else unset

    def _of(self, places: range) -> Iterator[Statement]:
        return (self.statements[place] for place in places)

    def _reaching(self, name: str, reader: int) -> list[int]:
        """Places before ``reader`` of what a name is made of: back to where it is set anew."""
        setting, given = list[int](), list[int]()
        for place in reversed(self._touched.get(name, ())):
            if place >= reader:
                continue
            one = self.statements[place]
            only_given = name in one.given and name not in one.sets
            (given if only_given else setting).append(place)
            if name in one.ends:
                given = [] if name in one.fixed else given
                break
        return [*setting, *given] if setting else []


def _is_always_there(name: str) -> bool:
    return name in OF_IPYTHON or name.endswith((".", EVERY_NAME)) or hasattr(builtins, name)
