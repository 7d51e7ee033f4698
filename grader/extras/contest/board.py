"""The board of a contest: public rank against final rank, from results already recorded.

Nothing is trained and no code of students runs. Opening the board opens the envelope
(:mod:`grader.extras.contest.envelope`), which locks the entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from grader.checking.contract.registry import find, problem_set
from grader.checking.contract.registry import names as names_of_all
from grader.classroom.agreement import Agreement
from grader.classroom.gradebook.cells import has_assignment, notebook_names, noted_cells
from grader.classroom.page_style import shortened, templates
from grader.classroom.preconditions import MOST_NAMED, require_gradable
from grader.classroom.private import make_private
from grader.classroom.record import nothing_graded
from grader.classroom.remarks import under_other_points
from grader.classroom.report.page import LONGEST
from grader.classroom.school_class import Class
from grader.classroom.staleness.staleness import SUBMISSION
from grader.classroom.writer import only_writer
from grader.extras.contest.envelope import FILE, Entry, entries_in, open_envelope
from grader.files import write_whole
from grader.grading.submission.case_seeds import secret_of
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import Graded
from grader.problems import Problem
from grader.wording import first_of, one_line

FEWEST = 6  # entries from which on the page says how the ranks have changed
BEST = 5  # places that it compares, and lines that it sets off
HEIGHT, WIDEST = 560, 24  # of the plot, and between two of its lines


@dataclass(frozen=True)
class Place:
    """One line of the board; ranks are 0 for a late entry."""

    student: str
    number: int
    entry: Entry
    public_rank: int = 0
    final_rank: int = 0


@dataclass(frozen=True)
class Board:
    """What is to be shown.

    Attributes
    ----------
    opened : when the envelope was opened, in words
    new : this was its first opening
    places : the locked entries, best first
    late : entries that were handed in or changed after the opening
    without : numbers of the students without an entry, with their names and the reason
    ungraded : students whose newest submission is not graded
    other_points : students whose marks were given when the exercises had other points
    """

    assignment: str
    opened: str
    new: bool
    places: tuple[Place, ...]
    late: tuple[Place, ...]
    without: tuple[tuple[int, str, str], ...]
    ungraded: tuple[str, ...]
    other_points: tuple[str, ...] = ()

    @property
    def hits(self) -> int:
        return sum(place.entry.hit for place in self.places)

    @property
    def best_public(self) -> list[Place]:
        """The first places of the public list; more of them, if the last of these are equal."""
        return [place for place in self.places if place.public_rank <= BEST]

    @property
    def still_best(self) -> int:
        return sum(place.final_rank <= BEST for place in self.best_public)


def open_board(group: Class, assignment: str) -> Board:
    """Open the envelope, and compare what is in it.

    Raises
    ------
    Problem
        The assignment has no contest, nothing is graded or entered, the envelope is damaged; at the
        first opening also if a submission is not graded, whose entry would count as late.
    """
    names, cells = compared_cells(group, assignment)
    make_private(group.folder)
    with only_writer(group.folder, group.gradebook, ""):
        path = group.folder / "results" / assignment / FILE
        results, ungraded = _results(group, assignment, names)
        entries, without = entries_in(results, cells)
        if not path.exists():
            if ungraded:
                raise Problem(
                    f"not graded as handed in: {_named(ungraded)}. After the envelope is opened "
                    "their entries would count as late, so first run: python -m grader autograde "
                    f"{assignment}"
                )
            if not results:
                raise nothing_graded(assignment)
            if not entries:
                raise Problem(
                    f"none of {len(results)} submissions has an entry that could be trained; the "
                    "envelope stays closed"
                )
        students = {*entries, *without}
        envelope = open_envelope(path, entries, students, secret_of(group.folder))
    # An entry that is the same has the results that its mark is made from.
    locked = {
        student: entries[student] if _same(entries.get(student), entry) else entry
        for student, entry in envelope.entries.items()
    }
    late = {
        student: entry
        for student, entry in entries.items()
        if not _same(entry, envelope.entries.get(student))
    }
    numbers = envelope.numbers
    return Board(
        assignment,
        envelope.opened,
        envelope.new,
        ranked(locked, numbers),
        tuple(
            sorted(
                (Place(student, numbers[student], entry) for student, entry in late.items()),
                key=lambda place: (-place.entry.reached, place.number),
            )
        ),
        tuple(sorted((numbers[s], one_line(s), one_line(why)) for s, why in without.items())),
        tuple(ungraded),
        tuple(under_other_points(group.folder, group.gradebook, assignment, students)),
    )


def ranked(entries: Mapping[str, Entry], numbers: Mapping[str, int]) -> tuple[Place, ...]:
    """The places, best first; equal accuracies share a rank."""
    final = [entry.reached for entry in entries.values()]
    public = [entry.public for entry in entries.values()]
    places = (
        Place(
            student,
            numbers[student],
            entry,
            1 + sum(other > entry.public for other in public),
            1 + sum(other > entry.reached for other in final),
        )
        for student, entry in entries.items()
    )
    return tuple(sorted(places, key=lambda place: (place.final_rank, place.number)))


def compared_cells(group: Class, assignment: str) -> tuple[list[str], dict[str, str]]:
    """The notebooks, and the exercise of each graded cell that records what a class is compared by.

    Raises
    ------
    Problem
        The assignment has no contest or is not known yet.
    """
    require_gradable(group, assignment)
    if not has_assignment(group.gradebook, assignment):
        raise nothing_graded(assignment)
    names = notebook_names(group.gradebook, assignment)
    found = {}
    for name in names:
        for cell in noted_cells(group.gradebook, assignment, name):
            call = graded_call(cell.source) if cell.grade and cell.locked else None
            if isinstance(call, CheckCall) and find(call.exercise).keeps_entries:
                found[cell.name] = call.exercise
    if not found:
        others = sorted({problem_set(name) for name in names_of_all() if find(name).keeps_entries})
        raise Problem(
            f"{assignment} has no entries that are compared in a class; {', '.join(others)} has"
        )
    return names, found


def _same(one: Entry | None, other: Entry | None) -> bool:
    return one is not None and other is not None and one.digest == other.digest


def _named(students: Sequence[str]) -> str:
    return ", ".join(first_of([*map(one_line, students)], MOST_NAMED))


def _results(
    group: Class, assignment: str, notebooks: Sequence[str]
) -> tuple[list[Graded], list[str]]:
    """What is recorded, and whose newest submission is not among it."""
    agreement = Agreement(group.folder, group.gradebook, assignment)
    found, ungraded = [], []
    for student in group.students(assignment):
        folder = group.folder / "submitted" / student / assignment
        now = digest_of_submission(folder, notebooks)
        results = [agreement.result(student, name) for name in notebooks]
        there = [result for result in results if result is not None]
        found += there
        if [result.made_from.get(SUBMISSION) for result in there] != [now] * len(notebooks):
            ungraded.append(student)
    return found, ungraded


def write_board(board: Board, folder: Path, *, names: bool) -> Path:
    """Write the page of the board."""
    return write_page(
        folder / "board.html",
        names=names,
        board=board,
        lines=lines(board.places),
        fewest=FEWEST,
        drop=_drop(board),
        best=BEST,
        width=mean(place.entry.high - place.entry.low for place in board.places),
    )


def write_page(path: Path, *, names: bool, **values: object) -> Path:
    """Write a page from the template of this name, and say where it lies.

    One with names has a file of its own, which is not for the class.
    """
    template = templates(__package__).get_template(path.name)
    page = template.render(names=names, shortened=lambda text: shortened(text, LONGEST), **values)
    written = path.with_stem(f"{path.stem}_names") if names else path
    write_whole(written, page.encode("utf-8"))
    return written


@dataclass(frozen=True)
class Line:
    """One line of the plot, from the public place to the final one; heights from above."""

    number: int
    public: float
    final: float
    label: bool
    best: bool


def lines(places: Sequence[Place]) -> list[Line]:
    """Lines between two columns; equal ranks lie below each other, so that all can be seen."""
    by_public = sorted(places, key=lambda place: (place.public_rank, place.final_rank))
    step = min(WIDEST, HEIGHT / max(len(places), 1))
    public = {place.student: n for n, place in enumerate(by_public)}
    return [
        Line(
            place.number,
            step * (public[place.student] + 0.5),
            step * (n + 0.5),
            step >= WIDEST / 2,
            place.public_rank <= BEST,
        )
        for n, place in enumerate(places)
    ]


def _drop(board: Board) -> tuple[float, float]:
    """Public minus final accuracy: the mean of the best of the public list, and of all."""

    def lost(places: Sequence[Place]) -> float:
        return mean(place.entry.public - place.entry.reached for place in places)

    return lost(board.best_public), lost(board.places)
