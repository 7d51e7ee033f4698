"""python -m grader collect: downloads of each kind, and what becomes of them."""

import csv
import io
import os
import re
import shutil
import stat
import time
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner, Result

from grader.classroom.backup.backup import backup_class, restore_class
from grader.classroom.collect import download
from grader.classroom.collect.attempts import Attempts
from grader.classroom.gradebook.store import gradebook_of
from grader.classroom.remarks import COSTS_NOTHING, collected_facts
from grader.cli import app
from grader.settings import Settings, load_settings
from tests.classroom.downloads import NAME, in_folder, make_course, notebook, zipped
from tests.project import ROOT

FILE = f"{NAME}.ipynb"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_course(tmp_path_factory.mktemp("made"))


class Collecting:
    """A course in a folder of its own, and the command."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.classroom = settings.classroom

    def kind(self, kind: str) -> None:
        text = f'[lms]\nkind = "{kind}"\nzone = "Europe/Berlin"\n'
        (self.settings.root / "course.toml").write_text(text)

    def notebook(self, answer: str = "", assignment: str = "ps98") -> bytes:
        return notebook(self.settings, answer, assignment)

    def run(self, path: Path | bytes, *options: str, code: int = 0) -> str:
        if isinstance(path, bytes):
            (self.folder / "download.zip").write_bytes(path)
            path = self.folder / "download.zip"
        result = self.result(path, *options)
        assert result.exit_code == code, result.output
        return result.output

    def result(self, path: Path, *options: str) -> Result:
        arguments = ["collect", "ps98", str(path), *options]
        return CliRunner().invoke(app, arguments, env={"COLUMNS": "800"})

    def submitted(self, student: str) -> dict[str, bytes]:
        folder = self.classroom / "submitted" / student / "ps98"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    def students(self) -> set[str]:
        return {path.name for path in (self.classroom / "submitted").glob("*")}

    def origins(self) -> list[dict[str, str]]:
        path = self.classroom / "collected" / "ps98" / "origins.csv"
        return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))

    def everything(self) -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in self.classroom.rglob("*") if p.is_file()}


@pytest.fixture
def to(
    made: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading_kept: None
) -> Collecting:
    """A copy of the course, in which the command is run."""
    shutil.copytree(made.root, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    return Collecting(load_settings(tmp_path / "course"), tmp_path)


# --- Each kind of download ------------------------------------------------------------------------


def test_canvas(to: Collecting) -> None:
    to.kind("canvas")
    files = {
        f"lovelaceada_12345_5001_{NAME}-1.ipynb": to.notebook("ada"),
        "lovelaceada_12345_5002_data.csv": b"1,2\n",
        f"müllerlindzoë_LATE_777_5003_{FILE}": to.notebook("zoe"),
        "obrienbob_4711_5004_My work.ipynb": to.notebook("bob"),  # a number nobody has: by name
        "smitheva_902_text.html": b"<p>Please see my mail</p>",
    }
    said = to.run(zipped(files), "--write", code=1)
    assert to.submitted("ada") == {FILE: to.notebook("ada"), "data.csv": b"1,2\n"}
    assert to.submitted("zoe") == {FILE: to.notebook("zoe")}  # the zip's times are of the download
    assert to.submitted("bob") == {FILE: to.notebook("bob")}
    assert to.students() == {"ada", "zoe", "bob"}
    assert (
        "late, says the LMS" in said
        and "there is no notebook (found: smitheva_902_text.html)" in said
    )
    assert to.origins()[0] == {
        "student": "ada",
        "name_in_lms": "lovelaceada_12345",
        "attempt": "1",
        "file": f"lovelaceada_12345_5001_{NAME}-1.ipynb",
        "handed_in": "",
        "order": "5001",
        "facts": "",
    }
    facts = {row["student"]: row["facts"] for row in to.origins()}
    assert facts == {"ada": "", "zoe": "late, says the LMS", "bob": ""}
    assert collected_facts(to.classroom, "ps98") == {"zoe": ("late, says the LMS", COSTS_NOTHING)}


def test_in_canvas_the_later_of_two_uploads_counts(to: Collecting) -> None:
    to.kind("canvas")
    files = {
        f"lovelaceada_12345_5009_{NAME}-1.ipynb": to.notebook("later"),
        f"lovelaceada_12345_5001_{FILE}": to.notebook("first"),
    }
    said = to.run(zipped(files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("later")}
    kept = to.classroom / "collected" / "ps98" / "ada"
    assert (kept / "1" / FILE).read_bytes() == to.notebook("first")
    assert (kept / "2" / FILE).read_bytes() == to.notebook("later")
    assert "an earlier attempt, is kept" in said


def test_in_canvas_two_people_of_one_name_are_told_apart(to: Collecting) -> None:
    to.kind("canvas")
    of_ada, of_bob = f"lovelaceada_12345_5001_{FILE}", f"obrienbob_4711_5003_{FILE}"
    files = {
        of_ada: to.notebook("ada"),
        f"lovelaceada_99999_5002_{FILE}": to.notebook("another Ada"),
        of_bob: to.notebook("bob"),
        f"obrienbob_815_5004_{FILE}": to.notebook("another Bob"),
    }
    said = to.run(zipped(files), "--write", code=1)
    assert to.submitted("ada") == {FILE: to.notebook("ada")} and to.students() == {"ada"}
    several = "are the numbers of several people called like"
    assert f"lovelaceada_99999: 12345, 99999 {several} ada;" in said
    assert f"obrienbob_4711: 4711, 815 {several} bob;" in said  # neither is in the roster
    (to.classroom / "collect_names.csv").write_text("name,student\nobrienbob_4711,bob\n")
    to.run(zipped(files), "--write", code=1)
    assert to.submitted("bob") == {FILE: to.notebook("bob")}, "the other Bob's comes later"


def test_what_competes_within_one_download_is_told(to: Collecting) -> None:
    to.kind("canvas")
    files = {
        f"lovelaceada_12345_5001_{FILE}": to.notebook("ada"),
        "lovelaceada_12345_5002_data.csv": b"1,2\n",
        "lovelaceada_12345_5003_data.csv": b"3,4\n",
    }
    said = to.run(zipped(files), "--write")
    assert "left out beside it: an earlier lovelaceada_12345_5002_data.csv" in said, said
    assert to.submitted("ada")["data.csv"] == b"3,4\n"


def test_the_number_of_work_that_was_handed_in_again_is_noted(to: Collecting) -> None:
    to.kind("canvas")
    for number in (5001, 5009):
        to.run(zipped({f"lovelaceada_12345_{number}_{FILE}": to.notebook("good")}), "--write")
    assert [row["order"] for row in to.origins()] == ["5009"]
    between = zipped({f"lovelaceada_12345_5005_{FILE}": to.notebook("between")})
    assert "older than what counts" in to.run(between, "--write")
    assert to.submitted("ada") == {FILE: to.notebook("good")}


def test_an_anonymous_name_is_settled_by_hand(to: Collecting) -> None:
    to.kind("canvas")
    files = zipped({f"anon_Xy12z_67890_{FILE}": to.notebook("?")})
    said = to.run(files, code=1)
    assert "anon_Xy12z: nobody in class/roster.csv is called so" in said
    (to.classroom / "collect_names.csv").write_text("name,student\nanon_Xy12z,eva2\n")
    to.run(files, "--write")
    assert to.submitted("eva2") == {FILE: to.notebook("?")}


@pytest.mark.parametrize("between", ["_/", "/", "_"])  # Moodle 3.1, 4, and without folders
def test_moodle(to: Collecting, between: str) -> None:
    to.kind("moodle")
    decomposed = unicodedata.normalize("NFD", "Zoë Müller-Lind")
    files = {
        # The number is of the submission, not of the student: 777 is zoe's in the roster.
        f"Ada Lovelace_777_assignsubmission_file{between}{FILE}": to.notebook("ada"),
        f"Ada Lovelace_777_assignsubmission_onlinetext{between}onlinetext.html": b"<p>Hi</p>",
        f"{decomposed}_31_assignsubmission_file{between}{NAME} (1).ipynb": to.notebook("zoe"),
        f"Bob OBrien_32_assignsubmission_file{between}work.zip": zipped(
            {f"work/{FILE}": to.notebook("bob"), "work/.ipynb_checkpoints/x.ipynb": b"{}"}
        ),
        f"Eva Smith_33_assignsubmission_file{between}{FILE}": to.notebook("eva"),
    }
    said = to.run(in_folder(to.folder / "download", files), "--write", code=1)
    assert to.submitted("ada") == {FILE: to.notebook("ada"), "onlinetext.html": b"<p>Hi</p>"}
    assert to.submitted("zoe")[FILE] == to.notebook("zoe")
    assert to.submitted("bob") == {FILE: to.notebook("bob")}
    assert "this may be the work of eva1 or of eva2; add a line" in said
    assert to.students() == {"ada", "zoe", "bob"}
    folder = f"Ada Lovelace_777_assignsubmission_file{between.rstrip('/')}"
    assert to.origins()[0]["name_in_lms"] == folder


def test_blackboard(to: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")  # the machine's zone plays no part
    time.tzset()
    to.kind("blackboard")
    first, second = "2026-11-20-13-58-23", "2026-11-21-08-00-00"
    files = {
        f"Small_set_ada_attempt_{first}_{FILE}": to.notebook("first"),
        f"Small_set_ada_attempt_{first}.txt": b"Name: Ada Lovelace (ada)\nDate Submitted: ...",
        f"Small_set_ada_attempt_{second}_{FILE}": to.notebook("second"),
        f"Small_set_ada_attempt_{second}_mine.txt": b"note",
        f"Small_set_12345_x_attempt_{second}_{FILE}": to.notebook("x"),
    }
    said = to.run(zipped(files), "--write", code=1)
    monkeypatch.undo()
    time.tzset()
    assert to.submitted("ada") == {
        FILE: to.notebook("second"),
        "mine.txt": b"note",
        "timestamp.txt": b"2026-11-21 07:00:00 UTC\n",
    }
    attempts = [(row["attempt"], row["handed_in"]) for row in to.origins()]
    assert attempts == [("1", "2026-11-20 12:58:23 UTC"), ("2", "2026-11-21 07:00:00 UTC")]
    assert "Small_set_12345_x: nobody in class/roster.csv" in said


def test_a_time_of_the_lms_goes_before_one_of_a_table(to: Collecting) -> None:
    to.kind("blackboard")
    (to.folder / "times.csv").write_text("student,handed_in\nada,2026-11-19T12:00:00Z\n")
    files = zipped({f"Small_set_ada_attempt_2026-11-20-13-58-23_{FILE}": to.notebook()})
    said = to.run(files, "--times", str(to.folder / "times.csv"), "--write")
    assert "the time in its name counts, not the one of --times" in said
    assert to.origins()[0]["handed_in"] == "2026-11-20 12:58:23 UTC"


def test_github(to: Collecting) -> None:
    to.kind("github")
    files = {
        f"small-set-submissions/small-set-ada/{FILE}": to.notebook("ada"),
        "small-set-submissions/small-set-ada/README.md": b"# Mine",
        "small-set-submissions/small-set-ada/.git/config": b"[core]\nfsmonitor = touch /tmp/x",
        "small-set-submissions/small-set-777/another/ps97_small.ipynb": to.notebook("", "ps97"),
        f"small-set-submissions/small-set-777/work/{FILE}": to.notebook("zoe"),
    }
    to.run(in_folder(to.folder / "download", files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("ada"), "README.md": b"# Mine"}
    assert to.submitted("zoe") == {FILE: to.notebook("zoe")}


def test_one_repository_alone(to: Collecting) -> None:
    to.kind("github")
    to.run(zipped({f"small-set-ada-main/{FILE}": to.notebook("ada")}), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("ada")}


def test_files_of_drive_and_folders(to: Collecting) -> None:
    files = {
        "Ada Lovelace - Small problem set (1).ipynb": to.notebook("ada"),
        f"{NAME} - Bob O'Brien.ipynb": to.notebook("bob"),
        f"zoe.lind@uni.example/{FILE}": to.notebook("zoe"),
        f"eva2/home/{FILE}": to.notebook("eva2"),
        "eva2/home/data/a.csv": b"1",
        "somebody.ipynb": to.notebook("somebody"),
    }
    said = to.run(in_folder(to.folder / "download", files), "--write", code=1)
    for student in ("ada", "bob", "zoe", "eva2"):
        assert to.submitted(student)[FILE] == to.notebook(student)
    assert to.submitted("eva2")["home/data/a.csv"] == b"1"
    assert "somebody.ipynb: nobody in class/roster.csv is called so" in said
    assert "1 student has no submission yet: eva1" in said


def test_a_folder_around_everything_does_not_count(to: Collecting) -> None:
    files = {f"handed in/{who}/{FILE}": to.notebook(who) for who in ("ada", "bob")}
    to.run(zipped(files), "--write")
    assert to.students() == {"ada", "bob"}
    to.run(zipped({f"eva1/{FILE}": to.notebook("one")}), "--write")
    assert to.students() == {"ada", "bob", "eva1"}


# --- Attempts and times ---------------------------------------------------------------------------


def test_the_clock_of_a_student_orders_two_files_and_says_not_when_they_were_handed_in(
    to: Collecting,
) -> None:
    first, second = f"Ada Lovelace - {NAME}.ipynb", f"Ada Lovelace - {NAME} (1).ipynb"
    files = {first: to.notebook("second"), second: to.notebook("first")}
    times = {first: datetime(2026, 11, 20, 14, 0, 2), second: datetime(2026, 11, 19, 14, 0, 2)}
    to.run(zipped(files, times), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("second")}


MOODLES = """\ufeffIdentifier,"Full name","Email address",Status,"Last modified (submission)",Grade
"Participant 7","Zoë Müller-Lind",zoe.lind@uni.example,x,"Friday, 20 November 2026, 1:58 PM",
"Participant 8","Bob O'Brien",bob@uni.example,x,-,
"""


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("student,handed_in\nzoe,2026-11-20T13:58:00+01:00\n", "2026-11-20 12:58:00 UTC"),
        ("student;handed_in\nzoe;2026-11-20 12:58:00 UTC\n", "2026-11-20 12:58:00 UTC"),
        (MOODLES, "2026-11-20 12:58:00 UTC"),
    ],
)
def test_a_table_gives_the_times(to: Collecting, table: str, expected: str) -> None:
    to.kind("moodle")
    name = "Zoë Müller-Lind_7_assignsubmission_file"
    files = zipped({f"{name}/{FILE}": to.notebook("z"), f"{name}/a.csv": b"1"})
    assert "not known for 1 of them" in to.run(files, "--write")
    (to.folder / "times.csv").write_text(table, encoding="utf-8")
    options = ("--times", str(to.folder / "times.csv"), "--write")
    to.run(files, *options)
    assert to.submitted("zoe")["timestamp.txt"].decode() == f"{expected}\n"
    assert "Nothing to do" in to.run(files, *options)
    assert "Nothing to do" in to.run(files, "--write")  # what is known is not forgotten
    assert to.submitted("zoe")["timestamp.txt"].decode() == f"{expected}\n"


def test_a_worksheet_tells_namesakes_apart(to: Collecting) -> None:
    to.kind("moodle")
    names = [f"Eva Smith_{n}_assignsubmission_file/{FILE}" for n in (33, 34)]
    files = zipped({name: to.notebook(name) for name in names})
    assert "this may be the work of eva1 or of eva2" in to.run(files, code=1)
    table = (
        "Identifier,Full name,Email address,ID number,Last modified (submission)\n"
        "Participant 33,Eva Smith,,902,-\nParticipant 34,Eva Smith,,901,-\n"
    )
    path = to.folder / "worksheet.csv"
    path.write_text(table.replace("901", "950"), encoding="utf-8")
    said = to.run(files, "--times", str(path), "--write", code=1)
    assert "this may be the work of eva1 or of eva2" in said  # of whom the roster has no number
    assert to.students() == {"eva2"}
    path.write_text(table, encoding="utf-8")
    to.run(files, "--times", str(path), "--write")
    assert to.submitted("eva1") == {FILE: to.notebook(names[1])}
    assert to.submitted("eva2") == {FILE: to.notebook(names[0])}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            "student,handed_in\nzoe,yesterday\n",
            "line 2: 'yesterday' is not a time; write it like 2026-",
        ),
        ("student,handed_in\nzoe,2026-11-20\n", "line 2: '2026-11-20' is not a time"),
        ("student,handed_in\nnobody,2026-11-20\n", "line 2: nobody: nobody in class/roster.csv"),
        ("who,when\n", "neither the columns student,handed_in nor those of Moodle's"),
    ],
)
def test_a_table_of_times_that_cannot_be_read_is_told(
    to: Collecting, table: str, words: str
) -> None:
    (to.folder / "times.csv").write_text(table, encoding="utf-8")
    files = zipped({f"ada/{FILE}": to.notebook("a")})
    assert words in to.run(files, "--times", str(to.folder / "times.csv"), code=2)


# The clocks of Berlin show 2:00 to 3:00 twice on 25 October 2026, and not at all on 28 March 2027.
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("2026-10-25-01-59-00", "2026-10-25-02-10-00", True),
        ("2026-10-25-02-50-00", "2026-10-25-03-01-00", True),
        ("2026-10-25-02-50-00", "2026-10-25-02-55-00", False),  # or an hour before
        ("2027-03-28-01-59-00", "2027-03-28-03-00-00", True),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_nothing_is_guessed_within_the_hour_that_comes_twice(
    to: Collecting, first: str, second: str, told: bool, at_once: bool
) -> None:
    to.kind("blackboard")
    files = [
        {f"Small_set_ada_attempt_{time}_{FILE}": to.notebook(time)} for time in (first, second)
    ]
    if not at_once:
        to.run(zipped(files[0]), "--write")
    said = to.run(zipped(files[0] | files[1]), "--write", code=not told)
    there = second if told else first
    if told or not at_once:
        assert to.submitted("ada")[FILE] == to.notebook(there)
    else:
        assert to.submitted("ada") == {} and "the clocks show twice" in said
        rows = f"name,student\n{next(iter(files[0]))},\n"
        (to.classroom / "collect_names.csv").write_text(rows)
        to.run(zipped(files[0] | files[1]), "--write")
        assert to.submitted("ada")[FILE] == to.notebook(second)


@pytest.mark.parametrize("machine", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (datetime(2026, 10, 25, 1, 59), datetime(2026, 10, 25, 2, 10), True),
        (datetime(2026, 10, 25, 2, 50), datetime(2026, 10, 25, 3, 2), True),
        (datetime(2026, 10, 25, 2, 10), datetime(2026, 10, 25, 2, 50), False),
        (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 3, 10), True),  # the zip is in UTC
        (datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 3, 10), True),  # the same in New York
    ],
)
def test_the_times_in_a_zip_file_order_files_where_they_tell(
    to: Collecting,
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    first: datetime,
    second: datetime,
    told: bool,
) -> None:
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    to.kind("files")  # in Berlin
    names = [f"Ada Lovelace - {NAME} (1).ipynb", f"Ada Lovelace - {NAME}.ipynb"]
    files = {names[0]: to.notebook("1"), names[1]: to.notebook("2"), "zoe/x.txt": b"early"}
    times = {names[0]: first, names[1]: second, "zoe/x.txt": datetime(2026, 2, 1)}
    said = to.run(zipped(files, times), "--write", code=1)
    monkeypatch.undo()
    time.tzset()
    assert to.submitted("ada") == ({FILE: to.notebook("2")} if told else {})
    assert told is not ("more than one file could be meant" in said)


def test_two_files_without_a_time_are_not_guessed_between(to: Collecting) -> None:
    files = {
        f"Ada Lovelace - {NAME}.ipynb": to.notebook("one"),
        f"Ada Lovelace - {NAME} (1).ipynb": to.notebook("two"),
    }
    assert "more than one file could be meant" in to.run(zipped(files), "--write", code=1)
    assert to.submitted("ada") == {}
    rows = f"name,student\nAda Lovelace - {NAME}.ipynb,\n"
    (to.classroom / "collect_names.csv").write_text(rows)
    to.run(zipped(files), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("two")


def test_two_equal_files_are_one(to: Collecting) -> None:
    files = {f"Ada Lovelace - {NAME}{n}.ipynb": to.notebook("one") for n in ("", " (1)")}
    to.run(zipped(files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("one")}


def test_nothing_is_written_without_write(to: Collecting) -> None:
    before = to.everything()
    said = to.run(zipped({f"ada/{FILE}": to.notebook("a")}))
    assert "new" in said and "Nothing was written" in said
    assert to.everything() == before


def test_a_second_run_changes_nothing(to: Collecting) -> None:
    files = zipped({f"ada/{FILE}": to.notebook("a"), f"bob/{FILE}": to.notebook("b")})
    to.run(files, "--write")
    before = to.everything()
    said = to.run(files, "--write")
    assert "unchanged" in said and "Nothing to do" in said
    assert to.everything() == before


def test_a_newer_attempt_replaces_and_an_old_download_does_not(to: Collecting) -> None:
    old, new = (zipped({f"ada/{FILE}": to.notebook(x)}) for x in ("old", "new"))
    to.run(old, "--write")
    assert "nothing tells which is newer" in to.run(new, "--write", code=1)
    assert to.submitted("ada")[FILE] == to.notebook("old")
    assert "replaces what was there" in to.run(new, "--newer", "--write")
    assert to.submitted("ada")[FILE] == to.notebook("new")
    said = to.run(old, "--write")
    assert "an earlier attempt, kept as number 1; number 2 counts" in said
    assert to.submitted("ada")[FILE] == to.notebook("new")


def test_an_older_attempt_does_not_replace_a_newer_one(to: Collecting) -> None:
    to.kind("blackboard")
    to.run(zipped({f"s_ada_attempt_2026-11-21-08-00-00_{FILE}": to.notebook("new")}), "--write")
    old = zipped({f"s_ada_attempt_2026-11-20-08-00-00_{FILE}": to.notebook("old")})
    assert "older than what counts" in to.run(old, "--write")
    assert to.submitted("ada")[FILE] == to.notebook("new")


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_of_two_attempts_with_the_same_time_the_number_decides(to: Collecting, kind: str) -> None:
    to.kind(kind)
    table = to.folder / "times.csv"
    table.write_text("student,handed_in\nada,2026-11-20T13:58:00+01:00\n", encoding="utf-8")
    names = {
        "canvas": "lovelaceada_12345_500{}_" + FILE,
        "moodle": "Ada Lovelace_{}_assignsubmission_file/" + FILE,
    }
    for number, text in ((1, "first"), (2, "second")):
        files = zipped({names[kind].format(number): to.notebook(text)})
        said = to.run(
            files, "--times", str(table), "--write", code=int((kind, number) == ("moodle", 2))
        )
    assert to.submitted("ada")[FILE] == to.notebook("second" if kind == "canvas" else "first")
    assert ("--newer" in said) == (kind == "moodle")


def test_work_that_was_put_there_by_hand_gets_its_time(to: Collecting) -> None:
    to.kind("blackboard")
    in_folder(to.classroom / "submitted" / "ada" / "ps98", {FILE: to.notebook("a")})
    files = zipped({f"s_ada_attempt_2026-11-21-08-00-00_{FILE}": to.notebook("a")})
    assert "there already" in to.run(files, "--write")
    assert "2026-11-21" in to.submitted("ada")["timestamp.txt"].decode()


def test_what_lay_there_before_is_kept(to: Collecting) -> None:
    by_hand = to.classroom / "submitted" / "ada" / "ps98"
    in_folder(by_hand, {FILE: b"by hand", "timestamp.txt": b"2026-11-01 00:00:00 UTC"})
    to.run(zipped({f"ada/{FILE}": to.notebook("new")}), "--newer", "--write")
    assert to.submitted("ada") == {FILE: to.notebook("new")}  # nor is the old time left
    kept = to.classroom / "collected" / "ps98" / "ada" / "1"
    assert (kept / FILE).read_bytes() == b"by hand"
    assert (kept / "timestamp.txt").read_bytes() == b"2026-11-01 00:00:00 UTC\n"


def test_what_was_edited_after_collecting_stays_and_is_kept(to: Collecting) -> None:
    download = zipped({f"ada/{FILE}": to.notebook("a")})
    to.run(download, "--write")
    path = to.classroom / "submitted" / "ada" / "ps98" / FILE
    path.write_bytes(b"repaired")
    before = to.origins()[0]
    assert "unchanged" in to.run(download, "--write")
    assert path.read_bytes() == b"repaired"
    to.run(zipped({f"ada/{FILE}": to.notebook("b")}), "--newer", "--write")
    assert path.read_bytes() == to.notebook("b")
    assert (to.classroom / "collected/ps98/ada/2" / FILE).read_bytes() == b"repaired"
    assert to.origins()[1] == {**before, "attempt": "2", "order": "0"}  # from the same place


def test_a_backup_has_the_attempts(to: Collecting) -> None:
    to.run(zipped({f"ada/{FILE}": to.notebook("a")}), "--write")
    before = to.origins()
    url = gradebook_of(to.settings, to.classroom)
    made = backup_class(to.classroom, url, "course")
    shutil.rmtree(to.classroom / "collected")
    restore_class(to.classroom, url, "course", made.file)
    assert to.origins() == before
    assert "unchanged" in to.run(to.folder / "download.zip", "--write")


def test_what_was_removed_is_put_back(to: Collecting) -> None:
    download = zipped({f"ada/{FILE}": to.notebook("a")})
    to.run(download, "--write")
    os.remove(to.classroom / "submitted" / "ada" / "ps98" / FILE)
    os.rmdir(to.classroom / "submitted" / "ada" / "ps98")
    assert "put back" in to.run(download, "--write")
    assert to.submitted("ada") == {FILE: to.notebook("a")}


def test_what_was_interrupted_goes_on(to: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    to.run(zipped({f"ada/{FILE}": to.notebook("old")}), "--write")
    new = zipped({f"ada/{FILE}": to.notebook("new"), f"bob/{FILE}": to.notebook("b")})
    for step in ("place", "keep"):

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Attempts, step, stop)
            to.run(new, "--newer", "--write", code=130)
        assert to.submitted("ada")[FILE] in (to.notebook("old"), to.notebook("new"))
    to.run(new, "--newer", "--write")
    assert to.submitted("ada") == {FILE: to.notebook("new")}
    assert to.submitted("bob") == {FILE: to.notebook("b")}
    assert [(r["student"], r["attempt"]) for r in to.origins()] == [
        ("ada", "1"),
        ("ada", "2"),
        ("bob", "1"),
    ]


# --- What is not collected ------------------------------------------------------------------------


def test_what_is_not_a_notebook_of_this_problem_set_is_listed(to: Collecting) -> None:
    files = {
        "ada/ps98_small.ipynb": b"<!DOCTYPE html><html></html>",
        "bob/ps98_small.ipynb": b"",
        "zoe/ps98_small.ipynb": to.notebook("", "ps97"),
        "eva1/report.pdf": b"%PDF",
        "eva2/ps98_small.ipynb": to.notebook("right"),
        "eva2/ps97_small.ipynb": to.notebook("", "ps97"),
    }
    said = to.run(zipped(files), "--write", code=1)
    assert to.students() == {"eva2"}
    assert to.submitted("eva2") == {FILE: to.notebook("right")}
    for words in (
        "it is a web page; download the notebook itself",
        "it is an empty file",
        "it is a notebook of ps97, not of ps98",
        "there is no notebook (found: report.pdf); ask for it",
        "left out: it is a notebook of ps97",
    ):
        assert words in said


@pytest.mark.parametrize("name", ["ps06.tar.gz", "Work.TGZ", "work.7z", "work.rar"])
def test_what_is_packed_in_another_way_is_to_be_packed_as_zip(to: Collecting, name: str) -> None:
    said = to.run(zipped({f"ada/{name}": b"packed"}), "--write", code=1)
    assert f"there is no notebook (found: {name}); pack it as zip" in said


def test_what_cannot_be_used_does_not_replace_what_can(to: Collecting) -> None:
    to.kind("blackboard")
    files = {
        f"s_ada_attempt_2026-11-20-08-00-00_{FILE}": to.notebook("good"),
        f"s_ada_attempt_2026-11-21-08-00-00_{FILE}": b"<html>",
    }
    said = to.run(zipped(files), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("good")
    assert "left out: it is a web page" in said


def test_a_notebook_without_a_known_cell_is_taken_if_it_is_the_only_one(to: Collecting) -> None:
    own = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def linear_forward(): 1")])
    text = nbformat.writes(own).encode()
    to.run(zipped({"ada/mine.ipynb": text}), "--write")
    assert to.submitted("ada") == {FILE: text}


def test_a_students_own_timestamp_is_left_out(to: Collecting) -> None:
    files = {f"ada/{FILE}": to.notebook("a"), "ada/timestamp.txt": b"2020-01-01 00:00:00 UTC"}
    assert "left out beside it: timestamp.txt" in to.run(zipped(files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("a")}


def test_no_time_in_a_zip_file_is_one_of_handing_in(to: Collecting) -> None:
    inner = zipped({FILE: to.notebook("a")}, {FILE: datetime(2020, 1, 1)})
    files = {"ada/work.zip": inner, f"bob/{FILE}": to.notebook("b")}
    times = {f"bob/{FILE}": datetime(2026, 11, 20, 9, 0, 0)}
    assert "not known for 2 of them" in to.run(zipped(files, times), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("a")}
    assert to.submitted("bob") == {FILE: to.notebook("b")}


# --- The student's part of a name -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (
            "blackboard",
            "ps98_ada_attempt_2026-11-20-13-58-23_x_bob_attempt_2026-11-20-12-00-00_a.ipynb",
        ),
        (
            "moodle",
            "Ada Lovelace_12_assignsubmission_file_Bob OBrien_3_assignsubmission_file_a.ipynb",
        ),
        ("canvas", "lovelaceada_12345_50_obrienbob_88_51_a.ipynb"),
    ],
)
def test_the_name_of_a_students_file_says_nothing_of_who_or_when(
    to: Collecting, kind: str, name: str
) -> None:
    to.kind(kind)
    to.run(zipped({name: to.notebook("a")}), "--write")
    assert to.students() == {"ada"}
    if kind == "blackboard":
        assert to.submitted("ada")["timestamp.txt"] == b"2026-11-20 12:58:23 UTC\n"


@pytest.mark.parametrize(
    "name", ["bob - ps98_small - Ada Lovelace.ipynb", "Ada Lovelace - bob.ipynb"]
)
def test_a_name_that_fits_two_students_is_a_question(to: Collecting, name: str) -> None:
    said = to.run(zipped({name: to.notebook("a")}), "--write", code=1)
    assert "this may be the work of ada or of bob" in said and to.students() == set()


def test_the_end_of_an_account_is_not_another_account(to: Collecting) -> None:
    to.kind("github")
    roster = to.classroom / "roster.csv"
    roster.write_text(roster.read_text().replace("12345", "not-bob"))
    to.run(zipped({f"ps98-not-bob/{FILE}": to.notebook("a")}), "--write")
    assert to.students() == {"ada"}
    roster.write_text(roster.read_text().replace("not-bob", "12345"))
    files = {f"hw-{who}/{FILE}": to.notebook(who) for who in ("not-bob", "777")}
    assert "hw-not-bob: nobody" in to.run(zipped(files), "--write", code=1)
    assert to.students() == {"ada", "zoe"}


def test_an_old_download_of_canvas_replaces_nothing_and_work_can_come_back(to: Collecting) -> None:
    to.kind("canvas")

    def download(number: int, text: str) -> bytes:
        return zipped({f"lovelaceada_12345_{number}_{FILE}": to.notebook(text)})

    to.run(download(5009, "B"), "--write")
    assert "older than what counts" in to.run(download(5001, "A"), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("B")
    to.run(download(5010, "A"), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("A")
    to.run(download(5011, "B"), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("B"), "a version that comes back counts"
    assert "unchanged" in to.run(download(5011, "B"), "--write")


def test_work_that_comes_back_within_one_download_counts(to: Collecting) -> None:
    to.kind("canvas")

    def name(number: int) -> str:
        return f"lovelaceada_12345_{number}_{FILE}"

    to.run(zipped({name(5001): to.notebook("A")}), "--write")
    both = {name(5002): to.notebook("B"), name(5003): to.notebook("A")}
    to.run(zipped(both), "--write")
    assert to.submitted("ada")[FILE] == to.notebook("A")
    kept = to.classroom / "collected" / "ps98" / "ada"
    texts = [(kept / n / FILE).read_bytes() for n in "123"]
    assert texts == [to.notebook(x) for x in "ABA"], "what counts is the last of those kept"


def test_an_unknown_time_never_replaces_a_known_one(to: Collecting) -> None:
    to.kind("moodle")
    files = zipped({f"Ada Lovelace_1_assignsubmission_file/{FILE}": to.notebook("a")})
    table = to.folder / "times.csv"

    def stamp(time: str = "") -> bytes:
        table.write_text(f"student,handed_in\nada,{time}\n")
        to.run(files, *(("--times", str(table)) if time else ()), "--write")
        return to.submitted("ada").get("timestamp.txt", b"")

    assert stamp("2026-11-20 12:00:00+00:00") == b"2026-11-20 12:00:00 UTC\n"
    assert stamp() == b"2026-11-20 12:00:00 UTC\n"
    assert stamp("2026-11-20 11:00:00+00:00") == b"2026-11-20 11:00:00 UTC\n", "a correction"
    assert len(list((to.classroom / "collected/ps98/ada").iterdir())) == 1
    assert [row["handed_in"] for row in to.origins()] == ["2026-11-20 11:00:00 UTC"]


def test_a_time_without_a_zone_is_refused(to: Collecting) -> None:
    (to.settings.root / "course.toml").write_text('[lms]\nkind = "blackboard"\n')
    files = zipped({f"s_ada_attempt_2026-11-20-08-00-00_{FILE}": to.notebook("a")})
    assert "write the zone" in to.run(files, "--write", code=2) and to.students() == set()


def test_the_untouched_original_beside_a_copy_with_answers_is_a_question(to: Collecting) -> None:
    files = {f"ada/{FILE}": to.notebook(), f"ada/{NAME}-Copy1.ipynb": to.notebook("answered")}
    said = to.run(zipped(files), "--write", code=1)
    assert f"To collect ada/{NAME}-Copy1.ipynb, which has most answers" in said
    (to.classroom / "collect_names.csv").write_text(f"name,student\nada/{FILE},\n")
    to.run(zipped(files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("answered")}


def test_what_start_over_has_kept_is_no_question(to: Collecting) -> None:
    kept = f"ada/old_answers/{NAME}_2026-11-20_09-00-00.ipynb"
    to.run(zipped({f"ada/{FILE}": to.notebook("new"), kept: to.notebook("old")}), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("new")}


@pytest.mark.parametrize("packed", [False, True])
def test_of_the_whole_course_only_what_is_the_students_is_taken(
    to: Collecting, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (to.settings.root / "README.md").write_text("# The course")
    files = {
        f"course/notebooks/ps98/{FILE}": to.notebook("a"),
        "course/notebooks/ps97/ps97_small.ipynb": to.notebook("", "ps97"),
        "course/course_lib/op.py": b"class Op: ...",
        "course/README.md": b"# The course",
        "course/notebooks/ps98/mine.csv": b"1",
    }
    if packed:
        monkeypatch.setattr(download, "MOST_IN_ZIP", 3)
        said = to.run(zipped({"ada/course.zip": zipped(files)}), "--write", code=1)
        assert to.submitted("ada") == {FILE: to.notebook("a")}
        assert "a zip file with 5 files" in said and "only its notebooks are read" in said
        return
    said = to.run(zipped({f"ada/{name}": text for name, text in files.items()}), "--write")
    assert to.submitted("ada") == {
        FILE: to.notebook("a"),
        "course/notebooks/ps98/mine.csv": b"1",
    }
    assert "the course's own files (2)" in said
    assert said.count("not of ps98") == 1


GUIDE = (ROOT / "docs/grading_a_class.md").read_text("utf-8")
PLATFORMS = re.findall(r"^\| (\w+).* \| `(.+)` \| `'(.+)'` \|$", GUIDE, re.M)


@pytest.mark.parametrize(("platform", "place", "pattern"), PLATFORMS)
def test_the_guides_patterns_describe_other_platforms(
    to: Collecting, platform: str, place: str, pattern: str
) -> None:
    time = "time = '%b %d, %Y %I%M %p'\n" if "time" in pattern else ""
    text = f"[lms]\npattern = '{pattern}'\n{time}zone = 'Europe/Berlin'\n"
    (to.settings.root / "course.toml").write_text(text)
    if platform == "Gradescope":
        (to.classroom / "collect_names.csv").write_text(f"name,student\n{place},ada\n")
    files = zipped({f"Sheet 1/{place}/{FILE}": to.notebook("a"), "index.html": b"<p>"})
    said = to.run(files, code=1)
    assert "matched: " in said and "not named as lms.pattern says" in said and not to.students()
    to.run(files, "--write", code=1)
    assert to.submitted("ada")[FILE] == to.notebook("a")
    assert to.submitted("ada").get("timestamp.txt") == (
        b"2026-11-20 12:58:00 UTC\n" if platform == "Brightspace" else None
    )


@pytest.mark.parametrize(
    ("clock", "handed_in"),
    [
        ("105 PM", "20 12:05"),
        ("129 AM", "20 00:29"),
        ("1011 PM", "20 21:11"),
        ("1205 AM", "19 23:05"),
    ],
)
def test_hour_and_minute_in_one_number_are_told_apart(
    to: Collecting, clock: str, handed_in: str
) -> None:
    text = "[lms]\npattern = '(?P<student>[^/]+) - (?P<time>[^/]+)/(?P<file>.+)'\n"
    text += "time = '%b %d, %Y %I%M %p'\nzone = 'Europe/Berlin'\n"
    (to.settings.root / "course.toml").write_text(text)
    to.run(zipped({f"ada - Nov 20, 2026 {clock}/{FILE}": to.notebook("a")}), "--write")
    assert to.submitted("ada")["timestamp.txt"] == f"2026-11-{handed_in}:00 UTC\n".encode()


def test_the_guide_has_four_platforms() -> None:
    named = [platform for platform, *_rest in PLATFORMS]
    assert named == ["Brightspace", "ILIAS", "OpenOlat", "Gradescope"]


def test_missing_rows_of_the_origins_are_written_again(to: Collecting) -> None:
    files = zipped({f"ada/{FILE}": to.notebook("a"), f"bob/{FILE}": to.notebook("b")})
    to.run(files, "--write")
    before = to.origins()
    path = to.classroom / "collected" / "ps98" / "origins.csv"
    path.unlink()
    to.run(files, "--write")
    assert to.origins() == before


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../outside.ipynb", "its path leads out of the folder"),
        ("/etc/outside.ipynb", "its path leads out of the folder"),
        ("C:\\outside.ipynb", "its path leads out of the folder"),
        ("..\\outside.ipynb", "its path leads out of the folder"),
    ],
)
def test_a_path_that_leads_out_is_left_out(to: Collecting, name: str, why: str) -> None:
    files = {name: to.notebook("x"), f"ada/{FILE}": to.notebook("a")}
    assert why in to.run(zipped(files), "--write", code=1)
    inner = zipped({name: to.notebook("x"), FILE: to.notebook("b")})
    assert why in to.run(zipped({"bob/work.zip": inner}), "--write", code=1)
    assert to.students() == {"ada", "bob"}
    assert to.submitted("bob") == {FILE: to.notebook("b")}
    assert not list(to.folder.rglob("outside*"))


def test_what_follows_the_lms_prefix_cannot_lead_out(to: Collecting) -> None:
    to.kind("canvas")
    files = {
        f"lovelaceada_12345_5001_{FILE}": to.notebook("a"),
        "lovelaceada_12345_5002_..": b"1",
        "lovelaceada_12345_5003_../outside.csv": b"2",
        "lovelaceada_12345_5004___init__.py": b"3",
        "lovelaceada_12345_5005_.hidden": b"4",
        "lovelaceada_12345_5006_deep/" + "d/" * 30 + "deep.csv": b"5",
    }
    said = to.run(zipped(files), "--write")
    assert "left out beside it: " in said
    expected = {FILE: to.notebook("a"), "__init__.py": b"3", ".hidden": b"4"}
    assert to.submitted("ada") == expected
    assert not list(to.folder.rglob("outside.csv"))
    assert "Nothing to do" in to.run(zipped(files), "--write")


def test_a_file_in_the_place_of_a_folder_is_left_out(to: Collecting) -> None:
    inner = {"data": b"1", "data/a.csv": b"2", f"{FILE}/b.csv": b"3", FILE: to.notebook("a")}
    files = {"ada/work.zip": zipped(inner), f"bob/{FILE}": to.notebook("b")}
    assert "left out beside it: a.csv, b.csv" in to.run(zipped(files), "--write")
    assert to.submitted("ada") == {FILE: to.notebook("a"), "data": b"1"}
    assert to.students() == {"ada", "bob"}


def test_odd_names_are_read_or_told(to: Collecting) -> None:
    files = {
        f"ada/{FILE}": to.notebook("a"),
        "ada/Picture at 3.04\u202fPM.png": b"1",
        "ada/a\nb.csv": b"2",
        f"ada/{'x' * 250}.csv": b"3",
    }
    said = to.run(zipped(files), "--write", code=1)
    assert to.submitted("ada") == {FILE: to.notebook("a"), "Picture at 3.04 PM.png": b"1"}
    assert "characters that cannot be shown" in said and "its name is too long" in said


def test_links_are_left_out(to: Collecting) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("ada/data.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"ada/{FILE}", to.notebook("a"))
    assert "a link, and links are not followed" in to.run(file.getvalue(), "--write", code=1)
    assert to.submitted("ada") == {FILE: to.notebook("a")}
    folder = in_folder(to.folder / "download", {f"bob/{FILE}": to.notebook("b")})
    (folder / "bob" / "data.csv").symlink_to("/etc/passwd")
    assert "a link, and links are not followed" in to.run(folder, "--write", code=1)
    assert to.submitted("bob") == {FILE: to.notebook("b")}


def test_bombs_are_not_unpacked(to: Collecting) -> None:
    bomb = zipped({"bomb.ipynb": b" " * (40 << 20)})
    files = {
        "ada/work.zip": bomb,
        f"bob/{FILE}": to.notebook("b"),
        "eva1/x.ipynb": b"0" * (3 << 20),
    }
    said = to.run(zipped(files), "--write", code=1)
    assert said.count("packed more than 200 times") == 2
    assert to.students() == {"bob"}


def test_an_entry_that_holds_more_than_it_says_is_damaged(to: Collecting) -> None:
    content = to.notebook("a") * 50
    data = bytearray(zipped({f"ada/{FILE}": content, f"bob/{FILE}": to.notebook("b")}))
    size = len(content).to_bytes(4, "little")
    assert data.count(size) == 2
    to.run(bytes(data.replace(size, (100).to_bytes(4, "little"))), "--write", code=1)
    assert to.students() == {"bob"}


def test_a_zip_of_too_many_or_in_another_is_left_out(
    to: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_IN_ZIP", 3)
    many = zipped({f"{n}.csv": b"" for n in range(4)})
    nested = zipped({"inner.zip": zipped({FILE: to.notebook("b")}), "a.csv": b""})
    files = {"ada/work.zip": many, "bob/work.zip": nested, "zoe/work.zip": b"PK\3\4 no"}
    said = to.run(zipped(files), "--write", code=1)
    assert "a zip file with 4 files" in said
    assert "a zip file in a zip file" in said
    assert "no zip file, or a damaged one" in said


def test_the_name_of_a_mac_is_read(to: Collecting) -> None:
    """Its zip files have UTF-8 in their names, with accents apart, and do not say so."""
    to.kind("moodle")
    name = unicodedata.normalize("NFD", f"Zoë Müller-Lind_1_assignsubmission_file/{FILE}")
    plain = "Z" * len(name.encode())
    data = zipped({plain: to.notebook("z")})
    to.run(data.replace(plain.encode(), name.encode()), "--write")
    assert to.submitted("zoe") == {FILE: to.notebook("z")}


# --- What the command needs -----------------------------------------------------------------------


def test_another_lms_is_recognised(to: Collecting) -> None:
    said = to.run(zipped({f"lovelaceada_12345_1_{FILE}": to.notebook("a")}), code=2)
    assert "named as Canvas does it" in said and 'write kind = "canvas"' in said
    to.kind("canvas")
    assert "not named as Canvas does it" in to.run(
        zipped({f"ada/{FILE}": to.notebook("a")}), code=1
    )


def test_without_roster_or_download_there_is_an_error(to: Collecting) -> None:
    assert "there is no nothing.zip" in to.run(Path("nothing.zip"), code=2)
    assert "is not a zip file" in to.run(b"text", code=2)
    assert "no files" in to.run(zipped({}), code=2)
    (to.classroom / "roster.csv").unlink()
    said = to.run(zipped({f"ada/{FILE}": to.notebook("a")}), code=2)
    assert "roster.csv; make it from the list of participants: python -m grader roster" in said


def test_a_name_settled_in_two_ways_is_refused(to: Collecting) -> None:
    lines = "name,student\nada.ipynb,ada\nada.ipynb,\n"
    (to.classroom / "collect_names.csv").write_text(lines)
    said = to.run(zipped({"ada.ipynb": to.notebook()}), code=2)
    assert "line 3: 'ada.ipynb' stands for another student in a line above" in said


def test_names_settled_by_hand_must_be_in_the_roster(to: Collecting) -> None:
    (to.classroom / "collect_names.csv").write_text("name,student\nx.ipynb,nobody\n")
    said = to.run(zipped({"x.ipynb": to.notebook("a")}), code=2)
    assert "collect_names.csv, line 2: 'nobody' is not in" in said


def test_a_file_in_the_place_of_the_folder_is_told(to: Collecting) -> None:
    (to.classroom / "submitted" / "ada").mkdir(parents=True)
    (to.classroom / "submitted" / "ada" / "ps98").write_text("file")
    said = to.run(zipped({f"ada/{FILE}": to.notebook("a")}), "--write", code=1)
    assert "is not a folder; move it away" in said
