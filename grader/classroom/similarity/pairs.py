"""The pairs of students with unusual likeness, as a page to look at and a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup, escape

from grader.classroom.course_config import make_private
from grader.classroom.gradebook import has_assignment
from grader.classroom.page_style import templates
from grader.classroom.preconditions import require_gradable
from grader.classroom.record import graded_students, nothing_graded
from grader.classroom.report import safe_text
from grader.classroom.school_class import Class
from grader.classroom.similarity.cells import WrittenCell, written_cells
from grader.classroom.similarity.sequences import FEWEST, LEAST, Likeness, Texts
from grader.classroom.similarity.tokens import LENGTH
from grader.classroom.writer import only_writer
from grader.files import write_whole
from grader.grading.submission.results import one_line
from grader.problems import Problem

MOST_SHOWN = 50  # pairs of students on the page; the table has all
LONGEST = 6_000  # characters of a text on the page


@dataclass(frozen=True)
class AlikeCell:
    """A cell in which two students are alike.

    Attributes
    ----------
    texts : those of the whole class
    same : word for word, but for blanks and line breaks
    references : which references they are like
    """

    cell: str
    texts: Texts
    likeness: Likeness
    same: bool
    references: tuple[str, ...]

    def marked(self, student: str, other: str) -> Markup:
        """A student's text, escaped, with the rare sequences marked that the other has too."""
        places = self.texts.marked(student, self.texts.sequences[other])
        return _with_marks(self.texts.texts[student], places)


@dataclass
class Pair:
    """Two students, and the cells in which they are alike, the strongest first."""

    first: str
    second: str
    cells: list[AlikeCell] = field(default_factory=list)

    @property
    def score(self) -> float:
        return sum(cell.likeness.score for cell in self.cells)


@dataclass(frozen=True)
class LikeReference:
    """A student's cell that is unusually like a reference."""

    student: str
    cell: str
    reference: str
    likeness: Likeness


@dataclass(frozen=True)
class Similarity:
    """What was found in a class.

    Attributes
    ----------
    pairs : the strongest first
    like_references : by student
    compared : cells with enough texts, and how many texts each has
    left_out : why the work of some students was not compared
    """

    assignment: str
    students: int
    pairs: Sequence[Pair]
    like_references: Sequence[LikeReference]
    compared: dict[str, int]
    left_out: dict[str, str]


def compare(group: Class, assignment: str) -> tuple[Similarity, Path]:
    """Compare all graded submissions; write ``similarity.html`` and ``.csv``, return the page.

    Raises
    ------
    Problem
        Nothing is graded, too few submissions are, or another command writes to the class.
    """
    require_gradable(group, assignment)
    if not has_assignment(group.gradebook, assignment):
        raise nothing_graded(assignment)
    make_private(group.folder)
    with only_writer(group.folder, group.gradebook):
        students = graded_students(group, assignment)
        if not students:
            raise nothing_graded(assignment)
        cells, left_out = written_cells(group, assignment, students)
        if len(students) - len(left_out) < FEWEST:
            raise Problem(
                f"{len(students) - len(left_out)} submissions of {assignment} can be compared; "
                f"what is usual in a class can be said from {FEWEST} on"
            )
        found = similarity_of(assignment, len(students), cells, left_out)
        return found, write_similarity(found, group.folder / "results" / assignment)


def similarity_of(
    assignment: str, students: int, cells: Sequence[WrittenCell], left_out: dict[str, str]
) -> Similarity:
    """Compare the texts of each cell, and put together what each two students have in common."""
    pairs: dict[tuple[str, str], Pair] = {}
    like_references: list[LikeReference] = []
    compared = {}
    for cell in cells:
        texts = Texts(cell.texts, cell.kind, cell.given)
        if len(texts.students) < FEWEST:
            continue
        compared[cell.shown] = len(texts.students)
        like = _like_references(cell, texts)
        like_references += like
        for (first, second), likeness in texts.unusual.items():
            pair = pairs.setdefault((first, second), Pair(first, second))
            pair.cells.append(_alike(cell, texts, pair, likeness, like))
    for pair in pairs.values():
        pair.cells.sort(key=lambda one: -one.likeness.score)
    return Similarity(
        assignment,
        students,
        sorted(pairs.values(), key=lambda pair: (-pair.score, pair.first, pair.second)),
        sorted(like_references, key=lambda one: (one.student, one.cell)),
        compared,
        left_out,
    )


def _like_references(cell: WrittenCell, texts: Texts) -> list[LikeReference]:
    """Whose text is like a reference, each with the one that it is most like."""
    best: dict[str, LikeReference] = {}
    for what, references in cell.references.items():
        for reference in references:
            for student, likeness in texts.like(reference).items():
                before = best.get(student)
                if before is None or likeness.score > before.likeness.score:
                    best[student] = LikeReference(student, cell.shown, what, likeness)
    return list(best.values())


def _alike(
    cell: WrittenCell,
    texts: Texts,
    pair: Pair,
    likeness: Likeness,
    like: Sequence[LikeReference],
) -> AlikeCell:
    by_student = {one.student: one.reference for one in like}
    both = (pair.first, pair.second)
    first, second = (cell.texts[student].split() for student in both)
    references = {by_student[student] for student in both if student in by_student}
    return AlikeCell(cell.shown, texts, likeness, first == second, tuple(sorted(references)))


def _with_marks(text: str, places: Sequence[tuple[int, int]]) -> Markup:
    """The text, escaped, with these places marked."""
    made, at = Markup(""), 0
    shown = text[:LONGEST]
    for start, end in places:
        made += escape(shown[at:start])
        if start < len(shown):
            made += Markup("<mark>{}</mark>").format(shown[start:end])
        at = end
    made += escape(shown[at:])
    more = len(text) - len(shown)
    return made + (f"\n… {more:,} more characters" if more else "")


def write_similarity(found: Similarity, folder: Path) -> Path:
    """Write page and table into ``folder``; returns the page's path."""
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    write(["first", "second", "cell", "score", "share", "usual", "word_for_word", "like"])
    for pair in found.pairs:
        for cell in pair.cells:
            numbers = [cell.likeness.score, cell.likeness.share, cell.texts.usual.score]
            write(
                [
                    *(safe_text(one_line(name)) for name in (pair.first, pair.second)),
                    cell.cell,
                    *(f"{number:.2f}" for number in numbers),
                    "yes" if cell.same else "no",
                    "; ".join(cell.references),
                ]
            )
    page = (
        templates()
        .get_template("similarity.html")
        .render(found=found, most=MOST_SHOWN, length=LENGTH, fewest=FEWEST, least=LEAST)
    )
    write_whole(folder / "similarity.csv", file.getvalue().encode("utf-8"))
    write_whole(folder / "similarity.html", page.encode("utf-8"))
    return folder / "similarity.html"
