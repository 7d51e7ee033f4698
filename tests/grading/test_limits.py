"""What all processes of a submission take together is bounded, and so is a step of grading."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from typing import Any

import psutil
import pytest

from grader.grading.process import limits
from grader.grading.process.limits import MemoryWatch, TimeLimit, family, memory_of, time_limit
from grader.grading.sandbox.notebook_process import Lost
from grader.grading.submission.notebook_session import NotebookSession
from tests.grading.conftest import succeeded

HOLDS = "import sys; x = b'x' * (200 << 20); print('ready', flush=True); sys.stdin.read()"


def holder() -> subprocess.Popen[bytes]:
    """A process that starts one that holds 200 MB."""
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", inner], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.communicate(timeout=30)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_memory_of_children_counts() -> None:
    process = holder()
    try:
        assert len(family(process.pid)) == 2
        assert memory_of(process.pid) >= 200 << 20
        assert memory_of(os.getpid()) >= 200 << 20
    finally:
        end(process)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_watch_ends_what_is_too_large_and_nothing_else() -> None:
    process, ended = holder(), []
    large = MemoryWatch(process.pid, 100 << 20, lambda: ended.append("large"))
    small = MemoryWatch(process.pid, 10 << 30, lambda: ended.append("small"))
    until = time.monotonic() + 30
    while not ended and time.monotonic() < until:
        time.sleep(0.02)
    for watch in (large, small):
        watch.stop()
    end(process)
    assert ended == ["large"] and large.exceeded and not small.exceeded


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_grows_while_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    process, states = holder(), list[set[str]]()

    def statuses() -> set[str]:
        return {psutil.Process(one).status() for one in family(process.pid)}

    def becomes(wanted: bool) -> set[str]:
        """The system stops a process at its next step."""
        until = time.monotonic() + 10
        while (statuses() == {psutil.STATUS_STOPPED}) != wanted and time.monotonic() < until:
            time.sleep(0.01)
        return statuses()

    def count(pid: int) -> int:
        states.append(becomes(True))
        return 0

    monkeypatch.setattr(limits, "shares_of", count)
    watch = MemoryWatch(process.pid, 100 << 20, lambda: None)
    until = time.monotonic() + 30
    while len(states) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    watch.stop()
    going_on = becomes(False)
    end(process)  # it reads on
    assert len(states) >= 3 and all(one == {psutil.STATUS_STOPPED} for one in states)
    assert psutil.STATUS_STOPPED not in going_on


LARGE_CHILDREN = {
    "memory": (8, "x = b'x' * (300 << 20)"),
    "shared memory": (
        4,
        "x = mmap.mmap(-1, 400 << 20)\n        for i in range(0, 400 << 20, 4096): x[i] = 1",
    ),
}


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", LARGE_CHILDREN)
def test_many_processes_share_one_limit(isolated: NotebookSession, kind: str) -> None:
    count, takes = LARGE_CHILDREN[kind]
    source = (
        f"import mmap, os, time\nfor _ in range({count}):\n    if os.fork() == 0:\n"
        f"        {takes}\n        time.sleep(60)\n        os._exit(0)\ntime.sleep(60)"
    )
    with pytest.raises(Lost, match="more than 1,024 MB of memory"):
        isolated.run(source, 60)


@pytest.mark.sandbox
def test_a_page_that_many_processes_share_counts_once(isolated: NotebookSession) -> None:
    source = (
        "import mmap, os\nx = mmap.mmap(-1, 200 << 20)\n"
        "x[:] = bytes(200 << 20)\nchildren = []\n"
        "for _ in range(8):\n    children.append(os.fork())\n    if children[-1] == 0:\n"
        "        sum(x[i] for i in range(0, 200 << 20, 4096))\n"
        "        import time\n        time.sleep(1)\n        os._exit(0)\n"
        "for child in children: os.waitpid(child, 0)\nprint('done')"
    )
    assert isolated.run(source, 60)[0]["text"] == "done\n"


@pytest.mark.sandbox
@pytest.mark.parametrize("folder", ["/tmp", "/sandbox/home", "/dev/shm"])
def test_folders_in_memory_are_small(isolated: NotebookSession, folder: str) -> None:
    source = (
        f"try:\n    for i in range(30):\n        with open(f'{folder}/{{i}}', 'wb') as file:\n"
        "            file.write(bytes(50 << 20))\nexcept OSError as error:\n    print(i)"
    )
    assert int(isolated.run(source, 60)[0]["text"]) <= 5


@pytest.mark.sandbox
def test_nothing_else_can_be_written(isolated: NotebookSession) -> None:
    source = (
        "import os\nwritable = []\nfor folder, folders, _ in os.walk('/'):\n"
        "    if folder.startswith('/proc'):\n        folders.clear()\n        continue\n"
        "    if os.access(folder, os.W_OK): writable.append(folder)\n"
        "writable = [w for w in writable if not w.startswith(('/tmp', '/sandbox/home'))]"
    )
    assert succeeded(isolated.run(source, 60))
    assert set(isolated.value("writable", 20)) <= {"/dev/shm", "/dev/pts"}


def forever() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    "step",
    [forever, lambda: re.match(r"(a+)+b", "a" * 60)],
    ids=["a loop", "a regular expression"],
)
def test_a_long_step_is_interrupted(step: object) -> None:
    with pytest.raises(TimeLimit), time_limit(0.1):
        step()  # type: ignore[operator]


def test_code_that_catches_the_interrupt_is_interrupted_again() -> None:
    def stubborn() -> None:
        try:
            forever()
        except BaseException:
            forever()

    with pytest.raises(TimeLimit), time_limit(0.1):
        stubborn()


def test_an_inner_limit_leaves_the_outer_one_in_force() -> None:
    def steps() -> None:
        with pytest.raises(TimeLimit), time_limit(0.05):
            forever()
        with time_limit(60):
            forever()

    with pytest.raises(TimeLimit), time_limit(1):
        steps()


def work(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_nothing_is_interrupted_after_the_block() -> None:
    with time_limit(0.05):
        pass
    work(0.2)


def test_what_else_the_machine_does_takes_no_time_from_a_step() -> None:
    with time_limit(0.1):
        time.sleep(0.3)


@pytest.mark.parametrize("method", [time_limit.__enter__, time_limit.__exit__])
def test_an_interrupt_while_a_limit_is_set_or_removed_waits_for_the_next_one(method: Any) -> None:
    """It comes from the system at any line of these; raised there it would leave the timer set."""
    code = method.__code__
    lines = sorted({line for _, _, line in code.co_lines() if line})
    reached = set()

    def interrupt(frame: Any, event: str, _argument: Any) -> Any:
        if frame.f_code is code:
            if event == "line":
                reached.add(frame.f_lineno)
                if signal.getsignal(signal.SIGPROF) not in (None, signal.SIG_DFL):
                    signal.raise_signal(signal.SIGPROF)
            return interrupt
        return None

    before = sys.gettrace()
    for outer in (False, True):
        sys.settrace(interrupt)
        try:
            with time_limit(50) if outer else nullcontext(), time_limit(60):
                pass
        finally:
            sys.settrace(before)
        assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
        assert signal.getsignal(signal.SIGPROF) == signal.SIG_DFL
    assert len(reached) > len(lines) / 2
