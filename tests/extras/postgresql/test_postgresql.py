"""A gradebook on PostgreSQL: the same marks as with SQLite, nothing half, clear words."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Grade
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from grader.authoring.release import release
from grader.classroom.agreement import Agreement
from grader.classroom.backup.backup import backup_class, restore_class
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.cells import has_assignment, noted_cells
from grader.classroom.gradebook.marks import comments, entries, scores
from grader.classroom.gradebook.session import one_step, opened
from grader.classroom.gradebook.store import (
    InUse,
    gradebook_of,
    gradebook_url,
    require_writable,
    store_of,
)
from grader.classroom.record import generate_feedback
from grader.classroom.school_class import Class
from grader.extras.postgresql import connection, dump
from grader.problems import Problem
from grader.settings import Gradebook, Settings, SettingsError
from tests.classroom.large_class import ASSIGNMENT, CELLS, fill_gradebook, student
from tests.classroom.small_class import NAME, SmallClass, make_class
from tests.cli.commands import run
from tests.extras.postgresql.postgresql_server import PASSWORD, Server, running_server

pytestmark = [pytest.mark.postgres, pytest.mark.sandbox]
ROOT = Path(__file__).parents[3]
COURSE = Settings(ROOT).course.id
QUESTION = """# %% [markdown] manual="first" points=1
# ### BEGIN SOLUTION
# Yes.
# ### END SOLUTION
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield running


def class_on(url: str, root: Path) -> SmallClass:
    """Four submissions, graded. All classes have one secret, so that their cases are the same."""
    small = make_class(root, f'[gradebook]\nurl = "{url}"\n' if url else "")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    small.settings.classroom.mkdir()
    (small.settings.classroom / ".secret").write_bytes(b"a secret of 32 bytes or even more")
    small.hand_in("amy", small.notebook())
    small.hand_in("ben [ü] '", small.with_text("linear_forward"))
    small.hand_in("cem", "<html>")
    late = small.hand_in("dora", small.notebook("answer_rows"))
    (late / "timestamp.txt").write_text("2026-03-01 12:00:00.000000 CET", encoding="utf-8")
    small.autograde()
    generate_feedback(small.group, "ps98")
    return small


@pytest.fixture(scope="module")
def with_file(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return class_on("", tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def with_server(server: Server, tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return class_on(server.url(server.new_database()), tmp_path_factory.mktemp("postgresql"))


def gradebooks(*classes: SmallClass) -> list[str]:
    return [small.group.gradebook for small in classes]


def page(small: SmallClass, name: str) -> str:
    """A page of feedback without the ids that notebooks give cells at random."""
    path = small.settings.classroom / "feedback" / name / "ps98" / f"{NAME}.html"
    return re.sub(r"cell-id=\w+", "", path.read_text(encoding="utf-8"))


def agree(small: SmallClass) -> None:
    group = Class(small.settings, small.settings.classroom)
    agreement = Agreement(group.folder, group.gradebook, "ps98")
    assert agreement.disagreements(group.students("ps98"), [NAME]) == {}


# --- The same as with a file ----------------------------------------------------------------------


def test_marks_comments_and_pages_are_those_of_sqlite(
    with_file: SmallClass, with_server: SmallClass
) -> None:
    urls = file, url = gradebooks(with_file, with_server)
    assert url.startswith("postgresql+psycopg://") and file.startswith("sqlite:///")
    assert with_file.points() == {"amy": 6.0, "ben [ü] '": 2.0, "cem": 0.0, "dora": 1.0}
    for read in (scores, entries, lambda url, assignment: noted_cells(url, assignment, NAME)):
        assert read(file, "ps98") == read(url, "ps98") != {}
    for name in with_file.points():
        assert comments(file, "ps98", name) == comments(url, "ps98", name)
        assert page(with_file, name) == page(with_server, name)
    times = []
    for one in urls:
        with opened(one) as gradebook:
            times.append(gradebook.find_submission("ps98", "dora").timestamp)
    assert times[0] == times[1] and times[0].hour == 11
    agree(with_server)


def test_the_second_run_has_nothing_to_do(with_server: SmallClass) -> None:
    assert set(with_server.autograde().values()) == {""}


def test_cells_keep_their_order_when_one_is_changed(with_server: SmallClass) -> None:
    """An update moves a row behind the others in PostgreSQL's table."""
    url = with_server.group.gradebook
    before = [cell.name for cell in noted_cells(url, "ps98", NAME)]
    with opened(url) as gradebook:
        first = gradebook.find_source_cell(before[0], NAME, "ps98")
        source = first.source
        for text_ in ("changed", source):
            first.source = text_
            gradebook.db.commit()
        rows = list(gradebook.db.scalars(text("SELECT name FROM source_cell")))
    assert rows[0] != before[0], "the row was not moved, so that this shows nothing"
    assert [cell.name for cell in noted_cells(url, "ps98", NAME)] == before


@pytest.mark.parametrize("kind", ["file", "server"])
def test_cells_of_a_notebook_that_was_released_anew_are_in_its_order(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """nbgrader then deletes all cells, and gives those that it knew their old ids."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "any")  # takes seconds
    settings = make_class(tmp_path).settings
    url = server.url(server.new_database()) if kind == "server" else gradebook_url(tmp_path)
    release("ps98", settings.root, tmp_path / "first", gradebook=url)
    source = settings.solutions / "ps98" / f"{NAME}.py"
    before = source.read_text("utf-8")
    source.write_text(before.replace("# %% setup", f"{QUESTION}\n# %% setup"), encoding="utf-8")
    released = nbformat.read(release("ps98", settings.root, tmp_path / "second", gradebook=url), 4)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in released.cells]
    assert next(filter(None, names)) == "manual_first"
    assert [cell.name for cell in noted_cells(url, "ps98", NAME)] == list(filter(None, names))


def test_nbgraders_own_commands_and_formgrader_work_with_it(with_server: SmallClass) -> None:
    def nbgrader(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=with_server.settings.root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout + ended.stderr

    before = with_server.points()
    said = nbgrader("autograde", "ps98", "--force", "--student", "amy", "--debug")
    assert "asked for" in said and PASSWORD not in said
    assert with_server.points() == before
    config = class_config(with_server.settings, with_server.settings.classroom)
    formgrader = NbGraderAPI(CourseDirectory(config=config))  # what its pages are made from
    shown = {one["student"]: one["score"] for one in formgrader.get_submissions("ps98")}
    assert shown == before
    (book,) = formgrader.get_notebooks("ps98")
    assert book["num_submissions"] == 4 and book["needs_manual_grade"]


@pytest.mark.long  # what is killed at which step is tried with a file
def test_killed_while_a_mark_is_recorded(server: Server, tmp_path: Path) -> None:
    small = make_class(tmp_path, f'[gradebook]\nurl = "{server.url(server.new_database())}"\n')
    small.hand_in("amy", small.notebook())

    def grade(*arguments: str) -> int:
        command = [sys.executable, "-m", "tests.classroom.killed", str(tmp_path), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, check=False
        ).returncode

    for step in ("between two cells", "before the note"):
        assert grade(step, "1") == -signal.SIGKILL
    assert grade() == 0
    assert small.points() == {"amy": 6.0}
    agree(small)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_students(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "any")  # takes seconds
    numbers = []
    for students in (3, 60):
        folder = tmp_path / str(students)
        folder.mkdir()
        on_server = kind == "server"
        url = server.url(server.new_database()) if on_server else gradebook_url(folder)
        fill_gradebook(url, students)
        made: list[str] = []

        def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
            made.append(statement)  # noqa: B023 (called within the same turn)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            found, held = scores(url, ASSIGNMENT), entries(url, ASSIGNMENT)
            said = comments(url, ASSIGNMENT, student(1))
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        numbers.append(len(made))
        assert len(found) == len(held) == students and len(said) == 1
        with opened(url) as gradebook:  # as nbgrader computes it
            one = gradebook.find_submission(ASSIGNMENT, student(2))
            assert found[student(2)].score == one.score - one.late_submission_penalty
            assert found[student(2)].total == one.max_score == 2 * CELLS
        assert found[student(2)].by_hand == 2.0
    assert numbers[0] == numbers[1] < 100


# --- One writer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("autograde", "ps98"), ("feedback", "ps98"), ("restore",)])
def test_another_machine_that_writes_to_the_database_is_named(
    with_server: SmallClass, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(with_server.settings.root)
    if command == ("restore",):
        run("backup")
    with store_of(with_server.group.gradebook).only_writer("eva on elsewhere, process 7"):
        result = run(*command)
    assert result.exit_code == 2, result.output
    assert "another command" in result.stderr and "eva on elsewhere, process 7" in result.stderr
    assert run("verify", "ps98").exit_code == 0


def test_the_lock_ends_with_its_connection(server: Server) -> None:
    name = server.new_database()
    url = server.url(name)
    with store_of(url).only_writer("eva"):
        server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='{name}'")
        with (
            store_of(url).only_writer("flo"),
            pytest.raises(InUse, match="flo"),
            store_of(url).only_writer("gus"),
        ):
            pass


# --- Backup and restore ---------------------------------------------------------------------------


def grade_by_hand(url: str, points: float) -> None:
    with opened(url) as gradebook:
        grade = gradebook.db.scalars(select(Grade).where(Grade.needs_manual_grade)).first()
        grade.manual_score = points
        gradebook.db.commit()


def test_a_backup_brings_back_every_mark(
    server: Server, with_server: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(with_server.settings.root)
    url, classroom = with_server.group.gradebook, with_server.settings.classroom
    before = entries(url, "ps98")
    cells = noted_cells(url, "ps98", NAME)
    result = run("backup")
    assert result.exit_code == 0, result.output
    grade_by_hand(url, 1.5)
    changed = entries(url, "ps98")
    assert changed != before
    shutil.rmtree(classroom / "results")
    result = run("restore")
    assert result.exit_code == 0, result.output
    assert entries(url, "ps98") == before and noted_cells(url, "ps98", NAME) == cells
    assert run("verify", "ps98").exit_code == 0
    aside = sorted((classroom / "backups").glob("before-*"))[-1]
    dump.restore_gradebook(url, aside / "gradebook.dump")
    assert entries(url, "ps98") == changed
    elsewhere = server.url(server.new_database())
    dump.restore_gradebook(elsewhere, aside / "gradebook.dump")
    assert entries(elsewhere, "ps98") == changed
    assert run("restore").exit_code == 0


def test_what_cannot_be_restored_changes_nothing(
    with_server: SmallClass, with_file: SmallClass, tmp_path: Path
) -> None:
    url, classroom = with_server.group.gradebook, with_server.settings.classroom
    of_file = backup_class(with_file.settings.classroom, with_file.group.gradebook, COURSE).file
    of_server = backup_class(classroom, url, COURSE).file
    before, asides = entries(url, "ps98"), len(list((classroom / "backups").glob("before-*")))
    with pytest.raises(Problem, match="holds a gradebook of SQLite"):
        restore_class(classroom, url, COURSE, of_file)
    with pytest.raises(Problem, match="holds a gradebook of PostgreSQL"):
        restore_class(with_file.settings.classroom, with_file.group.gradebook, COURSE, of_server)
    whole = tmp_path / "gradebook.dump"
    dump.dump_gradebook(url, whole)
    (tmp_path / "half.dump").write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    with pytest.raises(Problem, match="nothing was changed"):
        dump.restore_gradebook(url, tmp_path / "half.dump")
    with connection.connected(url) as reader:
        reader.execute(text("SELECT count(*) FROM grade"))
        with pytest.raises(Problem, match="in use"):
            restore_class(classroom, url, COURSE, of_server)
    assert entries(url, "ps98") == before
    assert len(list((classroom / "backups").glob("before-*"))) == asides
    agree(with_server)


def test_a_connection_that_is_kept_outlives_a_restoration(
    with_server: SmallClass, tmp_path: Path
) -> None:
    """The database then has other types, which a statement prepared before would look for."""
    url = with_server.group.gradebook

    def asked() -> list[float]:
        found = []
        with one_step(url):
            for _ in range(10):  # psycopg prepares what it is asked for the sixth time
                with opened(url) as gradebook:
                    found.append(gradebook.find_submission("ps98", "amy").score)
        return found

    before = asked()
    dump.dump_gradebook(url, tmp_path / "whole.dump")
    dump.restore_gradebook(url, tmp_path / "whole.dump")
    assert asked() == before


def test_a_view_of_ones_own_keeps_a_restoration_from_half_happening(
    server: Server, with_server: SmallClass, tmp_path: Path
) -> None:
    url, database = with_server.group.gradebook, with_server.group.gradebook.rpartition("/")[2]
    dump.dump_gradebook(url, tmp_path / "whole.dump")
    before = entries(url, "ps98")
    server.run("CREATE VIEW points AS SELECT auto_score FROM grade", database)
    try:
        with pytest.raises(Problem, match=r"nothing was changed.*grade"):
            dump.restore_gradebook(url, tmp_path / "whole.dump")
    finally:
        server.run("DROP VIEW points", database)
    assert entries(url, "ps98") == before


def program(folder: Path, name: str, version: str) -> None:
    folder.mkdir()
    (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    (folder / name).chmod(0o755)


def test_the_programs_must_be_there_and_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "FOLDERS", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="postgresql-client"):
        dump.find_program("pg_dump", 15)
    for version in ("13.4", "16.2", "17beta1"):
        (tmp_path / version).mkdir()
        program(tmp_path / version / "bin", "pg_dump", version)
    assert dump.find_program("pg_dump", 15) == tmp_path / "16.2" / "bin" / "pg_dump"
    with pytest.raises(Problem, match=r"pg_dump 17 is too old for .* PostgreSQL 18"):
        dump.find_program("pg_dump", 18)


# --- Words for what is wrong ----------------------------------------------------------------------


def refused(url: str, *words: str) -> None:
    with pytest.raises(Problem) as raised:
        require_writable(Path("/tmp"), url)
    told = str(raised.value)
    assert all(word in told for word in words), told
    assert PASSWORD not in told and "\n" not in told and len(told) < 500


def test_why_the_database_cannot_be_reached(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = server.new_database()
    refused(server.url("none"), 'database "none" does not exist', "createdb")
    refused(server.url(name).replace(f":{server.port}", ":1"), "refused", "is running")
    server.run(f"REVOKE CONNECT ON DATABASE {name} FROM public, grader")
    refused(server.url(name), "permission denied", "right to connect")
    monkeypatch.setenv("PGPASSWORD", "wrong")
    refused(server.url(name), "password authentication failed", "PGPASSWORD")
    monkeypatch.delenv("PGPASSWORD")
    refused(server.url(name), "no password supplied", "PGPASSWORD")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    refused(server.url(name), "psycopg", "not installed", "pip install")


def test_a_database_that_is_not_a_gradebook_or_cannot_be_written(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "any")  # takes seconds
    name = server.new_database()
    require_writable(Path("/tmp"), server.url(name))
    assert not has_assignment(server.url(name), "ps98")
    server.run("CREATE TABLE recipes (id int)", name)
    refused(server.url(name), "is not a gradebook", "createdb")
    server.run("DROP TABLE recipes", name)
    fill_gradebook(server.url(name), 1)
    server.run("CREATE TABLE recipes (id int)", name)
    refused(server.url(name), "other tables", "recipes")
    server.run("DROP TABLE recipes", name)
    server.run("REVOKE UPDATE ON grade FROM grader", name)
    store_of(server.url(name)).require_sound()
    refused(server.url(name), "no right to UPDATE", "table grade")
    server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refused(server.url(name), "only reads")
    latin = server.new_database("ENCODING latin1 TEMPLATE template0")
    refused(server.url(latin), "LATIN1", "UTF8")
    server.run("ALTER DATABASE postgres OWNER TO postgres")
    refused(server.url("postgres"), "no right to make tables", "grader the owner")


@pytest.mark.parametrize("place", ["course.toml", "COURSE_GRADEBOOK"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("mysql://u@h/d", "begins with mysql://"),
        ("class/gradebook.db", "cannot be read"),
        ("postgresql://u@h", "names no database"),
        ("postgresql://u:se@cret@h/d", "%40"),
    ],
)
def test_an_address_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, given: str, words: str
) -> None:
    settings = Settings(tmp_path)
    if place == "course.toml":
        settings = Settings(tmp_path, gradebook=Gradebook(given))
    else:
        monkeypatch.setenv(place, given)
    with pytest.raises(SettingsError, match=f"{place} must be.*{words}") as raised:
        gradebook_of(settings, settings.classroom)
    assert "cret" not in str(raised.value)


def test_a_password_is_in_no_address_and_not_in_the_settings_file(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = server.new_database()
    monkeypatch.setenv("PGPASSWORD", "")
    for given in (server.with_password(name), server.url(name) + "?password=secret"):
        settings = Settings(tmp_path, gradebook=Gradebook(given))
        with pytest.raises(SettingsError, match="holds a password") as raised:
            gradebook_of(settings, settings.classroom)
        assert "secret" not in str(raised.value)
    monkeypatch.setenv("COURSE_GRADEBOOK", server.with_password(name))
    settings = Settings(tmp_path)
    url = gradebook_of(settings, settings.classroom)
    assert url == server.url(name)
    require_writable(tmp_path, url)
    demo = settings.build / "demo"
    assert gradebook_of(settings, demo) == gradebook_url(demo)


def test_a_wrong_password_is_one_line_without_it(
    with_server: SmallClass, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(with_server.settings.root)
    monkeypatch.setenv("PGPASSWORD", "")
    wrong = server.with_password(with_server.group.gradebook.rpartition("/")[2], "not-this-one")
    monkeypatch.setenv("COURSE_GRADEBOOK", wrong)
    for command in (("autograde", "ps98"), ("verify", "ps98"), ("backup",), ("build", "ps98")):
        result = run(*command)
        assert result.exit_code == 2, result.output
        assert "password authentication failed" in result.stderr
        assert result.stderr.count("\n") == 1 and "not-this-one" not in result.output


def test_a_name_that_is_too_long_costs_one_student_and_says_why(
    with_server: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(with_server.settings.root)
    folder = with_server.hand_in("x" * 129, with_server.release)
    result = run("autograde", "ps98")
    shutil.rmtree(folder.parent)
    assert result.exit_code == 2 and "129 characters" in result.stderr, result.output
    assert "Traceback" not in result.output and len(with_server.points()) == 4
