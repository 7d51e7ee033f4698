"""What restore refuses, and what is left when a command is stopped or another one writes."""

import gzip
import io
import json
import os
import shutil
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from grader.authoring import publish as publishing
from grader.classroom import record
from grader.classroom.agreement import Agreement
from grader.classroom.backup.backup import backup_class
from grader.classroom.backup.file import ABOUT, CONTENTS
from grader.classroom.gradebook.store import SqliteFile
from grader.classroom.writer import LOCK
from grader.settings import load_settings
from tests.classroom.small_class import AUTOMATIC, SmallClass, make_class
from tests.classroom.test_writer import another_writing
from tests.cli.commands import refused, run
from tests.project import ROOT, copy_course

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """One submission, graded, with its page, and a backup in ``good.tar.gz``."""
    small = make_class(tmp_path_factory.mktemp("course"))
    small.hand_in("amy", small.notebook())
    os.chdir(small.settings.root)
    for command in (("autograde", "ps98"), ("feedback", "ps98"), ("backup", "good.tar.gz")):
        result = run(*command)
        assert result.exit_code == 0, result.output
    return small


@pytest.fixture
def small(graded: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallClass:
    """A copy, in which the commands are run."""
    copy = graded.copy(tmp_path / "course")
    monkeypatch.chdir(copy.settings.root)
    return copy


def content(root: Path) -> dict[str, bytes]:
    """Every file of a class but the lock."""
    files = (path for path in root.rglob("*") if path.is_file() and path.name != LOCK)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


# --- What is not a backup ------------------------------------------------------------------------


def rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    """The backup with its files changed, in their order."""

    def write(file: Path) -> None:
        with tarfile.open(file) as archive:
            members = [m for m in archive.getmembers() if m.isreg()]
            held = {m.name: archive.extractfile(m).read() for m in members}
        change(held)
        with tarfile.open(file, "w:gz") as archive:
            for name, text in held.items():
                member = tarfile.TarInfo(name)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text))

    return write


def about(**changed: object) -> Callable[[Path], None]:
    def change(held: dict[str, bytes]) -> None:
        held[ABOUT] = json.dumps(json.loads(held[ABOUT]) | changed).encode()

    return rewritten(change)


def another_archive(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        archive.add(ROOT / "docs", "submitted")


def forget_gradebook(held: dict[str, bytes]) -> None:
    del held["gradebook.db"]


def with_a_link(file: Path) -> None:
    rewritten(lambda held: None)(file)
    whole = io.BytesIO(gzip.decompress(file.read_bytes()))
    with tarfile.open(fileobj=whole, mode="a") as archive:
        member = tarfile.TarInfo("here")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    file.write_bytes(gzip.compress(whole.getvalue()))


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(data)


WRONG = {
    "another archive": (another_archive, ["is not a backup of a class", ABOUT]),
    "rubbish": (lambda file: file.write_bytes(b"x" * 1000), ["cannot be read as a backup"]),
    "nothing": (lambda file: file.unlink(), ["cannot be read as a backup", "No such file"]),
    "half of it": (truncate, ["cannot be read as a backup"]),
    "a damaged byte": (flip, ["good.tar.gz"]),
    "of a later version": (about(version=2), ["of version 2", "reads version 1"]),
    "of another course": (about(course="cooking"), ["'cooking'", "course.id"]),
    "of another kind": (about(kind="recipes"), ["is not a backup of a class"]),
    "of a server": (about(gradebook="PostgreSQL"), ["PostgreSQL", "SQLite"]),
    "from before grading": (about(gradebook=""), ["holds no gradebook"]),
    "without its gradebook": (rewritten(forget_gradebook), ["damaged or incomplete"]),
    "with another file": (
        rewritten(lambda held: held.update({".secret": b"x" * 32})),
        ["damaged or incomplete"],
    ),
    "without its list": (rewritten(lambda held: held.pop(CONTENTS)), ["damaged or incomplete"]),
    "with a file outside": (
        rewritten(lambda held: held.update({"../outside": b"x"})),
        ["../outside is no plain file or folder inside"],
    ),
    "with a link": (with_a_link, ["here is no plain file or folder inside"]),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_a_backup_of_this_class_changes_nothing(small: SmallClass, what: str) -> None:
    damage, words = WRONG[what]
    damage(small.settings.root / "good.tar.gz")
    before = content(small.settings.classroom)
    refused(run("restore", "good.tar.gz"), *words)
    assert content(small.settings.classroom) == before
    assert run("verify", "ps98").exit_code == 0


def test_submissions_can_be_kept_before_anything_is_graded(tmp_path: Path) -> None:
    small = make_class(tmp_path / "course")
    small.hand_in("amy", small.notebook())
    os.chdir(small.settings.root)
    assert run("backup", "good.tar.gz").exit_code == 0
    shutil.rmtree(small.settings.classroom)
    assert run("restore", "good.tar.gz").exit_code == 0
    assert small.group.students("ps98") == ["amy"]


# --- Beside other commands ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [("backup",), ("restore", "good.tar.gz"), ("verify", "ps98"), ("autograde", "ps98")],
    ids=" ".join,
)
def test_a_command_waits_for_no_other_and_disturbs_none(
    small: SmallClass, command: tuple[str, ...]
) -> None:
    with another_writing(small.settings.classroom) as process:
        before = content(small.settings.classroom)
        refused(run(*command), "another command is writing", f"process {process.pid}")
        assert content(small.settings.classroom) == before
    assert run(*command).exit_code == 0


def test_what_is_checked_and_removed_is_not_written_by_others_meanwhile(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def noting(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def noted(*arguments: object, **options: object) -> object:
            lock = FileLock(small.settings.classroom / LOCK, timeout=0, is_singleton=True)
            held.append(lock.is_locked)
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, noted)

    noting(record, "require_agreement")
    noting(Agreement, "remove_outdated_pages")
    noting(Agreement, "disagreements")
    for command in ("autograde", "feedback", "verify"):
        assert run(command, "ps98").exit_code == 0
    assert len(held) == 6 and all(held)


# --- Ctrl-C ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("as_in_a_terminal")
def test_ctrl_c_while_a_class_is_restored_waits_until_it_is_whole(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(small.settings.classroom)
    small.hand_in("ben", small.notebook())
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    result = run("restore", "good.tar.gz")
    assert result.exit_code == 130 and "Traceback" not in result.output
    after = content(small.settings.classroom)
    assert small.points() == {"amy": AUTOMATIC}
    del before["gradebook.db"]  # SQLite counts its writings in it
    kept = {k: v for k, v in after.items() if not k.startswith(("backups/", "gradebook.db"))}
    assert kept == before
    assert any(name.endswith("submitted/ben/ps98/ps98_small.ipynb") for name in after)
    assert run("verify", "ps98").exit_code == 0


def test_a_class_that_cannot_be_moved_stays_as_it_is(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = content(small.settings.classroom), Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "results":
            raise OSError(16, "Device or resource busy", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    refused(run("restore", "good.tar.gz"), "busy")
    assert content(small.settings.classroom) == before


@pytest.mark.usefixtures("as_in_a_terminal")
def test_ctrl_c_leaves_no_half_backup_and_no_half_report(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(small.settings.classroom)

    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteFile, "copy_to", interrupted)
        result = run("backup")
        assert result.exit_code == 130 and "Ctrl-C" in result.stderr
    assert content(small.settings.classroom) == before
    with monkeypatch.context() as patched:
        patched.setattr("grader.files.os.replace", interrupted)
        result = run("autograde", "ps98")
        assert result.exit_code == 130 and "Traceback" not in result.output
    after = content(small.settings.classroom)
    assert {k: v for k, v in after.items() if "report" in k} == {
        k: v for k, v in before.items() if "report" in k
    }
    assert small.points() == {"amy": AUTOMATIC}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This course with one problem set."""
    folders = ("course_lib", "course_lessons", "grader", "docs", "solutions/ps12", "notebooks/ps12")
    files = ("course.toml", "pyproject.toml", "LICENSE")
    return copy_course(tmp_path_factory.mktemp("one") / "course", *folders, *files)


@pytest.mark.usefixtures("as_in_a_terminal")
@pytest.mark.parametrize("moment", ["while it is written", "while it is put in place"])
@pytest.mark.parametrize("there", [False, True])
def test_ctrl_c_leaves_the_students_files_as_they_were_or_whole(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, there: bool
) -> None:
    monkeypatch.chdir(course)
    out = tmp_path / "out"
    if there:
        assert run("student-release", str(out)).exit_code == 0
        (out / "docs").rename(tmp_path / "docs")
        (out / "docs").symlink_to(tmp_path / "docs")  # an older tree may hold anything
        (out / "LICENSE").write_text("old")
    before = content(out)
    if moment == "while it is written":
        monkeypatch.setattr(
            publishing, "_pyproject", lambda root: signal.raise_signal(signal.SIGINT)
        )
    else:
        rename = Path.rename

        def interrupted(self: Path, target: Path) -> Path:
            signal.raise_signal(signal.SIGINT)
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", interrupted)
    result = run("student-release", str(out))
    assert result.exit_code == 130 and "Traceback" not in result.output
    monkeypatch.undo()
    if moment == "while it is written":
        assert content(out) == before and out.exists() == there
    monkeypatch.chdir(course)
    done = content(out)
    assert run("student-release", str(out)).exit_code == 0
    if moment != "while it is written":
        assert content(out) == done
    assert content(tmp_path / "docs") if there else True


@pytest.mark.parametrize("what", ["a file", "in the course", "of somebody else", "not writable"])
def test_where_the_students_files_cannot_go(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(course)
    out = tmp_path / "out"
    if what == "a file":
        out.write_text("mine")
    elif what == "in the course":
        out = load_settings(course).notebooks / "out"
    elif what == "of somebody else":
        out.mkdir()
        (out / "thesis.txt").write_text("mine")
    else:
        out = Path("/proc/out")  # where not even root can write
    before = content(tmp_path), content(course)
    refused(run("student-release", str(out)), str(out))
    assert (content(tmp_path), content(course)) == before


def test_two_backups_in_one_second_are_two_files(small: SmallClass) -> None:
    url = small.group.gradebook
    first, second = (backup_class(small.settings.classroom, url, "course").file for _ in range(2))
    assert first < second and first.is_file() and second.is_file()
