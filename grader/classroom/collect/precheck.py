"""A look at the submissions of an assignment before they are graded, and the repair of some.

Grading puts the same cells back while it runs, so a repair changes no mark. It makes the file whole
for everything else that opens it: formgrader, a comparison, a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.collect.attempts import Attempts, Origins
from grader.classroom.collect.reading import Mended, Reader
from grader.classroom.table import as_csv
from grader.files import write_whole
from grader.grading.submission.handed_in import LARGEST, find_submission, shown, students_in
from grader.problems import Problem
from grader.wording import one_line

FILE = "precheck.csv"
READY, LOOK, REPAIR, REFUSED = "ready", "look at it", "can be repaired", "cannot be graded"


@dataclass
class Checked:
    """One notebook of one submission.

    Attributes
    ----------
    path : where it was found; None if there is none
    notes : what is said while it is graded, too: another name, files that are left out
    """

    student: str
    name: str
    path: Path | None = None
    notes: tuple[str, ...] = ()
    mended: Mended = field(default_factory=Mended)

    @property
    def misnamed(self) -> bool:
        return self.path is not None and self.path.name != f"{self.name}.ipynb"

    @property
    def state(self) -> str:
        if self.mended.refused:
            return REFUSED
        if self.mended.repairs or (self.misnamed and self.mended.content):
            return REPAIR
        return LOOK if self.mended.look or self.notes else READY

    @property
    def parts(self) -> list[str]:
        """All that was found, each in one line."""
        mended = self.mended
        found = (mended.refused, *mended.look, *mended.repairs, *self.notes)
        return [one_line(part) for part in found if part]


def check_submissions(
    classroom: Path,
    reader: Reader,
    student: str = "",
    progress: Callable[[str], None] = lambda student: None,
) -> Iterator[Checked]:
    """Look at each submitted notebook.

    Parameters
    ----------
    student : this one only; "" for all
    progress : called with each student who is done

    Raises
    ------
    Problem
        Nobody, or not this student, has handed anything in.
    """
    assignment = reader.assignment
    everybody = students_in(classroom / "submitted", assignment)
    if not everybody:
        raise Problem(
            f"no submissions of {assignment} in {classroom / 'submitted'}; "
            f"run: python -m grader collect {assignment} PATH --write"
        )
    if student and student not in everybody:
        raise Problem(f"{student!r} has handed in nothing of {assignment}; check the name")
    for who in [student] if student else everybody:
        folder = classroom / "submitted" / who / assignment
        for name in reader.names:
            others = [other for other in reader.names if other != name]
            submission = find_submission(folder, name, others)
            checked = Checked(who, name, submission.path, submission.notes)
            if submission.path is None:
                checked.mended.refused = submission.refused
            elif not submission.path.is_file() or submission.path.is_symlink():
                checked.mended.refused = "it is a link or a folder; put the notebook itself there"
            elif submission.path.stat().st_size > LARGEST:
                checked.mended.refused = f"it is larger than {LARGEST >> 20} MB"
            else:
                checked.mended = reader.mended(submission.path, name, misnamed=checked.misnamed)
            yield checked
        progress(who)


def write_table(checked: list[Checked], folder: Path) -> Path:
    """Write ``precheck.csv`` into ``folder``; returns its path."""
    lines = [(one_line(c.student), c.name, c.state, "; ".join(c.parts)) for c in checked]
    header = ("student", "notebook", "state", "found")
    write_whole(folder / FILE, as_csv([header, *lines]).encode("utf-8"))
    return folder / FILE


def repair(classroom: Path, assignment: str, checked: Checked) -> None:
    """Write the repaired notebook in the place of the submitted one, which is kept first.

    It is kept as an attempt in ``collected``, unless it is there already.
    """
    if checked.path is None or not checked.mended.content or checked.state != REPAIR:
        raise ValueError(f"{shown(Path(checked.student))}: there is nothing to repair")
    attempts, origins = (
        Attempts(classroom, assignment, checked.student),
        Origins(classroom, assignment),
    )
    if number := attempts.keep_present():
        origins.note(origins.changed_by_hand(attempts, number))
        origins.write()
    target = attempts.submitted / f"{checked.name}.ipynb"
    if checked.path != target:  # first: where capitals do not matter, both are one file
        checked.path.replace(target)
    write_whole(target, checked.mended.content)
