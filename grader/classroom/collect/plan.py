"""What collecting a download will do: for each student which attempts there are, and which counts.

Nothing is written here. What cannot be settled for certain is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from grader.classroom.collect.attempts import Attempts, Origin, Origins, StoredAttempt
from grader.classroom.collect.choice import Attempt, Choice, Group, Row
from grader.classroom.collect.download import Download, File, Unreadable
from grader.classroom.collect.labels import fitting_kind, labels
from grader.classroom.collect.match import NotFound, Students, names_by_hand
from grader.classroom.collect.reading import Reader
from grader.classroom.collect.times import read_times, students_by_number
from grader.classroom.collect.zone import Zone
from grader.classroom.moments import stamp_of
from grader.classroom.roster import FILE as ROSTER
from grader.classroom.roster import read_roster
from grader.problems import Problem
from grader.settings import Lms

ASK = (
    "differs from what was collected before, and nothing tells which is newer: give the times with "
    "--times, or say --newer if this whole download is newer than the one before"
)
AT_ONCE = timedelta(hours=1)  # all entries of a zip file within it: the time of the download
NEW, UNCHANGED, EARLIER = "new", "unchanged", "an earlier attempt"


@dataclass
class Decision:
    """What happens for one student.

    Attributes
    ----------
    keep : attempts that are not kept yet, the earliest first
    place : the last of the kept attempts is to be in ``submitted``
    stamp : when the attempt that counts was handed in, if that is to be noted anew
    order : the same of its number
    found : attempts that are kept already, by number, whose row may be missing or be older
    """

    attempts: Attempts
    keep: list[Attempt] = field(default_factory=list)
    place: bool = False
    stamp: str = ""
    order: int = 0
    found: dict[int, Attempt] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return bool(self.keep or self.place or self.stamp or self.order or self._without_its_row)

    @property
    def _without_its_row(self) -> list[int]:
        return sorted(
            number
            for number, one in self.found.items()
            if number not in self.attempts.orders
            or "; ".join(one.facts) != self.attempts.facts.get(number, "")
        )

    @property
    def keeps_present(self) -> bool:
        """Whether what lies in ``submitted``, changed by hand, is to be kept first."""
        known = {a.identity for a in self.keep} | {k.identity for k in self.attempts.stored}
        return bool(self.attempts.present and self.keep) and self.attempts.present not in known

    def origins(self, noted: Origins) -> list[Origin]:
        """The rows that belong into ``origins.csv``."""
        known = noted.of(self.attempts.student)
        rows = []
        for again in self._without_its_row:
            row = self._row(self.found[again], again)
            known[again] = (*known[again][:6], row[6]) if again in known else row
            rows.append(known[again])
        number = self.attempts.last + 1
        if self.keeps_present:
            rows.append(noted.changed_by_hand(self.attempts, number))
            number += 1
        rows += [self._row(one, number + n) for n, one in enumerate(self.keep)]
        last = self.attempts.last
        if (self.stamp or self.order) and last in known:
            row = known[last]
            rows.append((*row[:4], self.stamp or row[4], self.order or row[5], row[6]))
        return rows

    def _row(self, one: Attempt, number: int) -> Origin:
        return (
            one.student,
            one.submitter,
            number,
            one.file,
            stamp_of(one.when),
            one.order,
            "; ".join(one.facts),
        )


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
    lms: Lms,
    classroom: Path,
    reader: Reader,
    times: Path | None = None,
    *,
    newer: bool = False,
) -> Plan:
    """What collecting ``download`` does.

    Parameters
    ----------
    lms : as ``course.toml`` describes it
    times : a table of when students handed in, for files of which the download does not say it
    newer : the download is newer than all before it, where neither a time nor a number tells

    Raises
    ------
    Problem
        There is no roster, the download is empty, of another LMS, or has times of no known zone.
    """
    roster = read_roster(classroom)
    if not roster:
        raise Problem(
            f"there is no student in {classroom / ROSTER}; make it from the list of participants: "
            "python -m grader roster FILE --write"
        )
    paths = [file.path for file in download.files]
    if not paths:
        left = "; ".join(f"{path}: {why}" for path, why in list(download.left_out.items())[:5])
        raise Problem(f"the download has no files{f' ({left})' if left else ''}")
    zone = Zone(lms.zone)
    if not lms.pattern and (looks := fitting_kind(paths)) and looks != lms.kind:
        raise Problem(
            f"the files are named as {looks.capitalize()} does it, and course.toml has "
            f'kind = "{lms.kind}" under [lms]; write kind = "{looks}" there'
        )
    students = Students(roster, names_by_hand(classroom, roster))
    plan = Plan()
    plan.unsettled += [Row("", path, None, why) for path, why in download.left_out.items()]
    known = read_times(times, students, zone) if times else {}
    students.participants = students_by_number(times, students) if times else {}
    groups = _groups(download.files, lms, zone, students, known, plan)
    tells = lms.of in ("github", "files") and _times_differ(download.files)
    assignment = reader.assignment
    orders = Origins(classroom, assignment)
    by_student: dict[str, list[Attempt]] = defaultdict(list)
    troubles: dict[str, list[Row]] = defaultdict(list)
    for (student, _), group in groups.items():
        found, trouble = Choice(student, group, reader, tells).attempts()
        by_student[student] += found
        troubles[student] += trouble
    for student in sorted({*by_student, *troubles}):
        noted = {number: row[5] for number, row in orders.of(student).items()}
        facts = {number: row[6] for number, row in orders.of(student).items()}
        attempts = Attempts(classroom, assignment, student, noted, facts)
        _decide(by_student[student], troubles[student], plan, attempts, zone, newer=newer)
    has = {row.student for row in (*plan.rows, *plan.unsettled)}
    plan.missing = [
        one.student
        for one in roster
        if one.student not in has
        and not Attempts(classroom, assignment, one.student).submitted.exists()
    ]
    return plan


def _groups(
    files: Iterable[File],
    lms: Lms,
    zone: Zone,
    students: Students,
    times: Mapping[str, datetime],
    plan: Plan,
) -> dict[tuple[str, datetime | None], Group]:
    """The files of each student and time; what stands for nobody is noted as unsettled."""
    files = [file for file in files if students.by_hand.get(str(file.path)) != ""]
    found = labels([file.path for file in files], lms, zone, students.known)
    namesakes = students.namesakes(filter(None, found.values()))
    groups: dict[tuple[str, datetime | None], Group] = defaultdict(list)
    unknown: dict[str, Row] = {}
    for file in files:
        label = found[file.path]
        if label is None:
            named = "as lms.pattern says" if lms.pattern else f"as {lms.kind.capitalize()} does it"
            why = f"not named {named}; was it put there by hand?"
            plan.unsettled.append(Row("", str(file.path), None, why))
        elif label.file.parts:
            try:
                student = students.find(label)
                if label.submitter in namesakes:
                    raise NotFound(namesakes[label.submitter])
            except NotFound as error:
                why = f"{label.submitter}: {error}"
                unknown.setdefault(label.submitter, Row("", str(file.path), label.when, why))
            else:
                stated = times.get(student)
                if stated and label.when and stated != label.when:
                    passed_over = "the time in its name counts, not the one of --times"
                    label = replace(label, notes=(*label.notes, passed_over))
                elif stated:
                    label = replace(label, when=stated, stated=label.when is None)
                groups[student, label.when].append((label, file))
    plan.unsettled += unknown.values()
    return {key: group for key, group in groups.items() if key[0]}


def _times_differ(files: Iterable[File]) -> bool:
    """Whether a zip file notes when its files were made, and not only when it was made itself."""
    times = [file.when for file in files if file.when is not None]
    return bool(times) and max(times) - min(times) > AT_ONCE


def _decide(
    found: list[Attempt],
    troubles: list[Row],
    plan: Plan,
    attempts: Attempts,
    zone: Zone,
    *,
    newer: bool,
) -> None:
    """Add to the plan what happens for one student."""
    if not found:
        plan.unsettled += troubles
        return
    plan.rows += [
        Row(row.student, row.file, row.when, f"left out: {row.happens}") for row in troubles
    ]
    found = sorted(found, key=lambda one: one.rank(zone))
    try:
        found = [one for n, one in enumerate(found) if not _again(one, found[n + 1 :])]
        last = [one for one in found if one.rank(zone) == found[-1].rank(zone)]
        if len(last) > 1:
            raise Problem(_in_the_hour_that_comes_twice(last))
        decision, rows, unsettled = _decided(found, attempts, zone, newer=newer)
    except (Unreadable, Problem) as error:
        plan.unsettled.append(Row(attempts.student, found[-1].file, found[-1].when, str(error)))
        return
    plan.rows += rows
    plan.unsettled += unsettled
    plan.decisions.append(decision)


def _in_the_hour_that_comes_twice(last: list[Attempt]) -> str:
    names = ", ".join(f"{one.file} ({stamp_of(one.when)} or an hour later)" for one in last)
    return (
        "handed in more than once within the hour that the clocks show twice, so nothing tells "
        f"which is newer: {names}. Ask the student, and add a line for each other one to "
        "class/collect_names.csv: its path, a comma, and no student"
    )


def _again(attempt: Attempt, later: list[Attempt]) -> bool:
    """Whether the attempt after this one has the same content."""
    return bool(later) and later[0].identity == attempt.identity


def _decided(
    found: list[Attempt], attempts: Attempts, zone: Zone, *, newer: bool
) -> tuple[Decision, list[Row], list[Row]]:
    """What happens to each attempt of a student, the last one of which is the latest."""
    decision, rows, unsettled = Decision(attempts), list[Row](), list[Row]()
    for attempt in found:
        latest = attempt is found[-1]
        happens = _happens(attempt, attempts, decision, zone, latest=latest, newer=newer)
        notes = (*attempt.notes, *attempt.facts)
        row = Row(attempt.student, attempt.file, attempt.when, happens, notes)
        (unsettled if happens == ASK else rows).append(row)
    return decision, rows, unsettled


def _happens(
    attempt: Attempt,
    attempts: Attempts,
    decision: Decision,
    zone: Zone,
    *,
    latest: bool,
    newer: bool,
) -> str:
    """What happens to one attempt, in words; what is to be done is added to the decision."""
    counts = attempts.counts
    same = [one for one in attempts.stored if one.identity == attempt.identity]
    known = [one for one in same if not _another(attempt, one)]
    if known and counts and not (newer and latest and known[-1] is not counts):
        decision.found[known[-1].number] = attempt
        if known[-1] is not counts:
            return f"{EARLIER}, kept as number {known[-1].number}; number {counts.number} counts"
        return _unchanged(attempt, counts, decision)
    after = _is_after(attempt, counts, zone) if counts else True
    # After another one that is newly kept, the same content has come back, and counts again.
    if counts and counts.identity == attempt.identity and not decision.keep:
        if after or attempt.stated or (after is None and not counts.number):
            return _unchanged(attempt, counts, decision)
        return f"{EARLIER} with the same content; nothing is done with it"
    if after is False:
        return "older than what counts; nothing is done with it"
    if after is None and not newer:
        return ASK
    decision.keep.append(attempt)
    if not latest:
        return f"{EARLIER}, is kept"
    decision.place = True
    return "replaces what was there, which is kept" if attempts.present else NEW


def _unchanged(attempt: Attempt, counts: StoredAttempt, decision: Decision) -> str:
    """The content is that of the attempt that counts: its time may be another one."""
    new_time = bool(attempt.when) and stamp_of(attempt.when) != stamp_of(counts.when)
    if new_time:
        decision.stamp = stamp_of(attempt.when)
    if not counts.number:  # it was put into submitted by hand
        decision.keep.append(attempt)
        return "there already; where it came from is noted"
    if attempt.order > counts.order:
        decision.order = attempt.order
    if new_time:
        return f"{UNCHANGED}; the time of handing in is noted"
    if not decision.attempts.present:
        decision.place = True
        return "put back: it was no longer in submitted"
    return UNCHANGED


def _another(attempt: Attempt, kept: StoredAttempt) -> bool:
    """Whether time or number tell that the same content was handed in another time."""
    orders = bool(attempt.order and kept.order) and attempt.order != kept.order
    return _other_time(attempt, kept) or orders


def _other_time(attempt: Attempt, kept: StoredAttempt) -> bool:
    """Whether both times are known, and differ by a second or more."""
    return bool(attempt.when and kept.when) and stamp_of(attempt.when) != stamp_of(kept.when)


def _is_after(attempt: Attempt, counts: StoredAttempt, zone: Zone) -> bool | None:
    """Whether it was handed in after what counts; None if neither time nor number tell."""
    if attempt.when and counts.when and _other_time(attempt, counts):
        here, there = zone.in_order(attempt.when), zone.in_order(counts.when)
        if here != there:
            return here > there
    if attempt.order and counts.order:
        return attempt.order > counts.order
    return None
