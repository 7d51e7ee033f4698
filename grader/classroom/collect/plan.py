"""What collecting a download will do: for each student which attempts there are, and which counts.

Nothing is written here. What cannot be settled for certain is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from grader.classroom.collect.attempts import Attempts, time_of
from grader.classroom.collect.choice import Attempt, Choice, Group, Row
from grader.classroom.collect.download import Download, File, Unreadable
from grader.classroom.collect.labels import FILES, fitting_kind, labels
from grader.classroom.collect.match import NotFound, Students, names_by_hand
from grader.classroom.collect.released import ReleasedNotebooks
from grader.classroom.collect.times import read_times
from grader.classroom.roster import FILE as ROSTER
from grader.classroom.roster import read_roster
from grader.problems import Problem

AT_ONCE = timedelta(hours=1)  # all entries of a zip file within it: the time of the download
NEW, UNCHANGED, EARLIER = "new", "unchanged", "an earlier attempt"


@dataclass
class Decision:
    """What happens for one student.

    Attributes
    ----------
    keep : attempts that are not kept yet, the earliest first
    place : the last of the kept attempts is to be in ``submitted``
    """

    attempts: Attempts
    keep: list[Attempt] = field(default_factory=list)
    place: bool = False

    @property
    def changes(self) -> bool:
        return bool(self.keep) or self.place


@dataclass
class Plan:
    """What happens, what cannot be settled, and who has handed in nothing."""

    rows: list[Row] = field(default_factory=list)
    unsettled: list[Row] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return any(decision.changes for decision in self.decisions)


def make_plan(
    download: Download,
    kind: str,
    classroom: Path,
    released: ReleasedNotebooks,
    times: Path | None = None,
) -> Plan:
    """What collecting ``download`` does.

    Parameters
    ----------
    kind : of the LMS, as ``course.toml`` has it
    times : a table of when students handed in, for files of which the download does not say it

    Raises
    ------
    Problem
        There is no roster, the download is empty, or it is of another LMS.
    """
    roster = read_roster(classroom)
    if not roster:
        raise Problem(
            f"there is no student in {classroom / ROSTER}; write it, with the first line "
            "student,name,email,lms_id and a line for each student"
        )
    paths = [file.path for file in download.files]
    if not paths:
        left = "; ".join(f"{path}: {why}" for path, why in list(download.left_out.items())[:5])
        raise Problem(f"the download has no files{f' ({left})' if left else ''}")
    if (looks := fitting_kind(paths)) and looks != kind:
        raise Problem(
            f"the files are named as {looks.capitalize()} does it, and course.toml has "
            f'kind = "{kind}" under [lms]; write kind = "{looks}" there'
        )
    students = Students(roster, names_by_hand(classroom, roster))
    plan = Plan()
    plan.unsettled += [Row("", path, None, why) for path, why in download.left_out.items()]
    known = read_times(times, students) if times else {}
    groups = _groups(download.files, kind, students, known, plan)
    tells = kind in ("github", FILES) and _times_differ(download.files)
    by_student: dict[str, list[Attempt]] = defaultdict(list)
    troubles: dict[str, list[Row]] = defaultdict(list)
    for (student, _), group in groups.items():
        found, trouble = Choice(student, group, released, tells).attempts()
        by_student[student] += found
        troubles[student] += trouble
    for student in sorted({*by_student, *troubles}):
        _decide(student, by_student[student], troubles[student], plan, classroom, released)
    has = {row.student for row in (*plan.rows, *plan.unsettled)}
    assignment = released.of_assignment[0].assignment
    plan.missing = [
        one.student
        for one in roster
        if one.student not in has
        and not Attempts(classroom, assignment, one.student).submitted.exists()
    ]
    return plan


def _groups(
    files: Iterable[File],
    kind: str,
    students: Students,
    times: Mapping[str, datetime],
    plan: Plan,
) -> dict[tuple[str, datetime | None], Group]:
    """The files of each student and time; what stands for nobody is noted as unsettled."""
    files = list(files)
    said = labels([file.path for file in files], kind, students.known)
    groups: dict[tuple[str, datetime | None], Group] = defaultdict(list)
    unknown: dict[str, Row] = {}
    for file in files:
        label = said[file.path]
        if label is None:
            why = f"not named as a download of {kind.capitalize()} is; was it put there by hand?"
            plan.unsettled.append(Row("", str(file.path), None, why))
        elif label.file.parts:
            try:
                student = students.find(label)
            except NotFound as error:
                why = f"{label.whose}: {error}"
                unknown.setdefault(label.whose, Row("", str(file.path), label.when, why))
            else:
                when = label.when or times.get(student)
                groups[student, when].append((replace(label, when=when), file))
    plan.unsettled += unknown.values()
    return {key: group for key, group in groups.items() if key[0]}


def _times_differ(files: Iterable[File]) -> bool:
    """Whether a zip file notes when its files were made, and not only when it was made itself."""
    times = [file.when for file in files if file.when is not None]
    return bool(times) and max(times) - min(times) > AT_ONCE


def _decide(
    student: str,
    found: list[Attempt],
    troubles: list[Row],
    plan: Plan,
    classroom: Path,
    released: ReleasedNotebooks,
) -> None:
    """Add to the plan what happens for one student."""
    if not found:
        plan.unsettled += troubles
        return
    plan.rows += [
        Row(row.student, row.file, row.when, f"left out: {row.happens}") for row in troubles
    ]
    attempts = Attempts(classroom, released.of_assignment[0].assignment, student)
    decision = Decision(attempts)
    try:
        rows = _rows(sorted(found, key=lambda one: one.rank), attempts, decision)
    except (Unreadable, Problem) as error:
        plan.unsettled.append(Row(student, found[-1].file, found[-1].when, str(error)))
        return
    plan.rows += rows
    plan.decisions.append(decision)


def _rows(found: list[Attempt], attempts: Attempts, decision: Decision) -> list[Row]:
    """What happens to each attempt of a student; the last one of them is the latest."""
    rows = []
    before, present = time_of(attempts.stamp), attempts.present
    found = list({one.identity: one for one in found}.values())
    for attempt in found:
        latest = attempt is found[-1]
        number = attempts.numbers.get(attempt.identity)
        older = before is not None and attempt.when is not None and attempt.when < before
        if number is not None and number < attempts.last:
            happens = f"{EARLIER}, kept as number {number}; number {attempts.last} counts"
        elif number is not None and present:
            happens = UNCHANGED
        elif number is not None:
            happens, decision.place = "put back: it was no longer in submitted", True
        elif present and attempt.identity == present:
            happens = "there already; where it came from is noted"
            decision.keep.append(attempt)
        elif older:
            happens = "older than what counts; nothing is done with it"
        elif not latest:
            happens = f"{EARLIER}, is kept"
            decision.keep.append(attempt)
        else:
            happens = "replaces what was there, which is kept" if present else NEW
            decision.keep.append(attempt)
            decision.place = True
        late = ["late, says the LMS"] if attempt.late else []
        told = (*attempt.told, *late)
        rows.append(Row(attempt.student, attempt.file, attempt.when, happens, told))
    return rows
