"""What collecting a download will do: for each student which attempts there are, and which counts.

Nothing is written here. What cannot be settled for certain is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath

from grader.classroom.collect.attempts import (
    DEPTH,
    Attempts,
    digest_of_content,
    identity,
    stamp_of,
    time_of,
)
from grader.classroom.collect.download import Download, File, Unreadable
from grader.classroom.collect.labels import FILES, Label, fitting_kind, labels
from grader.classroom.collect.match import NotFound, Students, names_by_hand
from grader.classroom.collect.released import ReleasedNotebooks, parsed
from grader.classroom.collect.times import read_times
from grader.classroom.roster import FILE as ROSTER
from grader.classroom.roster import read_roster
from grader.grading.submission.read import (
    MOST_BYTES,
    MOST_FILES,
    TIMESTAMP,
    NoNotebook,
    listed,
)
from grader.problems import Problem

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
AT_ONCE = timedelta(hours=1)  # all entries of a zip file within it: the time of the download
NEW, UNCHANGED, EARLIER = "new", "unchanged", "an earlier attempt"


@dataclass
class Attempt:
    """What one student handed in at one time.

    Attributes
    ----------
    whose : the part of the download's names that stands for the student
    file : the path of its notebook in the download
    notebooks : names of the assignment's notebooks, with their file
    others : what lies beside them, by its path from there
    """

    student: str
    whose: str
    file: str
    notebooks: dict[str, File]
    others: dict[str, File] = field(default_factory=dict)
    when: datetime | None = None
    order: int = 0
    late: bool = False
    told: list[str] = field(default_factory=list)

    def files(self) -> dict[str, bytes]:
        """The content of each file, under the name that it is to have."""
        named = {f"{name}.ipynb": file for name, file in self.notebooks.items()}
        return {name: file.content() for name, file in (self.others | named).items()}

    @property
    def rank(self) -> tuple[datetime, int]:
        return self.when or LONG_AGO, self.order

    @cached_property
    def identity(self) -> str:
        digests = {name: digest_of_content(text) for name, text in self.files().items()}
        return identity(digests, stamp_of(self.when))


@dataclass(frozen=True)
class Row:
    """What happens to one attempt, or why it is not collected.

    Attributes
    ----------
    student : empty if it is not known
    """

    student: str
    file: str
    when: datetime | None
    happens: str
    told: tuple[str, ...] = ()


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
        found, trouble = _Choice(student, group, released, tells).attempts()
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


Group = list[tuple[Label, File]]


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


@dataclass
class _Choice:
    """Which notebooks are meant, among the files that one student handed in at one time."""

    student: str
    group: Group
    released: ReleasedNotebooks
    times_tell: bool

    def attempts(self) -> tuple[list[Attempt], list[Row]]:
        """The attempts, and why some files are none."""
        chosen: dict[str, tuple[Label, File]] = {}
        earlier: list[Attempt] = []
        self.troubles: list[Row] = []
        for name, candidates in self._candidates().items():
            best = max(map(self._rank, candidates))
            first = [one for one in candidates if self._rank(one) == best]
            exact = [one for one in first if one[1].path.name == f"{name}.ipynb"]
            meant = self._all_the_same(first) or (exact if len(exact) == 1 else first)
            if len(meant) > 1:
                names = listed([Path(file.path.name) for _, file in meant])
                self._trouble(
                    meant[0][1],
                    f"more than one file could be meant ({names}); remove all but one, or add "
                    "lines without a student to class/collect_names.csv",
                )
                continue
            chosen[name] = meant[0]
            earlier += [self._attempt({name: one}) for one in candidates if self._rank(one) < best]
        if not chosen:
            return [], self.troubles
        attempt = self._attempt(chosen)
        self._add_others(attempt)
        return [*earlier, attempt], self.troubles

    def _candidates(self) -> dict[str, Group]:
        """The files that are, or may be, each notebook of the assignment."""
        expected = [one.name for one in self.released.of_assignment]
        assignment = self.released.of_assignment[0].assignment
        found: dict[str, Group] = defaultdict(list)
        unknown: Group = []
        notebooks = [one for one in self.group if _is_notebook(one[1].path)]
        for label, file in notebooks:
            try:
                content = file.content()
                of, name = self.released.which(parsed(content))
            except Unreadable as error:
                self._trouble(file, str(error))
                continue
            except NoNotebook as error:
                self._trouble(file, f"it is {error}")
                continue
            if of == assignment:
                found[name].append((label, file))
            elif of:
                self._trouble(file, f"it is a notebook of {of}, not of {assignment}")
            else:
                unknown.append((label, file))
        if not found and len(expected) == 1 and unknown:
            found[expected[0]] = unknown
        else:
            for _, file in unknown:
                self._trouble(file, f"it has nothing of the notebooks of {assignment}")
        if not notebooks:
            names = listed([Path(file.path.name) for _, file in self.group])
            self._trouble(self.group[0][1], f"there is no notebook (found: {names}); ask for it")
        return found

    def _trouble(self, file: File, why: str) -> None:
        self.troubles.append(Row(self.student, str(file.path), self.group[0][0].when, why))

    def _rank(self, one: tuple[Label, File]) -> tuple[datetime, int]:
        label, file = one
        return (file.when if self.times_tell and file.when else LONG_AGO), label.order

    def _all_the_same(self, group: Group) -> Group:
        """One of the files, if they have the same content; nothing if they differ."""
        return group[:1] if len({file.content() for _, file in group}) == 1 else []

    def _attempt(self, chosen: dict[str, tuple[Label, File]]) -> Attempt:
        label, file = next(iter(chosen.values()))
        when = label.when or (file.when if self.times_tell else None)
        notebooks = {name: one for name, (_, one) in chosen.items()}
        made = Attempt(self.student, label.whose, str(file.path), notebooks, when=when)
        made.order = label.order
        made.late = any(label.late for label, _ in chosen.values())
        return made

    def _add_others(self, attempt: Attempt) -> None:
        """Put the other files beside the notebook, as many as the grader takes along."""
        left_out: list[Path] = []
        total = 0
        # Of two with one name the later one counts.
        for label, file in sorted(self.group, key=lambda one: one[0].order):
            target = _below_zip(label.file)
            if _is_notebook(file.path):
                continue
            fits = len(attempt.others) < MOST_FILES and total + file.size <= MOST_BYTES
            if not (fits and _can_be_placed(target, attempt)):
                left_out.append(Path(file.path.name))
                continue
            attempt.others[str(target)] = file
            total += file.size
        if left_out:
            attempt.told.append(f"left out beside it: {listed(left_out)}")


def _can_be_placed(target: PurePosixPath, attempt: Attempt) -> bool:
    """Whether a student's file may have this name beside the notebook.

    In a zip file, one name can be that of a file and of a folder.
    """
    notebooks = (PurePosixPath(f"{name}.ipynb") for name in attempt.notebooks)
    there = [*map(PurePosixPath, attempt.others), *notebooks]
    return (
        target.name != TIMESTAMP
        and ".." not in target.parts
        and len(target.parts) <= DEPTH
        and not any(target in one.parents or one in target.parents for one in there)
    )


def _is_notebook(path: PurePosixPath) -> bool:
    return ".ipynb" in path.name.casefold()


def _below_zip(path: PurePosixPath) -> PurePosixPath:
    """A student's path without the zip file that it lay in."""
    if len(path.parts) > 1 and path.parts[0].casefold().endswith(".zip"):
        return PurePosixPath(*path.parts[1:])
    return path


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
