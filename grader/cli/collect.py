"""The commands before grading: who is in the class, and what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems, show_places
from grader.cli.options import Assignment, Student
from grader.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from grader.classroom.collect.choice import Row
    from grader.classroom.collect.plan import Plan
    from grader.classroom.collect.precheck import Checked
    from grader.classroom.collect.zone import Zone
    from grader.classroom.participants.enter import Entered
    from grader.settings import Settings

MOST_NAMED = 10
MOST_SHOWN = 100  # rows of new or changed students
LONGEST = 150  # letters of one finding; the table in results/ has all
Write = Annotated[
    bool, typer.Option("--write", help="Do it; without this, only show what would be done.")
]


def collect(
    assignment: Assignment,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="the folder or zip file that the LMS gave you")
    ],
    times: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="When students handed in, where the download does not say it: Moodle's grading "
            "worksheet, or a CSV file with the columns student,handed_in.",
        ),
    ] = None,
    newer: Annotated[
        bool,
        typer.Option(
            "--newer",
            help="This download is newer than all before it: for an LMS that gives no times.",
        ),
    ] = False,
    write: Write = False,
) -> None:
    """Put a download of submissions into class/submitted.

    [lms] in course.toml says which system it comes from, and class/roster.csv who is in the class.
    Students are found by id, id in the LMS, e-mail address or name; class/collect_names.csv
    (name,student) settles the others. Each attempt is kept in class/collected, and the latest one
    counts. Nothing is written without --write. The exit code is 1 if something cannot be collected.

    Example: python -m grader collect ps06 downloads/submissions.zip --write
    """
    from grader.authoring.assignments import require_known
    from grader.classroom.collect.carry_out import carry_out
    from grader.classroom.collect.download import opened
    from grader.classroom.collect.plan import make_plan
    from grader.classroom.collect.reading import reader_of
    from grader.classroom.collect.zone import Zone

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        classroom, zone = settings.classroom, Zone(settings.lms.zone)
        with (
            _held(settings, write=write),
            reader_of(settings, assignment) as reader,
            opened(path, zone) as download,
        ):
            plan = make_plan(download, settings.lms, classroom, reader, times, newer=newer)
            if write:
                carry_out(plan, classroom, assignment)
        _show_plan(plan, assignment, zone)
        _say_what_next(plan, assignment, write=write)
        if plan.unsettled:
            raise typer.Exit(1)


def roster(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="the list of participants: CSV or .xlsx")
    ],
    write: Write = False,
) -> None:
    """Enter participants into class/roster.csv.

    The list is that of Moodle (English or German) or Canvas, or another with such columns, as CSV
    or an Excel workbook. Who is in the roster already keeps the name of the folder and gets what
    the list says; who is not on the list stays. Nothing is written without --write.

    Example: python -m grader roster participants.csv --write
    """
    from grader.classroom.participants.enter import as_roster, enter
    from grader.classroom.participants.read import read_participants
    from grader.classroom.roster import FILE, read_roster
    from grader.files import write_whole

    with say_problems():
        settings = load_settings()
        classroom = settings.classroom
        people = read_participants(file)
        with _held(settings, write=write):
            made = enter(people, read_roster(classroom))
            changes = bool(made.new or made.changed)
            if write and changes:
                write_whole(classroom / FILE, as_roster(made.students, classroom))
        _show_entered(made)
        if changes and not write:
            console.print("Nothing was written. The same command with --write does this.")
        show_places(settings, roster=classroom / FILE)


def _show_entered(made: Entered) -> None:
    from rich.table import Table

    from grader.classroom.page_style import plural
    from grader.wording import first_of, one_line

    if made.new:
        table = Table(title="New", title_justify="left")
        for column in ("student", "name", "email", "lms_id"):
            table.add_column(column, overflow="fold")
        for one in made.new[:MOST_SHOWN]:
            table.add_row(*(escape(one_line(text)) for text in vars(one).values()))
        console.print(table)
        if (more := len(made.new) - MOST_SHOWN) > 0:
            console.print(f"and {more} more")
    for student, what in made.changed[:MOST_SHOWN]:
        console.print(f"{escape(one_line(student))}: {escape(one_line(what))}")
    for student, alike in made.namesakes[:MOST_SHOWN]:
        names = escape(", ".join(map(one_line, alike)))
        console.print(f"{student} is new: called like {names}, with another ID or address")
    new, all_of_them = len(made.new), len(made.students)
    console.print(
        f"{all_of_them} {plural(all_of_them, 'student', 'students')}: {new} new, "
        f"{len(made.changed)} changed, {made.same} as before"
    )
    if made.absent:
        names = escape(", ".join(first_of([*map(one_line, made.absent)], MOST_NAMED)))
        console.print(f"not on the list, they stay: {names}")


def precheck(assignment: Assignment, student: Student = "") -> None:
    """Look at submissions before they are graded.

    Does each open, and is every graded cell there?

    What is found is in class/results/ps06/precheck.csv, too. No submission is changed. The exit
    code is 1 if a submission cannot be graded.

    Example: python -m grader precheck ps06
    """
    from grader.classroom.collect.precheck import REFUSED, REPAIR, write_table
    from grader.classroom.private import make_private

    with say_problems():
        settings = load_settings()
        checked = _checked(settings, assignment, student)
        _show_checked(checked, assignment)
        make_private(settings.classroom)
        places = {}
        if not student:
            folder = settings.classroom / "results" / assignment
            places["table"] = write_table(checked, folder)
        if any(one.state == REPAIR for one in checked):
            console.print(
                "Grading puts back what is missing by itself. To have the files whole: "
                f"python -m grader repair {assignment}"
            )
        show_places(settings, **places)
        if any(one.state == REFUSED for one in checked):
            raise typer.Exit(1)


def repair(assignment: Assignment, student: Student = "", write: Write = False) -> None:
    """Put back what was given in submitted notebooks.

    These are graded cells, metadata and ids. What a student wrote stays as it is. The file as it
    was handed in is kept in class/collected. A repaired submission is graded again, so do this
    before grading. Nothing is written without --write.

    Example: python -m grader repair ps06 --write
    """
    from grader.classroom.collect.precheck import REPAIR
    from grader.classroom.collect.precheck import repair as repair_one

    with say_problems():
        settings = load_settings()
        with _held(settings, write=write):
            found = _checked(settings, assignment, student)
            chosen = [one for one in found if one.state == REPAIR]
            if write:
                for one in chosen:
                    repair_one(settings.classroom, assignment, one)
        _show_checked(chosen, assignment)
        if not chosen:
            console.print("Nothing to repair.")
        elif write:
            console.print(
                f"Repaired: {len(chosen)}. The files as handed in are in class/collected."
            )
        else:
            console.print("Nothing was written. The same command with --write does this.")


@contextmanager
def _held(settings: Settings, *, write: bool) -> Iterator[None]:
    """Hold the class if something is to be written into it."""
    if not write:
        yield
        return
    from grader.classroom.gradebook.store import gradebook_of
    from grader.classroom.private import make_private
    from grader.classroom.writer import only_writer

    make_private(settings.classroom)
    with only_writer(settings.classroom, gradebook_of(settings, settings.classroom), ""):
        yield


def _checked(settings: Settings, assignment: str, student: str) -> list[Checked]:
    """Each submitted notebook, with what is wrong with it."""
    from grader.authoring.assignments import require_known
    from grader.classroom.collect.precheck import check_submissions
    from grader.classroom.collect.reading import reader_of
    from grader.cli.progress import progress
    from grader.grading.submission.handed_in import students_in

    require_known(settings, assignment)
    everybody = students_in(settings.classroom / "submitted", assignment)
    with reader_of(settings, assignment) as reader, progress() as step:
        item = step("checking", max(1 if student else len(everybody), 1))
        return list(check_submissions(settings.classroom, reader, student, item))


def _show_checked(checked: list[Checked], assignment: str) -> None:
    """A row for each notebook with which something is the matter, and a count of the others."""
    from rich.table import Table

    from grader.classroom.collect.precheck import READY
    from grader.classroom.page_style import plural, shortened
    from grader.wording import one_line

    to_show = [one for one in checked if one.state != READY]
    if to_show:
        shown = Table(title=assignment, title_justify="left")
        shown.add_column("submission", no_wrap=True)
        shown.add_column("state", no_wrap=True)
        shown.add_column("what was found, and what is put back", overflow="fold")
        for one in to_show:
            who = shortened(one_line(one.student), 30)
            found = "; ".join(shortened(part, LONGEST) for part in one.parts)
            shown.add_row(escape(who), one.state, escape(found))
        console.print(shown)
    if ready := len(checked) - len(to_show):
        are = plural(ready, "notebook is", "notebooks are")
        console.print(f"{ready} {are} ready to be graded.")


def _show_plan(plan: Plan, assignment: str, zone: Zone) -> None:
    from grader.classroom.page_style import plural
    from grader.wording import first_of

    if plan.rows:
        _show(assignment, plan.rows, "what happens", zone)
    if plan.unsettled:
        _show("Not collected", plan.unsettled, "why, and what to do", zone)
    if plan.missing:
        names = ", ".join(first_of(plan.missing, MOST_NAMED))
        have = plural(len(plan.missing), "student has", "students have")
        console.print(f"{len(plan.missing)} {have} no submission yet: {escape(names)}")


def _show(title: str, rows: Iterable[Row], last: str, zone: Zone) -> None:
    from rich.table import Table

    from grader.classroom.page_style import shortened
    from grader.wording import one_line

    shown = Table(title=title, title_justify="left")
    shown.add_column("student", no_wrap=True)
    shown.add_column("file", overflow="fold", min_width=16)
    shown.add_column("handed in", min_width=10)
    shown.add_column(last)  # with the time, all fits into 80 letters
    for row in rows:
        words = "; ".join((row.happens, *row.notes))
        cells = (shortened(row.student, 16), in_the_middle(one_line(row.file), console.width // 2))
        shown.add_row(*map(escape, cells), _time(row.when, zone), escape(one_line(words)))
    console.print(shown)


def in_the_middle(text: str, most: int) -> str:
    """``text`` with no more letters than ``most``: a path is told by its two ends."""
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


def _time(when: datetime | None, zone: Zone) -> str:
    from grader.classroom.moments import stamp_of

    if when is None:
        return "not known"
    return " = ".join(filter(None, (stamp_of(when), zone.shown(when))))


def _say_what_next(plan: Plan, assignment: str, *, write: bool) -> None:
    if unknown := len({row.student for row in plan.rows if row.when is None}):
        console.print(
            f"The time of handing in is not known for {unknown} of them, and without it nothing "
            "counts as late; --times FILE gives it."
        )
    if not plan.changes:
        console.print("Nothing to do: class/submitted has all that can be collected.")
    elif write:
        from grader.classroom.roster import NO_GROUPS

        changed = sum(decision.changes for decision in plan.decisions)
        console.print(NO_GROUPS)
        console.print(
            f"Collected from {changed} of {len(plan.decisions)} students. "
            f"Next: python -m grader precheck {assignment}"
        )
    else:
        console.print("Nothing was written. The same command with --write does this.")
