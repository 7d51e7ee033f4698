"""The commands that bring marks and feedback to students, and grade again what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_kept, say_problems, show_places, warn_if_unsafe
from grader.cli.options import Assignment, JobsAtOnce, Student, Unsafe
from grader.problems import Problem
from grader.settings import Settings, load_settings

if TYPE_CHECKING:
    from grader.classroom.export.fill import Filled
    from grader.classroom.export.term import Term
    from grader.classroom.gradebook.marks import Score
    from grader.classroom.regrade import Difference
    from grader.classroom.school_class import Class

MOST_TOLD = 20  # students who are left as they are

Write = Annotated[
    bool, typer.Option("--write", help="Write the file; else only show what it says.")
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write.")]


class Kind(StrEnum):
    """Whose sheet of marks it is."""

    canvas = "canvas"
    moodle = "moodle"
    csv = "csv"
    grades = "grades"


class Lms(StrEnum):
    """A learning management system that gives feedback files back to their students."""

    canvas = "canvas"
    moodle = "moodle"


def export(
    kind: Annotated[
        Kind, typer.Argument(help="whose sheet it is; csv: any other; grades: no sheet")
    ],
    sheet: Annotated[
        Path | None,
        typer.Argument(metavar="SHEET", help="as the LMS exports it; csv without: the term"),
    ] = None,
    problem_set: Annotated[
        str, typer.Option("--problem-set", metavar="PS", help="Whose marks, such as ps06.")
    ] = "",
    column: Annotated[str, typer.Option(metavar="NAME", help="The column to fill.")] = "",
    scale: Annotated[
        bool, typer.Option("--scale", help="Convert the points to the sheet's full marks.")
    ] = False,
    not_final: Annotated[
        bool,
        typer.Option(
            "--not-final",
            help="Also marks with answers that wait for a person or given for other points.",
        ),
    ] = False,
    out: Out = None,
    write: Write = False,
) -> None:
    """Fill the LMS's sheet of marks, or make the term's.

    Only one column changes, in a copy. Students are found by class/roster.csv. Without a sheet, csv
    makes a table of all problem sets, with weights as in course.toml, and grades makes that of the
    examination office, by the key in course.toml.

    Example: python -m grader export canvas grades.csv --problem-set ps06
    """
    with say_problems():
        settings = load_settings()
        if kind is Kind.grades and (sheet or problem_set):
            raise Problem(
                "grades are of the whole term, without a sheet: python -m grader export grades"
            )
        if sheet is None:
            if kind not in (Kind.csv, Kind.grades) or problem_set:
                raise Problem(
                    f"export {kind} needs the sheet as the LMS exports it: "
                    f"python -m grader export {kind} SHEET --problem-set {problem_set or 'ps06'}"
                )
            _export_term(settings, kind, out, not_final=not_final, write=write)
            return
        if not problem_set:
            raise Problem("say whose marks go into the sheet: --problem-set ps06")
        target = out or sheet.with_name(f"{sheet.stem}_filled{sheet.suffix}")
        if target.resolve() == sheet.resolve():
            raise Problem(f"{sheet} is the LMS's own sheet; name another file with --out")
        filled = _filled(settings, sheet, problem_set, str(kind), column, scale, not_final)
        _show_filled(filled)
        _write(settings, target, filled.sheet.to_bytes(), write=write)


def _filled(
    settings: Settings,
    path: Path,
    assignment: str,
    kind: str,
    column: str,
    scale: bool,
    not_final: bool,
) -> Filled:
    from grader.classroom.export.fill import Asked, fill
    from grader.classroom.export.sheet import read_sheet
    from grader.classroom.remarks import under_other_points
    from grader.classroom.roster import read_roster
    from grader.classroom.school_class import Class

    sheet = read_sheet(path)
    group = Class(settings, settings.classroom)
    scores = _scores(group, assignment)
    step = settings.grades.round_points
    asked = Asked(kind, assignment, column, scale, not_final, step)
    mixed = under_other_points(group.folder, group.gradebook, assignment, scores)
    return fill(sheet, path, asked, read_roster(settings.classroom), scores, mixed)


def _scores(group: Class, assignment: str) -> dict[str, Score]:
    """Everybody's points, with what lateness costs now."""
    from grader.classroom.preconditions import require_gradable
    from grader.classroom.record import nothing_graded

    require_gradable(group, assignment)
    if not (found := _scores_now(group, assignment)):
        raise nothing_graded(assignment)
    return found


def _scores_now(group: Class, assignment: str) -> dict[str, Score]:
    """The same; empty where nothing is graded."""
    from grader.classroom.gradebook.cells import has_assignment
    from grader.classroom.gradebook.marks import scores
    from grader.classroom.record import renew_penalties

    if not has_assignment(group.gradebook, assignment):
        return {}
    _tell_renewed(renew_penalties(group, assignment), assignment)
    found = scores(group.gradebook, assignment)
    _tell_newer_work(group, assignment, found)
    _tell_late_without_a_time(group, assignment, found)
    return found


def _tell_newer_work(group: Class, assignment: str, students: Iterable[str]) -> None:
    from grader.classroom.agreement import Agreement
    from grader.classroom.gradebook.cells import notebook_names
    from grader.wording import one_line

    names = notebook_names(group.gradebook, assignment)
    agreement = Agreement(group.folder, group.gradebook, assignment)
    if newer := [one for one in sorted(students) if agreement.handed_in_again(one, names)]:
        who = escape(", ".join(map(one_line, newer)))
        console.print(
            f"handed in again, so these marks are of older work: {who}; "
            f"run: python -m grader autograde {assignment}"
        )


def _tell_late_without_a_time(group: Class, assignment: str, students: Iterable[str]) -> None:
    from grader.classroom.remarks import COSTS_NOTHING, collected_facts
    from grader.wording import one_line

    facts = collected_facts(group.folder, assignment)
    if late := [one for one in sorted(students) if COSTS_NOTHING in facts.get(one, ())]:
        who = escape(", ".join(map(one_line, late)))
        console.print(f"late, says the LMS: {who}; {COSTS_NOTHING}")


def _tell_other_points(mixed: dict[str, list[str]], *, refuse: bool) -> None:
    from grader.wording import first_of, one_line

    said = [
        f"{name}: {', '.join(first_of([*map(one_line, who)], MOST_TOLD))}; "
        f"run: python -m grader regrade {name}"
        for name, who in mixed.items()
        if who
    ]
    words = f"graded when the exercises had other points: {'; '.join(said)}"
    if said and refuse:
        raise Problem(f"{words}; --not-final writes these marks anyway")
    if said:
        console.print(escape(words))


def _tell_renewed(students: list[str], assignment: str) -> None:
    from grader.wording import one_line

    if students:
        console.print(
            f"lateness costs other points than before: {escape(', '.join(map(one_line, students)))}"
            f"; write their pages with: python -m grader feedback {assignment}"
        )


def _show_filled(filled: Filled) -> None:
    from rich.table import Table

    from grader.classroom.page_style import plural
    from grader.wording import one_line

    table = Table(title=escape(f"column {filled.column!r}"), title_justify="left")
    table.add_column("student", no_wrap=True)
    table.add_column("in the sheet", justify="right")
    table.add_column("new", justify="right")
    for change in filled.changes:
        before = f"replaces {change.before}" if change.before else ""
        table.add_row(escape(one_line(change.student)), escape(one_line(before)), change.after)
    if filled.changes:
        console.print(table)
    changes = len(filled.changes)
    marks = plural(changes, "mark", "marks")
    console.print(f"{changes} {marks} to write; {filled.same} in the sheet already")
    _show_left(filled.left)


def _show_left(left: list[tuple[str, str]]) -> None:
    from grader.wording import one_line

    if left:
        console.print(f"left as they are ({len(left)}):")
    for who, why in left[:MOST_TOLD]:
        console.print(f"  {escape(one_line(who))} {escape(one_line(why))}")
    if len(left) > MOST_TOLD:
        console.print(f"  and {len(left) - MOST_TOLD} more")


def _write(settings: Settings, target: Path, content: bytes, *, write: bool) -> None:
    from grader.files import write_whole

    if target.is_file() and target.read_bytes() == content:
        console.print("nothing changes: the file says so already")
    elif write:
        write_whole(target, content)
    else:
        console.print("nothing is written; --write writes it")
    show_places(settings, file=target)


def _export_term(
    settings: Settings, kind: Kind, out: Path | None, *, not_final: bool, write: bool
) -> None:
    from grader.authoring.assignments import assignments
    from grader.classroom.export.term import Term, grade_table, require_key, term_table
    from grader.classroom.gradebook.store import store_of
    from grader.classroom.remarks import under_other_points
    from grader.classroom.roster import read_roster
    from grader.classroom.school_class import Class

    group = Class(settings, settings.classroom)
    store_of(group.gradebook).require_sound()
    found, mixed = {}, {}
    for name in assignments(settings.root):
        if marks := _scores_now(group, name):
            found[name] = marks
            mixed[name] = under_other_points(group.folder, group.gradebook, name, marks)
    if not found:
        raise Problem("nothing is graded yet; run: python -m grader autograde ps06")
    weights = {name: settings.problem_set(name).weight for name in found}
    for name, marks in found.items():
        console.print(f"{name}: {len(marks)} marks, weight {weights[name]:g}")
    _tell_other_points(mixed, refuse=write and not not_final)
    term = Term(read_roster(settings.classroom), found, weights, settings.grades)
    if kind is Kind.grades:
        require_key(term)
        _show_grades(term)
        _tell_waiting(term, refuse=write and not not_final)
        table, name = grade_table(term), "grades.csv"
    else:
        table, name = term_table(term), "marks.csv"
    _write(settings, out or settings.classroom / "results" / name, table, write=write)


def _show_grades(term: Term) -> None:
    """How often each grade is given, from which total on, and whose work is missing."""
    from collections import Counter

    from rich.table import Table

    from grader.wording import first_of, one_line

    lines = list(term.lines())
    grades = term.grades
    often = Counter(line.grade(grades) for line in lines)
    table = Table(title="grades", title_justify="left")
    for column in ("grade", f"from {grades.of}", "students"):
        table.add_column(column, justify="left" if column == "grade" else "right")
    for label, least in grades.key.items():
        table.add_row(escape(label), f"{least:g}", str(often[label]))
    if grades.missing and grades.missing not in grades.key:
        table.add_row(escape(grades.missing), "no mark", str(often[grades.missing]))
    console.print(table)
    console.print(
        f"rounded half up: points to {grades.round_points:g}, the total to {grades.round_total:g}"
    )
    if lacking := [line for line in lines if line.missing]:
        said = [f"{one_line(ln.student.student)} ({', '.join(ln.missing)})" for ln in lacking]
        who = escape("; ".join(first_of(said, MOST_TOLD)))
        console.print(f"counts as 0, because nothing is graded: {who}")


def _tell_waiting(term: Term, *, refuse: bool) -> None:
    from grader.wording import first_of, one_line

    waiting = [one_line(line.student.student) for line in term.lines() if line.waiting]
    words = f"points wait for a person: {', '.join(first_of(waiting, MOST_TOLD))}"
    if waiting and refuse:
        raise Problem(f"{words}; mark them first, or --not-final writes these grades anyway")
    if waiting:
        console.print(escape(words))


def regrade(
    assignment: Assignment,
    student: Student = "",
    jobs: JobsAtOnce = None,
    unsafe: Unsafe = False,
) -> None:
    """Grade what has changed, and say who has other points now.

    For an exercise, a deadline or points that were corrected. Points by a person stay. Earlier
    changes stay in class/results/PS/changes.csv.

    Example: python -m grader regrade ps06 --student ada
    """
    from grader.authoring.assignments import require_known
    from grader.classroom.gradebook.marks import entries
    from grader.classroom.gradebook.store import store_of
    from grader.classroom.jobs import all_cores
    from grader.classroom.preconditions import require_gradable
    from grader.classroom.record import autograde
    from grader.classroom.regrade import differences, note_changes
    from grader.classroom.remarks import under_other_points
    from grader.classroom.report.page import report_on
    from grader.classroom.school_class import Class
    from grader.cli.progress import progress

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom, unsafe, jobs or all_cores())
        require_gradable(group, assignment)
        warn_if_unsafe(unsafe)
        say_kept(group, assignment)
        url = group.gradebook
        before = entries(url, assignment) if store_of(url).exists() else {}
        graded: list[str] = []
        with progress() as step:
            handed_in = 1 if student else len(group.students(assignment))
            item = step("grading", max(handed_in, 1))

            def done(who: str, why: str) -> None:
                item(who)
                graded.extend([who] if why else [])

            try:
                results = autograde(group, assignment, done, student=student)
            finally:  # what was recorded before something went wrong has changed, too
                after = entries(url, assignment) if store_of(url).exists() else {}
                found = differences(before, after)
                folder = group.folder / "results" / assignment
                file = note_changes(folder, found) if found else None
        _, report = report_on(group, assignment, results)
        _show_changes(found, len(graded), handed_in)
        _tell_other_points(
            {assignment: under_other_points(group.folder, url, assignment, after)}, refuse=False
        )
        if file:
            show_places(settings, changes=file, report=report)
            console.print(f"write the pages with: python -m grader feedback {assignment}")


def _show_changes(found: list[Difference], graded: int, handed_in: int) -> None:
    from rich.table import Table

    from grader.checking.report.blocks import number
    from grader.classroom.regrade import TOTAL
    from grader.wording import one_line

    console.print(f"{graded} of {handed_in} submissions were graded again")
    if not found:
        console.print("nobody's points have changed")
        return
    table = Table()
    for column in ("student", "before", "after"):
        table.add_column(column, justify="left" if column == "student" else "right", no_wrap=True)
    table.add_column("exercises")
    for total in (one for one in found if one.exercise == TOTAL):
        same = (total.student, total.notebook)
        parts = [one for one in found if (one.student, one.notebook) == same and one is not total]
        before = "no mark" if total.before is None else number(total.before)
        changes = ", ".join(part.description for part in parts) if total.before is not None else ""
        table.add_row(escape(one_line(total.student)), before, number(total.after), escape(changes))
    console.print(table)


def feedback_zip(
    assignment: Assignment,
    lms: Annotated[Lms, typer.Argument(help="where the submissions were collected from")],
    out: Out = None,
) -> None:
    """Pack feedback pages under the names of Moodle or Canvas.

    The LMS gives each page in the zip file to its student. The names are those of the download,
    which collect has noted.

    Example: python -m grader feedback-zip ps06 moodle
    """
    from grader.classroom.agreement import Agreement
    from grader.classroom.feedback_zip import pages_for
    from grader.classroom.gradebook.cells import notebook_names
    from grader.classroom.page_style import plural
    from grader.classroom.school_class import Class

    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        marked = _scores(group, assignment)
        agreement = Agreement(group.folder, group.gradebook, assignment)
        notebooks = notebook_names(group.gradebook, assignment)
        outdated = [page for one in marked for page in agreement.outdated_pages(one, notebooks)]
        pages = pages_for(group.folder, assignment, str(lms), outdated)
        number = len(pages.files)
        console.print(f"{number} {plural(number, 'page', 'pages')}")
        _show_left(pages.left)
        if lms is Lms.canvas:
            console.print(
                "Canvas shows each page under the name of the submitted file. A student who gets a "
                "file ending with .ipynb renames it, so that it ends with .html."
            )
        place = group.folder / "results" / assignment / f"feedback_{lms}.zip"
        _write(settings, out or place, pages.to_zip(), write=True)
