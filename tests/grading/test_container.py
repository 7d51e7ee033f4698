"""The container that stands in for bubblewrap: its command, its life, and the wall tried live.

The live tests need an engine that can run containers (Docker, Podman); without one they are not
run. Their image is empty: the programs are this machine's, mounted read-only, so nothing has to be
downloaded.
"""

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from grader.grading.process.fault import NoSandbox
from grader.grading.sandbox import container
from grader.grading.sandbox.bubblewrap import HIDDEN_PACKAGES
from grader.grading.sandbox.container import ENGINES, IMAGE, Container, build_image, find_container
from grader.grading.sandbox.escape_trials import try_to_escape
from grader.grading.sandbox.notebook_process import Lost, NotebookProcess, NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.sandbox.student_tree import HIDDEN, student_tree
from grader.grading.submission.notebook_session import NotebookSession
from grader.settings import Limits, load_settings
from tests.grading.conftest import sessions
from tests.grading.test_sandbox import ROOT, becomes

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_megabytes=1024, processes=24)


def value_of(command: list[str], option: str) -> list[str]:
    return [command[i + 1] for i, word in enumerate(command) if word == option]


def test_a_container_is_given_nothing_but_the_tree_and_the_data(tmp_path: Path) -> None:
    files = tmp_path / "ps98"
    files.mkdir()
    for name in ("data.csv", "ps98_small.ipynb", "solution.py"):
        (files / name).touch()
    (files / "link.txt").symlink_to("/etc/passwd")
    limits = {"memory": 1 << 30, "processes": 24}
    command = Container("docker").command("one", tmp_path / "tree", files, limits)
    assert command[:2] == ["docker", "run"] and "--rm" in command and "--read-only" in command
    assert value_of(command, "--network") == ["none"]
    assert value_of(command, "--cap-drop") == ["ALL"]
    assert value_of(command, "--security-opt") == ["no-new-privileges"]
    assert value_of(command, "--pids-limit") == ["24"]
    assert value_of(command, "--memory") == value_of(command, "--memory-swap")
    user = value_of(command, "--user")[0].split(":")
    assert user[0] == user[1] and int(user[0]) > 60000
    mounted = value_of(command, "--volume")
    assert all(mount.endswith(":ro") for mount in mounted)
    seen = {mount.split(":")[0] for mount in mounted}
    assert seen == {str(tmp_path / "tree"), str(files / "data.csv")}
    assert not [word for word in command if word in ("--privileged", "--device", "--env-file")]


def test_bubblewrap_comes_first_and_the_container_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "grader.grading.sandbox.sandbox.find_container", lambda: Container("docker")
    )
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "")
    assert "bubblewrap" in Sandbox().isolation
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "none")
    Sandbox().require()
    assert Sandbox().isolation == "docker container: no network, no files of this machine"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An engine on PATH that answers as its ``answers`` file says and notes what it was asked."""
    script = tmp_path / "docker"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\ngrep -qx -- "$1" "{tmp_path}/answers"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(container, "ENGINES", ("docker",))
    find_container.cache_clear()
    yield tmp_path
    find_container.cache_clear()


@pytest.mark.parametrize(
    ("answers", "says"),
    [("", "no container engine answers"), ("info", "run python -m grader image")],
)
def test_what_is_missing_is_named(engine: Path, answers: str, says: str) -> None:
    (engine / "answers").write_text(answers + "\n")
    found = find_container()
    assert isinstance(found, str) and says in found


def test_an_engine_with_the_image_is_found(engine: Path) -> None:
    (engine / "answers").write_text("info\nimage\n")
    assert find_container() == Container(str(engine / "docker"))
    Container(str(engine / "docker")).end("submission-1")
    assert (engine / "asked").read_text().splitlines()[-1] == "kill submission-1"


def test_the_image_is_built_from_the_pinned_packages(engine: Path) -> None:
    (engine / "answers").write_text("info\nbuild\n")
    assert build_image(ROOT / "constraints.txt") == 0
    assert f"build --tag {IMAGE}" in (engine / "asked").read_text()
    pinned = (ROOT / "constraints.txt").read_text()
    assert [name for name in container.CONTENTS if f"\n{name}==" not in f"\n{pinned}"] == []


def test_without_an_engine_no_image_is_built(engine: Path) -> None:
    (engine / "answers").write_text("")
    with pytest.raises(FileNotFoundError, match="start or install"):
        build_image(ROOT / "constraints.txt")


# --- Live --------------------------------------------------------------------------------------


@cache
def live() -> Container | str:
    """A container with this machine's own programs in it, or why none can be run."""
    reasons = []
    for engine in ENGINES:
        try:
            _ask(engine, "import", "-", "sandbox-of-tests", given=_empty_image())
            made = Container(engine, "sandbox-of-tests", sys.executable, tuple(_programs()))
            NotebookProcess(Sandbox(LIMITS, wall=made)).close()
        except (OSError, subprocess.SubprocessError, NoSandbox) as error:
            reasons.append(f"{engine}: {error}")
        else:
            return made
    return "no engine runs containers here; " + "; ".join(reasons)


def _ask(engine: str, *words: str, given: bytes = b"") -> None:
    subprocess.run([engine, *words], input=given, capture_output=True, timeout=60, check=True)


def _empty_image() -> bytes:
    """A file system of links that Debian and its like have at the root, as an archive."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for path in map(Path, ("/bin", "/sbin", "/lib", "/lib64")):
            if path.is_symlink():
                link = tarfile.TarInfo(path.name)
                link.type, link.linkname = tarfile.SYMTYPE, str(path.readlink())
                archive.addfile(link)
    return content.getvalue()


def _programs() -> Iterator[str]:
    prefixes = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)}
    mounted = ["/usr", "/etc/ld.so.cache", *sorted(p for p in prefixes if p != "/usr")]
    for path in mounted:
        yield from ("--volume", f"{path}:{path}:ro")
    for folder in {str(Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}")}:
        for name in HIDDEN_PACKAGES:
            package = Path(folder) / "site-packages" / name
            if package.is_dir():
                yield from ("--volume", f"{student_tree() / HIDDEN}:{package}:ro")


@pytest.fixture
def contained() -> Sandbox:
    made = live()
    if isinstance(made, str):
        pytest.skip(made)
    return Sandbox(LIMITS, wall=made)


def test_every_attempt_to_get_out_of_the_container_is_prevented(contained: Sandbox) -> None:
    tried = try_to_escape(contained, load_settings(ROOT))
    assert [attempt.title for attempt in tried if not attempt.prevented] == []
    assert sum(attempt.works_without for attempt in tried) >= 10


@pytest.fixture
def student(contained: Sandbox) -> Iterator[NotebookSession]:
    yield from sessions(contained)


def test_what_runs_in_a_container_ends_with_it(student: NotebookSession) -> None:
    mark = "sleep 98764"
    student.run(f"import subprocess\nsubprocess.Popen({mark.split()!r})", 20)
    assert becomes(mark, True)
    with pytest.raises(Lost, match="stopped after"):
        student.run("import os\nos.kill(os.getpid(), 19)", 1)
    assert becomes(mark, False)


def test_files_and_functions_work_in_a_container(contained: Sandbox) -> None:
    files = {"own.py": b"def double(x):\n    return 2 * x\n"}
    processes = NotebookProcesses(contained)
    session = NotebookSession(processes, LIMITS, files)
    try:
        session.run("from own import double\nimport numpy as np\nx = double(np.arange(3))")
        assert session.value("x").tolist() == [0, 2, 4]
    finally:
        session.close()
        processes.close()
