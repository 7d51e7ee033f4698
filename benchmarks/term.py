"""A term: from downloads of an LMS to its sheet of marks and the feedback, every file counted.

    python -m benchmarks.term [--students 200] [--jobs 2] [--postgresql URL] [--write]

Three problem sets come from Canvas, Moodle and Blackboard, with what downloads have: names with
accents, two students of one name, second attempts, "(1)", notebooks saved by Colab or without
metadata, late ones, extensions, files of a stranger, another problem set's notebook, a web page, an
empty file, a huge one, students who hand in nothing. Each command is called as an instructor calls
it. At the end everything is counted: who handed in what, what was graded, what stands in the sheet,
whose page is in the zip file; what was planted must have been told. A second call of each command
must change nothing. ``--write`` writes ``term.md``.
"""

from __future__ import annotations

import argparse
import copy
import csv
import io
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat

from benchmarks.machine import processor, software
from grader.authoring import answers_of, fill, solution_notebook
from grader.classroom.gradebook.marks import Score, scores
from grader.classroom.roster import Student, read_roster
from grader.classroom.sample_class import as_from_colab, sample_class
from grader.settings import load_settings

ROOT = Path(__file__).parents[1]
TERM = {"ps00": "canvas", "ps06": "moodle", "ps11": "blackboard"}
DUE = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
PER_DAY = 0.1
FIRST = ["Ada", "Zoë", "Björn", "Łukasz", "José", "Ngọc", "Siobhán", "Ömer", "Anaïs", "Mary-Ann"]
LAST = ["Müller", "Smith", "Nguyễn", "Åberg", "Şahin", "D’Angelo", "van-Dijk", "Lee", "Dvořák"]
ROMAN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SETTINGS = """
[course]
id = "training-neural-networks"

[lms]
kind = "{kind}"

[late]
per_day = {per_day}
grace_minutes = 30

[problem_sets.ps00]
due = {due}

[problem_sets.ps06]
due = {due}
weight = 2.0

[problem_sets.ps11]
due = {due}
"""
STRANGER = "Grace Hopper"


@dataclass
class Planted:
    """What is in a download, and what has to become of it.

    Attributes
    ----------
    counts : the notebook that counts for each student
    full : students whose notebook has all answers
    late : days after the deadline, for those whom the LMS gives a time
    told : words that the output of ``collect`` must have, and what they are about
    """

    files: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, bytes] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    late: dict[str, float] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)


def make_roster(students: int, chance: random.Random) -> list[Student]:
    """Names in all scripts' trouble; the last two have one name."""
    people = []
    for number in range(students - 2):
        who, third = f"s{number:03}", ROMAN[number // 26] + ROMAN[number % 26]
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {third}"
        people.append(Student(who, name, f"{who}@uni.example", str(50_000 + number)))
    for number in (students - 2, students - 1):
        people.append(Student(f"s{number:03}", "Eva Smith", "", str(50_000 + number)))
    return people


def write_roster(people: list[Student], file: Path) -> None:
    """As an instructor writes it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["student", "name", "email", "lms_id"])
        table.writerows([one.student, one.name, one.email, one.lms_id] for one in people)


# --- Downloads --------------------------------------------------------------------------------


def plant(kind: str, people: list[Student], kinds: Mapping[str, bytes], other: bytes) -> Planted:
    """A download of this LMS.

    Parameters
    ----------
    kinds : notebooks to hand in, by what they are; "ada-perfect" has all answers
    other : a notebook of another problem set
    """
    chance = random.Random(kind)
    made = Planted()
    usual = [name for name in kinds if name not in ("ada-perfect", "jo-web-page", "kim-forger")]
    chosen = chance.sample(people, len(people))
    odd = iter(chosen)
    for _ in range(5):  # they hand in nothing
        next(odd)
    for what, content in (
        ("another problem set", other),
        ("a web page", kinds["jo-web-page"]),
        ("an empty file", b""),
        ("a huge file", b" " * 60_000_000),
    ):
        one = next(odd)
        made.files[named(kind, one, "work.ipynb", 1)] = content
        made.told.append((one.student, what))
    for one in odd:
        name = "ada-perfect" if chance.random() < 0.5 else chance.choice(usual)
        days = 0.0
        if kind == "blackboard" and chance.random() < 0.1:  # the others do not say when
            days = chance.choice([0.5, 1.5, 3.2])
            made.late[one.student] = days
        file = chance.choice(["notebook.ipynb", "notebook (1).ipynb", "notebook-1.ipynb"])
        if chance.random() < 0.1 and kind != "moodle":  # an earlier attempt, which does not count
            made.files[named(kind, one, "first.ipynb", 1)] = kinds[chance.choice(usual)]
        made.files[named(kind, one, file, 2, days)] = made.counts[one.student] = kinds[name]
        if name in ("ada-perfect", "gil-from-colab"):
            made.full.add(one.student)
    stranger = Student("grace", STRANGER, "", "99999")
    made.files[named(kind, stranger, "notebook.ipynb", 1)] = kinds["ada-perfect"]
    called = {"canvas": "99999", "moodle": STRANGER, "blackboard": "grace"}
    made.told.append((called[kind], "a stranger"))
    return made


def named(kind: str, one: Student, file: str, attempt: int, days: float = -1.0) -> str:
    """The name that the LMS gives to a file in its download."""
    number = int(one.lms_id)
    if kind == "canvas":
        plain = "".join(c for c in unicodedata.normalize("NFC", one.name).casefold() if c.isalpha())
        return f"{plain}_{number}_{7 * number + attempt}_{file}"
    if kind == "moodle":
        # Moodle's number is of this assignment, and of two equal names only a file settles whose.
        return f"{one.name}_{900_000 + number}_assignsubmission_file_/{file}"
    after = timedelta(days=days) if days > 0 else timedelta(hours=attempt - 24)
    when = (DUE + after).astimezone()
    return f"ps11_{one.student}_attempt_{when:%Y-%m-%d-%H-%M-%S}_{file}"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The download."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def hand_ins(assignment: str, root: Path) -> dict[str, bytes]:
    """Notebooks as students hand them in: right, wrong, half done, saved by Colab."""
    (path,) = (root / "notebooks" / assignment).glob("*.ipynb")
    release, solution = nbformat.read(path, 4), solution_notebook(assignment, root)
    made = {one.student: one.content for one in sample_class(release, solution)}
    del made["eve-endless-loop"]  # each of them takes all the seconds that a submission has
    colab = copy.deepcopy(fill(release, answers_of(solution)))
    as_from_colab(colab)
    made["gil-from-colab"] = nbformat.writes(colab).encode()
    return made


# --- The instructor ---------------------------------------------------------------------------


class Instructor:
    """Calls commands, and keeps the seconds of each."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = os.environ | environment | {"COLUMNS": "200"}
        self.seconds: dict[str, float] = {}

    def call(self, *command: str, may_fail: bool = False) -> str:
        """What the command says; ``may_fail``: it lists what cannot be done, with exit code 1."""
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "grader", *command],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - begin
        self.seconds[command[0]] = self.seconds.get(command[0], 0) + seconds
        said = done.stdout + done.stderr
        print(f"{' '.join(command)}: {seconds:.0f} s, exit code {done.returncode}", flush=True)
        if done.returncode and not may_fail:
            raise SystemExit(said[-4000:])
        return said


def must(holds: bool, what: str) -> None:
    """End with a word on what is not as it has to be."""
    if not holds:
        raise SystemExit(f"NOT AS IT MUST BE: {what}")


def canvas_sheet(people: list[Student], most: float) -> bytes:
    """A gradebook as Canvas exports it, with another assignment's column."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["Student", "ID", "SIS Login ID", "Section", "Essay (77)", "ps00 Arrays (78)"])
    table.writerow(["    Points Possible", "", "", "", "10", f"{most:g}"])
    for number, one in enumerate(people):
        first, *last = one.name.split(" ")
        table.writerow([f"{' '.join(last)}, {first}", one.lms_id, "", "A", number % 11, ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def moodle_sheet(people: list[Student], most: float) -> bytes:
    """A grading worksheet as Moodle exports it."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    header = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"]
    table.writerow([*header, "Grade can be changed"])
    for one in people:
        row = [f"Participant {900_000 + int(one.lms_id)}", one.name, one.email, "Submitted", ""]
        table.writerow([*row, f"{most:g}", "Yes"])
    return out.getvalue().encode()


def marks_in(before: bytes, after: bytes, column: int, key: int) -> dict[str, str]:
    """Marks by what tells students apart; nothing else may differ between the two sheets."""
    old, new = (list(csv.reader(io.StringIO(one.decode("utf-8-sig")))) for one in (before, after))
    must(after[:3] == before[:3], "the sheet begins as before")
    must(len(old) == len(new), "the sheet has as many rows as before")
    marks = {}
    for one, other in zip(old, new, strict=True):
        must(one[:column] + one[column + 1 :] == other[:column] + other[column + 1 :], f"row {one}")
        marks[one[key]] = other[column]
    return marks


def counted(
    planted: Planted, marked: Mapping[str, Score], submitted: Path, assignment: str
) -> None:
    """Nothing lost, nothing doubled, everybody's own."""
    there = {path.parent.name for path in submitted.glob(f"*/{assignment}")}
    must(there == set(planted.counts), f"handed in: {sorted(there ^ set(planted.counts))} differ")
    must(set(marked) == there, f"graded: {sorted(set(marked) ^ there)} differ")
    points: dict[bytes, set[float]] = {}
    for student, content in planted.counts.items():
        score = marked[student]
        points.setdefault(content, set()).add(round(score.score + score.penalty, 6))
        reached = score.score + score.penalty
        right = student not in planted.full or reached + score.by_hand > score.total - 1e-6
        must(right, f"{student} has all answers right and {score}")
        due = PER_DAY * math.ceil(planted.late.get(student, 0)) * reached
        must(abs(score.penalty - due) < 1e-6, f"{student}: {score.penalty} lost, not {due}")
    must(all(len(p) == 1 for p in points.values()), "equal notebooks have equal points")


def main() -> None:
    """Read the options, run the term, say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--postgresql", metavar="URL", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="term-") as folder:
        lines = term(Path(folder), options.students, options.jobs, options.postgresql)
    print("\n".join(lines))
    if options.write:
        where = "PostgreSQL" if options.postgresql else "SQLite"
        head = f"# A term of {options.students} students, {where}\n\n"
        name = "term_postgresql.md" if options.postgresql else "term.md"
        (Path(__file__).parent / name).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def term(root: Path, students: int, jobs: int, url: str) -> list[str]:
    """Run it; the lines of a report."""
    for assignment in TERM:
        for folder in ("solutions", "notebooks"):
            shutil.copytree(ROOT / folder / assignment, root / folder / assignment)
    begin = time.perf_counter()
    people = make_roster(students, random.Random(0))
    teacher = Instructor(root, {"COURSE_GRADEBOOK": url} if url else {})
    (root / "class").mkdir()
    write_roster(people, root / "class" / "roster.csv")
    kinds = {assignment: hand_ins(assignment, ROOT) for assignment in TERM}
    rows = ["| problem set | from | files | students | graded | late | told | full marks |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for assignment, kind in TERM.items():
        text = SETTINGS.format(kind=kind, due=DUE.isoformat(), per_day=PER_DAY)
        (root / "course.toml").write_text(text, encoding="utf-8")
        settings = load_settings(root)
        submitted = settings.classroom / "submitted"
        must(len(read_roster(settings.classroom)) == students, "everybody is in the roster")
        other = kinds["ps06" if assignment == "ps00" else "ps00"]["ada-perfect"]
        planted = plant(kind, people, kinds[assignment], other)
        if kind == "moodle":  # a name alone does not say which of the two it is
            settle_names(planted, people, root / "class")
        download = root / f"{assignment}.zip"
        download.write_bytes(zipped(planted.files))
        said = teacher.call("collect", assignment, str(download), may_fail=True)
        must(not any(submitted.glob(f"*/{assignment}")), "a dry run writes nothing")
        said = teacher.call("collect", assignment, str(download), "--write", may_fail=True)
        for who, words in planted.told:
            line = [one for one in said.splitlines() if who in one]
            must(bool(line), f"collect says nothing of {who}, {words}")
        again = teacher.call("collect", assignment, str(download), "--write", may_fail=True)
        must("Nothing to do" in again, f"a second collect changes something: {again[-400:]}")
        teacher.call("precheck", assignment, may_fail=True)
        teacher.call("repair", assignment, "--write")
        teacher.call("autograde", assignment, "--jobs", str(jobs))
        teacher.call("feedback", assignment, "--jobs", str(jobs))
        gradebook = url or f"sqlite:///{settings.classroom / 'gradebook.db'}"
        marked = scores(gradebook, assignment)
        counted(planted, marked, submitted, assignment)
        to_lms(teacher, assignment, kind, people, marked, planted)
        full = sum(one in planted.full for one in marked)
        cells = [assignment, kind, len(planted.files), students, len(marked), len(planted.late)]
        rows.append("| " + " | ".join(map(str, [*cells, len(planted.told), full])) + " |")
    teacher.call("term")
    teacher.call("export", "csv", "--write")
    total = time.perf_counter() - begin
    steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in teacher.seconds.items())
    return [
        *rows,
        "",
        f"Nothing lost, nothing doubled, all told, in {total:.0f} s with {jobs} jobs.",
        "",
        f"Seconds of the commands, all calls together: {steps}.",
        "",
        f"{processor()}, {len(os.sched_getaffinity(0))} cores; {software('nbgrader', 'numpy')}.",
    ]


def settle_names(planted: Planted, people: list[Student], classroom: Path) -> None:
    """Lines in ``collect_names.csv`` for names that two students have."""
    many = Counter(one.name for one in people)
    lines = ["name,student"]
    for one in people:
        if many[one.name] > 1:
            lines.append(
                f"{one.name}_{900_000 + int(one.lms_id)}_assignsubmission_file_,{one.student}"
            )
    (classroom / "collect_names.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def to_lms(
    teacher: Instructor,
    assignment: str,
    kind: str,
    people: list[Student],
    marked: Mapping[str, Score],
    planted: Planted,
) -> None:
    """Marks into the LMS's sheet and pages into its zip file, and what stands there."""
    most = next(iter(marked.values())).total
    sheet = teacher.root / f"{assignment}.csv"
    if kind == "blackboard":
        return
    content = canvas_sheet(people, most) if kind == "canvas" else moodle_sheet(people, most)
    sheet.write_bytes(content)
    command = ["export", kind, str(sheet), "--problem-set", assignment, "--not-final"]
    teacher.call(*command, may_fail=True)
    filled = sheet.with_name(f"{assignment}_filled.csv")
    must(not filled.exists(), "a dry run writes no sheet")
    teacher.call(*command, "--write", may_fail=True)
    column, key = (5, 1) if kind == "canvas" else (4, 0)
    marks = marks_in(content, filled.read_bytes(), column, key)
    unsure = {p.student for p in people if p.name == "Eva Smith"} if kind == "moodle" else set()
    for one in people:
        text = marks[one.lms_id if kind == "canvas" else f"Participant {900_000 + int(one.lms_id)}"]
        if one.student not in marked or one.student in unsure:
            must(text == "", f"{one.student} has no mark and the sheet says {text}")
        else:
            must(abs(float(text) - marked[one.student].score) < 0.006, f"{one.student}: {text}")
    first = filled.read_bytes()
    teacher.call(*command, "--write", may_fail=True)
    must(filled.read_bytes() == first, "a second export changes nothing")
    teacher.call("feedback-zip", assignment, kind, may_fail=True)
    pages = teacher.root / "class" / "results" / assignment / f"feedback_{kind}.zip"
    with zipfile.ZipFile(pages) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    feedback = {
        path.read_bytes()
        for path in (teacher.root / "class" / "feedback").glob(f"*/{assignment}/*.html")
    }
    must(len(contents) == len(planted.counts), f"{len(contents)} pages in the zip file")
    must(set(contents) == feedback, "the pages in the zip file are those of the class")


if __name__ == "__main__":
    main()
