"""One student is deleted everywhere, the others stay as they are, and what remains is said."""

import csv
import html
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import escape
from typer.testing import CliRunner

from grader.classroom.backup.backup import backup_class
from grader.classroom.course_config import exchange_of
from grader.classroom.forget.csv_rows import without_rows
from grader.classroom.forget.forget import Forgotten, forget
from grader.classroom.forget.who import who_is
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.school_class import Class
from grader.cli import app
from grader.extras.contest.envelope import FILE as ENVELOPE
from grader.extras.contest.envelope import Entry, open_envelope
from grader.extras.marking.marked_by import FILE, HEADER
from grader.extras.term.pages import write_term
from grader.extras.term.term import read_term
from grader.problems import Problem
from grader.settings import load_settings
from tests.classroom.term_class import TermClass, Work

SECRET = b"s" * 32
NAMES = {"ada": "Ada Lovelace", "adam": "Adam Smith", "bob": "Bob Ross"}
ENTRY = Entry({"lr": 0.1}, 0.4, 0.6, (0.5,), 0.55)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with everything that the commands write, whose students have similar names."""
    root = tmp_path_factory.mktemp("course")
    (root / "course.toml").write_text("", encoding="utf-8")
    settings = load_settings(root)
    classroom = settings.classroom
    given = {name: {student: Work([2.0, 1.0]) for student in NAMES} for name in ("ps00", "ps01")}
    TermClass(classroom, gradebook_url(classroom), given, names=NAMES).write()
    results = classroom / "results"
    files = {
        "extensions.csv": (
            "student,problem_set,until\nada,ps00,2026-11-20T12:00:00+00:00\n"
            "adam,ps00,2026-11-20T12:00:00+00:00\n"
        ),
        "collect_names.csv": "name;student\r\nlovelaceada;ada\r\nsmithadam;adam\r\n",
        "results/marks.csv": "student,name\nada,Ada Lovelace\nbob,Bob Ross\n",
        "results/ps00/report.csv": "submission,score\nada,3\nadam,3\n",
        "results/ps00/report.html": "<td>ada</td><td>adam</td>",
        "results/ps00/similarity.csv": "first,second,share\nada,bob,0.9\nadam,bob,0.8\n",
        "results/ps00/similarity.html": "<td>Ada Lovelace</td>",
        "results/ps00/feedback_moodle.zip": "PK",
        "results/ps00/log.txt": "INFO ada: graded",
        "results/ps00/board.html": "<td>1</td>",
        "results/ps00/board_open.html": "<td>1</td>",
        "results/ps01/report.html": "<td>adam</td>",
        "collected/ps00/origins.csv": "student,name_in_lms\nada,x\nbob,y\n",
        "collected/ps00/ada/1/n.ipynb": "ada's first",
        "collected/ps00/bob/1/n.ipynb": "bob's first",
    }
    for name, text in files.items():
        (classroom / name).parent.mkdir(parents=True, exist_ok=True)
        (classroom / name).write_text(text, encoding="utf-8", newline="")
    open_envelope(results / "ps00" / ENVELOPE, dict.fromkeys(NAMES, ENTRY), NAMES, SECRET)
    inbound = exchange_of(settings) / settings.course.id / "inbound"
    for student in NAMES:
        (inbound / f"{student}+ps00+2026").mkdir(parents=True)
    released = inbound.parent / "feedback"
    released.mkdir()
    (released / "a1.html").write_text("Feedback for ada", encoding="utf-8")
    (released / "b2.html").write_text("Feedback for adam", encoding="utf-8")
    return root


@pytest.fixture
def group(template: Path, tmp_path: Path) -> Class:
    shutil.copytree(template, tmp_path / "course")
    settings = load_settings(tmp_path / "course")
    return Class(settings, settings.classroom)


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in root.rglob("*")
        if not path.name.startswith(".writing")
    }


def places(group: Class, done: Forgotten) -> list[str]:
    root = group.settings.root
    return [os.path.relpath(one.place, root) for one in done.found if isinstance(one.place, Path)]


def test_a_dry_run_lists_all_and_changes_nothing(group: Class) -> None:
    before = everything(group.settings.root)
    listed = places(group, forget(group, "ada", write=False))
    assert everything(group.settings.root) == before
    assert "class/submitted/ada" in listed and listed[-1] == "class/roster.csv"
    assert listed == places(group, forget(group, "ada", write=True))


def test_nothing_of_the_student_is_left_and_the_others_are_as_before(group: Class) -> None:
    write_term(read_term(group), group.folder / "results")
    before = everything(group.settings.root)
    forget(group, "ada", write=True)
    after = everything(group.settings.root)
    for name, content in after.items():
        assert "ada" not in name.replace("adam", ""), name
        left = re.sub(rb"[Aa]dam|[0-9a-f]{64}", b"", content)  # a digest has any three letters
        assert b"ada" not in left and b"Lovelace" not in left, name
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        "class/gradebook.db",
        "class/roster.csv",
        "class/extensions.csv",
        "class/collect_names.csv",
        "class/collected/ps00/origins.csv",
        "class/results/marks.csv",
        "class/results/ps00/report.csv",
        "class/results/ps00/similarity.csv",
        f"class/results/ps00/{ENVELOPE}",
    }
    pages = {name for name in before if "/ada" not in name and "+" not in name} - set(after)
    assert {name for name in pages if not name.startswith("class/results/term")} == {
        "class/results/ps00/report.html",
        "class/results/ps00/similarity.html",
        "class/results/ps00/feedback_moodle.zip",
        "class/results/ps00/log.txt",
        "class/results/ps00/board.html",
        "class/results/ps00/board_open.html",
        "exchange/training-neural-networks/feedback/a1.html",
    }
    assert after["class/collect_names.csv"] == b"name;student\r\nsmithadam;adam\r\n"
    with opened(group.gradebook) as gradebook:
        assert sorted(one.id for one in gradebook.students) == ["adam", "bob"]
        assert gradebook.find_submission("ps01", "bob").score == 3.0
    (bob,) = (line for line in read_term(group).lines if line.student == "bob")
    assert bob.points == 6.0 and not any(one.ungraded for one in read_term(group).sets)


def test_the_second_time_there_is_nothing(group: Class) -> None:
    forget(group, "ada", write=True)
    before = everything(group.settings.root)
    done = forget(group, "ada", write=True)
    assert done.found == [] and done.known == ["adam", "bob"]
    assert everything(group.settings.root) == before


def test_what_was_interrupted_goes_on(group: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            forget(group, "ada", write=True)
    assert (group.folder / "submitted" / "ada").is_dir()
    forget(group, "ada", write=True)
    assert not (group.folder / "submitted" / "ada").exists()
    assert "ada," not in (group.folder / "roster.csv").read_text("utf-8")


def test_a_name_that_is_only_on_a_page_deletes_nothing(group: Class) -> None:
    assert forget(group, "td", write=True).found == []
    assert (group.folder / "results" / "ps00" / "report.html").is_file()


@pytest.mark.parametrize("name", ["", ".", "..", "ada/ps00", "../submitted"])
def test_a_path_is_not_a_student(group: Class, name: str) -> None:
    with pytest.raises(Problem, match="is not a student"):
        forget(group, name, write=True)


def test_a_link_is_deleted_and_not_followed(group: Class, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept", encoding="utf-8")
    folder = group.folder / "submitted" / "ada"
    shutil.rmtree(folder)
    folder.symlink_to(outside)
    forget(group, "ada", write=True)
    assert not os.path.lexists(folder) and (outside / "kept.txt").is_file()


def test_backups_and_foreign_files_are_said(group: Class) -> None:
    made = backup_class(group.folder, group.gradebook, "c").file
    aside = group.folder / "backups" / "before-2026"
    (aside / "submitted" / "ada").mkdir(parents=True)
    (group.folder / "backups" / "broken.tar.gz").write_bytes(b"no backup")
    notes = group.folder / "notes" / "talk.txt"
    notes.parent.mkdir()
    notes.write_text("spoke with Ada Lovelace", encoding="utf-8")
    for _ in range(2):  # also when all else is gone, except by name, which the roster knew
        done = forget(group, "ada", write=True)
        names = [path.name for path in done.backups]
        assert sorted(names) == sorted([made.name, "before-2026", "broken.tar.gz"])
    notes.write_text("spoke with ada", encoding="utf-8")
    assert forget(group, "ada", write=False).others == [notes]
    assert [one.name for one in forget(group, "nobody", write=False).backups] == ["broken.tar.gz"]


def test_other_courses_of_the_exchange_stay(group: Class) -> None:
    other = exchange_of(group.settings) / "another-course"
    (other / "inbound" / "ada+ps00+2026").mkdir(parents=True)
    (other / "feedback").mkdir()
    (other / "feedback" / "c3.html").write_text("Feedback for ada", encoding="utf-8")
    before = everything(other)
    forget(group, "ada", write=True)
    assert everything(other) == before


def test_an_exchange_that_cannot_be_read_deletes_nothing(
    group: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, iterdir = everything(group.settings.root), Path.iterdir

    def closed(folder: Path) -> Iterator[Path]:
        if folder.name == "inbound":
            raise PermissionError
        return iterdir(folder)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", closed)
        with pytest.raises(Problem, match=r"inbound cannot be read; run this as the account"):
            forget(group, "ada", write=True)
    assert everything(group.settings.root) == before


def test_a_roster_with_mistakes_deletes_nothing(group: Class) -> None:
    (group.folder / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    before = everything(group.settings.root)
    with pytest.raises(Problem, match="no column"):
        forget(group, "ada", write=True)
    assert everything(group.settings.root) == before


def test_numbers_of_a_contest_stay_and_are_not_given_twice(group: Class) -> None:
    path = group.folder / "results" / "ps00" / ENVELOPE
    before = json.loads(path.read_bytes())["numbers"]
    first = next(student for student in NAMES if before[student] == 1)
    forget(group, first, write=True)
    students = {*NAMES, "eve"} - {first}
    envelope = open_envelope(path, {}, students, SECRET)
    others = {who: number for who, number in before.items() if who != first}
    assert envelope.numbers == {**others, "eve": 4}
    assert set(envelope.entries) == set(others)


def test_rows_go_and_all_other_bytes_stay() -> None:
    text = '\ufeffstudent,note\r\nada,"two\r\nlines"\r\nbob,"ada, and more"\n\ncem,ada.b\n'
    kept, taken = without_rows(text, {"ada"})
    assert taken == 1
    assert kept == '\ufeffstudent,note\r\nbob,"ada, and more"\n\ncem,ada.b\n'
    assert without_rows("", {"ada"}) == ("", 0)
    assert without_rows("ada,b\nc,d", {"ada"}) == ("ada,b\nc,d", 0)  # the header


def test_the_command(group: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(group.settings.root)
    run = CliRunner().invoke
    listed = run(app, ["forget", "ada"])
    assert listed.exit_code == 0 and "Nothing was deleted" in listed.output
    assert (group.folder / "submitted" / "ada").is_dir()
    assert run(app, ["forget", "ada", "--write"]).exit_code == 0
    again = run(app, ["forget", "ada", "--write"])
    assert again.exit_code == 0 and "The class holds nothing of ada" in again.output
    assert "adam, bob" in again.output
    with (group.folder / "roster.csv").open(encoding="utf-8", newline="") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["adam", "bob"]


def test_a_number_in_a_row_is_not_an_id() -> None:
    text = "student,name_in_lms,attempt,score\n1,x,1,2\n2,y,1,1\n3,z,2,1\n"
    assert without_rows(text, {"1"}) == (text.replace("1,x,1,2\n", ""), 1)
    table = "first,second,share\n1,2,1\n2,3,1\n3,1,0.5\n"
    assert without_rows(table, {"1"}) == ("first,second,share\n2,3,1\n", 2)


@pytest.mark.parametrize(
    ("name", "header", "mine", "others"),
    [
        (
            "changes.csv",
            "when,student,notebook,exercise,before,after",
            "t,7,n,e,1,2",
            "t,bob,n,e,7,2",
        ),
        (FILE, ",".join(HEADER), "t,prof,7,why,1.0,Good.", "t,7,bob,why,7.0,As 7 says"),
    ],
)
def test_rows_of_others_stay_when_they_name_the_student(
    group: Class, name: str, header: str, mine: str, others: str
) -> None:
    with (group.folder / "roster.csv").open("a") as roster:
        roster.write("7,Seven Of Nine\n")
    path = group.folder / "results" / "ps00" / name
    path.write_text(f"{header}\n{mine}\n{others}\n")
    forget(group, "7", write=True)
    assert path.read_text() == f"{header}\n{others}\n"


@pytest.mark.parametrize("student", ["o'brien", 'the"first', "a&b"])
def test_a_page_names_a_student_in_every_way_of_escaping(student: str, tmp_path: Path) -> None:
    who = who_is(student, tmp_path)
    for number, name in enumerate({student, html.escape(student), str(escape(student))}):
        page = tmp_path / f"{number}.html"
        page.write_text(f"<td>{name}</td>")
        assert who.is_in(page), name
