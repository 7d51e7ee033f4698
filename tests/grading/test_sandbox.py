"""What a submission can reach."""

import os
import signal
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from grader.checking.contract.wire import from_bytes
from grader.grading.process.fault import GraderFault, NoSandbox
from grader.grading.sandbox import bubblewrap
from grader.grading.sandbox.bubblewrap import python_folders
from grader.grading.sandbox.escape_trials import try_to_escape
from grader.grading.sandbox.inside import filter_system_calls
from grader.grading.sandbox.notebook_process import Lost, NotebookProcess
from grader.grading.sandbox.other_user import OtherUser
from grader.grading.sandbox.sandbox import Sandbox, choose_wall
from grader.grading.submission.notebook_session import NotebookSession
from grader.settings import TEACHING, load_settings
from tests.grading.conftest import LIMITS

ROOT = Path(__file__).parents[2]


@pytest.mark.sandbox
def test_every_attempt_to_get_out_is_prevented_and_most_are_real() -> None:
    tried = try_to_escape(Sandbox(), load_settings(ROOT))
    assert [attempt.title for attempt in tried if not attempt.prevented] == []
    # Without the wall the same cells get at the same things, so that their failure means something.
    assert sum(attempt.works_without for attempt in tried) >= 10


@pytest.mark.sandbox
def test_a_notebook_sees_no_file_of_ours(isolated: NotebookSession, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    ours = [ROOT / "pyproject.toml", ROOT / "grader" / "settings.py", tmp_path / "mine"]
    with tempfile.NamedTemporaryFile(dir=Path.home()) as at_home:
        paths = [str(path) for path in (*ours, Path(at_home.name), Path("/etc/passwd"))]
        assert all(Path(path).exists() for path in paths)
        isolated.run(f"import os\nseen = [p for p in {paths!r} if os.path.lexists(p)]", 20)
        assert isolated.value("seen", 20) == []


@pytest.mark.sandbox
def test_answers_in_the_python_that_an_environment_was_made_from_are_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, linked = tmp_path / "base", tmp_path / "base" / "elsewhere"
    packages = base / "lib" / "python3.11" / "site-packages"
    for name in ("torch", TEACHING, "numpy_like"):
        (packages / name).mkdir(parents=True)
        (packages / name / "answer.py").write_text("x")
    (linked / "sklearn").mkdir(parents=True)
    (linked / "sklearn" / "answer.py").write_text("x")
    (packages / "sklearn").symlink_to(linked / "sklearn")
    (packages / "nbgrader").symlink_to(tmp_path)  # which is not shown
    shown = [*python_folders(), str(base)]
    monkeypatch.setattr("grader.grading.sandbox.bubblewrap.python_folders", lambda: shown)
    process = NotebookProcess(Sandbox(LIMITS))
    try:
        paths = [*packages.glob("*/answer.py"), linked / "sklearn" / "answer.py"]
        source = f"import os\nseen = [p for p in {list(map(str, paths))!r} if os.path.exists(p)]"
        process.ask({"do": "run", "source": source, "seconds": 9.0, "text": 9, "data": 9}, b"", 20)
        _, body = process.ask({"do": "value", "name": "seen"}, b"", 20)
        assert from_bytes(body) == [str(packages / "numpy_like" / "answer.py")]
    finally:
        process.close()


def test_a_number_that_may_belong_to_another_process_gets_no_signal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that has been waited for has given its number back."""
    signalled: list[tuple[int, int, int | None]] = []
    running = NotebookProcess(Sandbox(LIMITS, unsafe=True))
    process, killpg = running.process, os.killpg

    def note(number: int, which: int) -> None:
        signalled.append((number, which, process.returncode))
        killpg(number, which)

    monkeypatch.setattr(os, "killpg", note)
    source = "import os\nos._exit(3)"
    request = {"do": "run", "source": source, "seconds": 9.0, "text": 9, "data": 9}
    with pytest.raises(Lost, match=r"ended by itself \(exit code 3"):
        running.ask(request, b"", 20)
    running.close()
    assert signalled == [(process.pid, signal.SIGKILL, None)] and process.returncode == 3


@pytest.mark.sandbox
def test_a_bomb_of_processes_stays_inside(isolated: NotebookSession) -> None:
    source = (
        "import os, time\nn = 0\ntry:\n    while n < 200:\n        if os.fork() == 0:\n"
        "            time.sleep(60)\n            os._exit(0)\n        n += 1\n"
        "except OSError:\n    print(n)"
    )
    made = int(isolated.run(source, 60)[0]["text"])
    assert made < isolated.limits.processes


@pytest.mark.sandbox
def test_what_a_submission_starts_ends_with_it(isolated: NotebookSession) -> None:
    mark = "sleep 98765"
    isolated.run(f"import subprocess\nsubprocess.Popen({mark.split()!r})", 20)
    assert becomes(mark, True)
    isolated.close()
    assert becomes(mark, False)


def becomes(command: str, running: bool) -> bool:
    """Whether that comes true; the system starts and ends processes in its own time."""
    until = time.monotonic() + 30
    while _running(command) != running and time.monotonic() < until:
        time.sleep(0.05)
    return _running(command) == running


def _running(command: str) -> bool:
    wanted = command.replace(" ", "\0").encode()
    found = False
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found = found or path.read_bytes().startswith(wanted)
        except OSError:
            continue
    return found


def test_without_any_wall_grading_must_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "none here")
    monkeypatch.setattr("grader.grading.sandbox.sandbox.find_container", lambda: "nor there")
    with pytest.raises(NoSandbox, match="none here, and nor there"):
        Sandbox().require()
    Sandbox(unsafe=True).require()
    assert "NOT SANDBOXED" in Sandbox(unsafe=True).isolation


def test_another_user_is_a_wall_only_where_root_asks_for_it_and_has_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "none here")
    monkeypatch.setattr("grader.grading.sandbox.sandbox.find_container", lambda: "nor there")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.delenv("COURSE_SANDBOX", raising=False)
    with pytest.raises(NoSandbox, match="none here"):
        choose_wall()
    for given in ("User", "1"):
        monkeypatch.setenv("COURSE_SANDBOX", given)
        with pytest.raises(NoSandbox, match=f"COURSE_SANDBOX is '{given}'; write COURSE_SANDBOX="):
            choose_wall()
    monkeypatch.setenv("COURSE_SANDBOX", "user")
    assert choose_wall() == OtherUser()
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(NoSandbox, match=r"COURSE_SANDBOX=user asks .* not started as root"):
        choose_wall()
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "")
    assert choose_wall() is None


def test_another_user_is_no_wall_without_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.grading.sandbox.other_user.syscall_filter", lambda: b"")
    assert "no filter of system calls" in OtherUser().why_not(ROOT, [])
    monkeypatch.setattr("grader.grading.sandbox.syscalls.syscall_filter", lambda families: b"")
    with pytest.raises(OSError, match="no filter of system calls"):
        filter_system_calls([1])
    filter_system_calls(None)  # elsewhere it is one wall more


def test_what_another_user_goes_on_with_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    process = psutil.Process()
    monkeypatch.setattr("grader.grading.sandbox.other_user.SECONDS", 0.05)
    monkeypatch.setattr("grader.grading.sandbox.other_user._processes_of", lambda user: [process])
    for signal_of in ("suspend", "kill"):
        monkeypatch.setattr(psutil.Process, signal_of, lambda process: None)
    with pytest.raises(GraderFault, match="1 processes of a submission"):
        OtherUser().end(1)


def test_sources_inside_of_what_submissions_see_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, checkout = tmp_path / "venv", tmp_path / "venv" / "src" / "course"
    monkeypatch.setattr(bubblewrap, "python_folders", lambda: [str(environment)])
    monkeypatch.setattr(bubblewrap, "package_folder", lambda _: checkout / "grader")
    assert f"{checkout} lies inside {environment}" in bubblewrap.why_exposed([])
    monkeypatch.setattr(bubblewrap, "package_folder", lambda _: tmp_path / "course" / "grader")
    assert bubblewrap.why_exposed([]) == ""
    packages = environment / "lib" / "python3.11" / "site-packages"
    (packages / "grader").mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "package_folder", lambda _: packages / "grader")
    assert bubblewrap.why_exposed([]) == ""


def test_installed_solutions_are_hidden_and_a_copy_among_the_packages_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / "venv"
    packages = environment / "lib" / "python3.11" / "site-packages"
    (packages / TEACHING).mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "python_folders", lambda: [str(environment)])
    monkeypatch.setattr(bubblewrap, "package_folder", lambda _: tmp_path / "course" / "grader")
    assert bubblewrap.why_exposed([packages / TEACHING]) == ""
    copy = environment / "course"
    assert f"{copy} lies inside {environment}" in bubblewrap.why_exposed([copy])
