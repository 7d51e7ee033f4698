"""The pairs of students with unusual likeness, as a page to look at and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from markupsafe import Markup, escape

from grader.classroom.gradebook.cells import has_assignment
from grader.classroom.page_style import templates
from grader.classroom.preconditions import require_gradable
from grader.classroom.private import make_private
from grader.classroom.record import graded_students, nothing_graded
from grader.classroom.school_class import Class
from grader.classroom.table import as_csv
from grader.classroom.writer import only_writer
from grader.extras.similarity.cells import WrittenCell, written_cells
from grader.extras.similarity.personal_data import FIRST, PAGE, SECOND, TABLE
from grader.extras.similarity.sequences import (
    FEWEST,
    LEAST,
    SHARE,
    Likeness,
    Texts,
    Usual,
    likeness_of,
    upper,
)
from grader.extras.similarity.tokens import LENGTH
from grader.files import write_whole
from grader.problems import Problem
from grader.wording import one_line

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


@dataclass(frozen=True)
class Pair:
    """Two students, how alike all their cells are together, and where they are most alike."""

    first: str
    second: str
    likeness: Likeness
    cells: Sequence[AlikeCell]


class LikeReference(NamedTuple):
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
    usual : sums of the scores of two students
    like_references : by student
    compared : cells with enough texts, and how many texts each has
    left_out : why the work of some students was not compared
    """

    assignment: str
    students: int
    pairs: Sequence[Pair]
    usual: Usual
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
    with only_writer(group.folder, group.gradebook, ""):
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
    compared = [(cell, Texts(cell.texts, cell.kind, cell.given)) for cell in cells]
    compared = [(cell, texts) for cell, texts in compared if len(texts.students) >= FEWEST]
    like = {cell.name: _like_references(cell, texts) for cell, texts in compared}
    everybody = sorted({student for _, texts in compared for student in texts.students})
    sums, weights = _sums(everybody, [texts for _, texts in compared])
    usual = Usual.of(upper(sums))
    far = np.triu(sums >= usual.limit, 1) & (sums >= SHARE * np.minimum.outer(weights, weights))
    places = {student: number for number, student in enumerate(everybody)}
    for pair in (pair for _, texts in compared for pair in texts.unusual):
        far[places[pair[0]], places[pair[1]]] = True
    pairs = []
    for one, other in np.argwhere(far):
        likeness = likeness_of(sums[one, other], min(weights[one], weights[other]))
        pair = everybody[one], everybody[other]
        pairs.append(Pair(*pair, likeness, _alike(*pair, compared, like)))
    return Similarity(
        assignment,
        students,
        sorted(pairs, key=lambda pair: (-pair.likeness.score, pair.first, pair.second)),
        usual,
        sorted((one for of in like.values() for one in of), key=lambda one: one[:2]),
        {cell.shown: len(texts.students) for cell, texts in compared},
        left_out,
    )


def _sums(everybody: Sequence[str], compared: Sequence[Texts]) -> tuple[np.ndarray, np.ndarray]:
    """Over all cells: the sum of the scores of each two students, and of each student's weights."""
    places = {student: number for number, student in enumerate(everybody)}
    scores = np.zeros((len(everybody), len(everybody)), np.float32)
    weights = np.zeros(len(everybody), np.float32)
    for texts in compared:
        here = [places[student] for student in texts.students]
        scores[np.ix_(here, here)] += texts.compare()
        weights[here] += texts.own_weights
    return scores, weights


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
    first: str,
    second: str,
    compared: Sequence[tuple[WrittenCell, Texts]],
    like: Mapping[str, Sequence[LikeReference]],
) -> list[AlikeCell]:
    """The cells in which two students are alike, the strongest first; at least the strongest."""
    found = []
    for cell, texts in compared:
        likeness = texts.likeness(first, second)
        if likeness.score <= 0:
            continue
        of = {one.reference for one in like[cell.name] if one.student in (first, second)}
        one, other = (cell.texts[student].split() for student in (first, second))
        found.append(AlikeCell(cell.shown, texts, likeness, one == other, tuple(sorted(of))))
    found.sort(key=lambda cell: -cell.likeness.score)
    alike = [c for c in found if c.likeness.share >= SHARE and c.likeness.score >= LEAST]
    return alike or found[:1]


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
    header = [FIRST, SECOND, "cell", "score", "share", "usual", "word_for_word", "like"]
    lines = [header]
    for pair in found.pairs:
        for cell in pair.cells:
            numbers = [cell.likeness.score, cell.likeness.share, cell.texts.usual.score]
            lines.append(
                [
                    *map(one_line, (pair.first, pair.second)),
                    cell.cell,
                    *(f"{number:.2f}" for number in numbers),
                    "yes" if cell.same else "no",
                    "; ".join(cell.references),
                ]
            )
    page = (
        templates(__package__)
        .get_template(PAGE)
        .render(found=found, most=MOST_SHOWN, length=LENGTH, fewest=FEWEST, least=LEAST)
    )
    write_whole(folder / TABLE, as_csv(lines).encode("utf-8"))
    write_whole(folder / PAGE, page.encode("utf-8"))
    return folder / PAGE
