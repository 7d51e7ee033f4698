"""Several jobs at once give the marks of one, whatever is lost on the way; nothing listens."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from distributed import Client
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner

from grader.classroom import cluster as cluster_jobs
from grader.classroom import jobs
from grader.classroom.cluster import made_from
from grader.classroom.gradebook import entries
from grader.classroom.jobs import Job, workers
from grader.classroom.record import NoAgreement, autograde
from grader.classroom.school_class import Class
from grader.cli import app
from grader.grading.process.limits import family
from grader.problems import Problem
from tests.classroom.small_class import NAME, SmallClass, make_class

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.sandbox
# What is shown of its results depends on the random cases: the same only with the same seeds.
WRONG = "def linear_forward(x, W, b):\n    return x @ W + 2 * b, (x, W)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """Four submissions of three kinds, graded by two jobs at once."""
    small = make_class(tmp_path_factory.mktemp("course"))
    wrong = small.notebook()
    for cell in wrong.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "linear_forward":
            cell.source = WRONG
    slow = small.notebook()  # one of two workers is still busy with it when the first is done
    slow.cells.insert(1, new_code_cell("import time\ntime.sleep(3)"))
    for number, notebook in enumerate([wrong, slow, small.release, wrong]):
        small.hand_in(f"student-{number}", notebook)
    assert set(small.autograde(jobs=2).values()) == {"not graded yet"}
    return small


def copied(small: SmallClass, root: Path) -> SmallClass:
    """The same class, with the same secret, and nothing graded."""
    copy = small.copy(root)
    for name in ("results", "autograded", "gradebook.db"):
        path = root / "class" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return copy


def results(small: SmallClass) -> dict[str, Any]:
    """All that was found, but for the time it took."""
    files = (small.settings.classroom / "results" / "ps98").glob(f"*/{NAME}.json")
    return {path.parent.name: json.loads(path.read_text()) | {"seconds": 0} for path in files}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two worker processes, started as an instructor would do it."""
    folder = tmp_path_factory.mktemp("cluster")
    options = ["--scheduler-file", str(folder / "scheduler.json")]
    options += ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    own = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    with ExitStack() as stack:
        for words in (["scheduler", "--port", "0"], ["worker", *own]):
            command = [sys.executable, "-m", "dask", *words, *options]
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait, 60)
            stack.callback(process.terminate)
        until = time.monotonic() + 60
        while not (folder / "scheduler.json").exists() and time.monotonic() < until:
            time.sleep(0.05)
        address = json.loads((folder / "scheduler.json").read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address


def kill_a_busy_worker(cluster: str) -> None:
    with Client(cluster, set_as_default=False) as client:
        numbers = client.run(os.getpid)
        busy = [address for address, tasks in client.processing().items() if tasks]
        assert busy, "all students were graded before a worker could be killed"
        os.kill(numbers[busy[0]], signal.SIGKILL)


def grade_and_kill(small: SmallClass, cluster: str, done: list[str]) -> None:
    """Grade on the cluster; after the first student a worker dies. ``done`` gets the students."""

    def progress(student: str, why: str) -> None:
        done.append(student)
        if len(done) == 1:
            kill_a_busy_worker(cluster)

    autograde(Class(small.settings, small.settings.classroom, cluster=cluster), "ps98", progress)


@contextmanager
def allowed_failures(cluster: str, number: int) -> Iterator[None]:
    with Client(cluster, set_as_default=False) as client:
        client.run_on_scheduler(allow, number)
        try:
            yield
        finally:
            client.run_on_scheduler(allow, 1)


def allow(number: int, dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = number


def test_a_worker_that_dies_in_the_middle_changes_no_mark(
    made: SmallClass, cluster: str, tmp_path: Path
) -> None:
    small, done = copied(made, tmp_path / "course"), list[str]()
    grade_and_kill(small, cluster, done)
    assert sorted(done) == sorted(made.points())
    assert small.points() == made.points()
    assert results(small) == results(made)
    before = entries(small.group.gradebook, "ps98")
    assert set(small.autograde(cluster=cluster).values()) == {""}
    assert entries(small.group.gradebook, "ps98") == before


def test_a_submission_whose_worker_dies_once_too_often_gets_no_mark_and_is_tried_again(
    made: SmallClass, cluster: str, tmp_path: Path
) -> None:
    small, done = copied(made, tmp_path / "course"), list[str]()
    told = pytest.raises(NoAgreement, match=r"student-\d: not done, because the worker died")
    with allowed_failures(cluster, 0), told:
        grade_and_kill(small, cluster, done)
    expected, first = made.points(), small.points()
    assert sorted(done) == sorted(expected)
    assert first.items() < expected.items()
    again = small.autograde(cluster=cluster)
    assert again == {who: "" if who in first else "not graded yet" for who in expected}
    assert small.points() == expected


def test_a_worker_of_another_version_is_refused(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = made_from(ROOT, tmp_path)
    monkeypatch.setattr(
        cluster_jobs, "made_from", lambda *_: {**here, "numpy": "1.0", "/a/.secret": "x"}
    )
    with (
        pytest.raises(Problem, match=rf"numpy is {here['numpy']} instead of 1.0, /a/.secret"),
        cluster_jobs.connected(cluster, ROOT, tmp_path),
    ):
        pass


def test_ctrl_c_leaves_a_state_that_resumes(made: SmallClass, tmp_path: Path) -> None:
    small = copied(made, tmp_path / "course")
    command = [sys.executable, "-m", "grader", "autograde", "ps98", "--jobs", "2"]
    process = subprocess.Popen(
        command,
        cwd=small.settings.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        # Tests that run in the background may ignore Ctrl-C; the command must not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("grading 1 of 4")
    started = family(process.pid)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    stopped, done, of, *_ = said.split()
    assert (stopped, of) == ("stopped:", "of") and "The same command goes on" in said, said
    assert said.count("\n") == 1
    assert (
        psutil.wait_procs([psutil.Process(p) for p in started if psutil.pid_exists(p)], 10)[1] == []
    )
    again = small.autograde()
    assert 1 <= list(again.values()).count("") == int(done) < 4
    assert small.points() == made.points() and results(small) == results(made)


def test_one_student_alone(
    made: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = copied(made, tmp_path / "course")
    monkeypatch.chdir(small.settings.root)
    run = CliRunner().invoke
    assert run(app, ["autograde", "ps98", "--student", "student-2"]).exit_code == 0
    assert set(small.points()) == {"student-2"}
    assert run(app, ["autograde", "ps98", "--student", "student-0"]).exit_code == 0
    told = run(app, ["feedback", "ps98", "--student", "student-0"])
    assert told.exit_code == 0 and "1 of 1 pages written" in told.stdout
    report = (small.settings.classroom / "results" / "ps98" / "report.csv").read_text("utf-8")
    assert "student-0" in report and "student-2" in report
    unknown = run(app, ["autograde", "ps98", "--student", "student"])
    assert unknown.exit_code == 2 and "student-0, student-1" in unknown.stderr


@pytest.mark.parametrize("command", ["autograde", "feedback"])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--jobs", "0"), "greater than or equal to 1"),
        (("--jobs", "-1"), "greater than or equal to 1"),
        (("--jobs", "two"), "integer"),
        (("--cluster", "tcp://127.0.0.1:9"), "no Dask scheduler answers at tcp://127.0.0.1:9"),
        (("--cluster", "nowhere"), "missing port number"),
        (("--cluster", "tcp://127.0.0.1:9", "--jobs", "2"), "give one of the two"),
        (("--cluster", "tls://127.0.0.1:9"), "certificates"),
    ],
)
def test_what_cannot_be_done_is_said(
    made: SmallClass,
    command: str,
    option: tuple[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_jobs, "CONNECT_SECONDS", 0.5)
    monkeypatch.chdir(made.settings.root)
    result = CliRunner().invoke(app, [command, "ps98", *option], env={"COLUMNS": "200"})
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit)
    assert words in result.stderr and "Traceback" not in result.output


def test_without_a_cluster_nothing_listens() -> None:
    before = {one.laddr for one in psutil.Process().net_connections()}
    with workers(2) as started:
        ((_, result),) = started.done([Job(0, double, (1,))])
        assert result() == 2
        assert {one.laddr for one in psutil.Process().net_connections()} <= before


def test_without_dask_a_cluster_is_refused_with_the_command_that_installs_it(
    made: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = copied(made, tmp_path / "course")
    monkeypatch.delitem(sys.modules, "grader.classroom.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Problem, match=r"needs the package distributed.*pip install dask"):
        small.autograde(cluster="tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    ("quota", "cores"), [("150000 100000", 2), ("1000 100000", 1), ("max 100000", 64), ("", 64)]
)
def test_the_quota_of_a_container_bounds_the_jobs(
    quota: str, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64), raising=False)
    monkeypatch.setattr(jobs, "CGROUP", tmp_path / "cpu.max")
    if quota:
        jobs.CGROUP.write_text(quota, "ascii")
    assert jobs.all_cores() == cores


def test_jobs_are_asked_for_only_as_workers_need_them() -> None:
    asked: list[int] = []

    def many() -> Iterator[Job[int]]:
        for number in range(100):
            asked.append(number)
            yield Job(number, double, (number,))

    with workers(2) as started:
        for count, (number, result) in enumerate(started.done(many()), 1):
            assert result() == 2 * number
            assert len(asked) <= count + 4
    assert asked == list(range(100))


def double(process: object, number: int) -> int:
    return 2 * number
