"""What a student has to do: a heading in a tinted band above it, which the outline lists.

Everything is taken from the source: a function's name and its exercise's points, the words in bold
that begin a question, the title in ``# %% guess="…"``. A planned experiment also has a table of
what its check asks for, which the exercise says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.authoring.rules import points_of
from grader.authoring.source import AFTER, SourceCell
from grader.checking.contract.families.experiment import Experiment
from grader.checking.contract.registry import find

# JupyterLab keeps this style; where it is not kept, the heading remains.
BAND = """\
<div id="{anchor}" style="border-left: 5px solid #0072B2; background: rgba(0, 114, 178, 0.08); \
padding: 0.1em 1em; margin-bottom: 1em">

{heading}

</div>"""
SIGN = "✍"
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
LEAD = re.compile(r"\A\*\*([^*]+?)[.:]?\*\*\s*")
MOST_NAMES = 2  # in a heading: the outline is narrow


@dataclass(frozen=True)
class Task:
    """One task and its place.

    Attributes
    ----------
    what : "Your turn", "Question", "In your words" or "Guess"
    names : of the functions to write; else of the question
    title : what it is about; empty for functions
    points : 0 where none are given
    cell : its first cell: code to write, an answer, a guess
    section : number and title of the section around it
    level : of its heading
    terms : what the check of a planned experiment does and asks for, see ``Experiment``
    """

    what: str
    names: tuple[str, ...]
    title: str
    points: float
    cell: SourceCell
    section: str
    level: int
    terms: Sequence[tuple[str, str]] = ()

    @property
    def anchor(self) -> str:
        """Where links go."""
        name = re.sub(r"\W+", "-", self.names[0])
        return f"{self.what.split()[-1].lower()}-{name}"

    @property
    def heading(self) -> str:
        """As it stands above the task, without its mark."""
        if self.what == "Guess":
            return f"Guess: {self.title}"
        # The outline is narrow: with the words in front of a name, its points would be cut.
        before = f"{self.what}: " if self.title else ""
        end = " " if self.subject[-1] in "?!" else ", "
        return f"{before}{self.subject}{end}{points_in_words(self.points)}"

    @property
    def subject(self) -> str:
        """The functions, or what the question is about."""
        if self.title:
            return self.title
        shown = [f"`{name}`" for name in self.names[:MOST_NAMES]]
        if more := len(self.names) - len(shown):
            shown = [shown[0], f"{more + 1} more"]
        return " and ".join(shown)


def points_in_words(points: float) -> str:
    return f"{points:g} point{'s' * (points != 1)}" if points else "no points"


def tasks(cells: Sequence[SourceCell]) -> list[Task]:
    """All tasks of a source, from the top.

    Functions to write without text or code between them are one task.
    """
    points = {f"answer_{c.name}": c.options["points"] for c in cells if c.kind == "choice"}
    points |= {c.name: points_of(c) for c in cells if c.kind == "check"}
    choices = {f"answer_{c.name}" for c in cells if c.kind == "choice"}
    found: list[Task] = []
    section, level = "", 1
    above: SourceCell | None = None
    for cell in cells:
        for depth, text in headings_of(cell):
            level = depth
            section = text if depth == 2 else section
        place = cell, section, min(level + 1, 4)
        lead = _lead(above) or cell.name.removeprefix("answer_").replace("_", " ")
        match cell.kind:
            case "claims" | "opening":
                continue
            case "guess":
                found.append(Task("Guess", (cell.name,), cell.name, 0.0, *place))
            case "manual":
                worth = cell.options["points"]
                found.append(Task("In your words", (cell.name,), lead, worth, *place))
            case "solution" if cell.name in choices:
                name = cell.name.removeprefix("answer_")
                found.append(Task("Question", (name,), lead, points[cell.name], *place))
            case "solution":
                worth = points.get(cell.name, 0.0)
                planned = find(cell.name) if cell.name in points else None
                terms = planned.terms if isinstance(planned, Experiment) else ()
                last = found[-1] if found else None
                if last and above is not None and above.kind == "solution" and not last.title:
                    names = (*last.names, cell.name)
                    both = (*last.terms, *terms)
                    found[-1] = replace(last, names=names, points=last.points + worth, terms=both)
                else:
                    found.append(Task("Your turn", (cell.name,), "", worth, *place, terms))
        above = cell
    return found


def with_headings(cells: Sequence[SourceCell], these: Sequence[Task]) -> list[SourceCell]:
    """The cells, each task below its heading.

    The heading stands above the text that is directly above the task, below that text's own last
    heading. Where code is directly above, it stands alone.
    """
    waiting = {id(task.cell): task for task in these}
    done: list[SourceCell] = []
    for cell in cells:
        if (task := waiting.get(id(cell))) is not None:
            claims = []
            while done and done[-1].kind == "claims":
                claims.append(done.pop())
            if done and done[-1].kind == "text" and AFTER not in done[-1].options:
                done += _below_heading(done.pop(), task)
            else:
                text = _stated(task, "")
                done.append(SourceCell("text", "", {}, text, True, cell.where, cell.line))
            done += reversed(claims)
        done.append(cell)
    return done


def _below_heading(text: SourceCell, task: Task) -> Iterator[SourceCell]:
    """The text above a task in two: what belongs to its own last heading, and the task."""
    ends = [found.end() for found in HEADING.finditer(_without_code(text.text))]
    own, statement = text.text[: ends[-1]] if ends else "", text.text[ends[-1] if ends else 0 :]
    if task.what in ("Question", "In your words"):
        statement = LEAD.sub("", statement.lstrip())
        statement = statement[:1].upper() + statement[1:]
    if own.strip():
        yield replace(text, text=own.rstrip())
    yield replace(text, text=_stated(task, statement.strip()))


def _stated(task: Task, statement: str) -> str:
    """A task's heading, its text, and the table of what the check of an experiment asks for."""
    heading = f"{'#' * task.level} {SIGN} {task.heading}"
    parts = [BAND.format(anchor=task.anchor, heading=heading), statement]
    if task.terms:
        rows = [f"| {name} | {words} |" for name, words in task.terms]
        parts.append("\n".join(["| the check | what it asks for |", "|:---|:---|", *rows]))
    return "\n\n".join(filter(None, parts))


def headings_of(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """Level and text of the headings of a text cell; lines of code in it do not count."""
    if cell.kind == "text":
        for found in HEADING.finditer(_without_code(cell.text)):
            yield len(found[1]), found[2]


def _without_code(text: str) -> str:
    return FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _lead(above: SourceCell | None) -> str:
    """The words in bold that begin a question."""
    if above is None or above.kind != "text":
        return ""
    ends = [found.end() for found in HEADING.finditer(_without_code(above.text))]
    lead = LEAD.match(above.text[ends[-1] if ends else 0 :].lstrip())
    return " ".join(lead[1].split()) if lead else ""
