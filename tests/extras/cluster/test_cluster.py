"""Jobs on a cluster give the marks of this machine's, whatever is lost on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client
from typer.testing import CliRunner

from grader.classroom.gradebook.marks import entries
from grader.classroom.record import NoAgreement, autograde
from grader.classroom.school_class import Class
from grader.cli import app
from grader.extras.cluster import workers as cluster_jobs
from grader.extras.cluster.workers import made_from
from grader.problems import Problem
from tests.classroom.graded_class import copied, graded_class, results
from tests.classroom.small_class import SmallClass

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return graded_class(tmp_path_factory.mktemp("course"))


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


@pytest.mark.parametrize("command", ["autograde", "feedback"])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--cluster", "tcp://127.0.0.1:9"), "no Dask scheduler answers at tcp://127.0.0.1:9"),
        (("--cluster", "nowhere"), "missing port number"),
        (("--cluster", "tls://127.0.0.1:9"), "certificates"),
    ],
)
def test_a_scheduler_that_does_not_answer_is_said(
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


def test_without_dask_a_cluster_is_refused_with_the_command_that_installs_it(
    made: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = copied(made, tmp_path / "course")
    monkeypatch.delitem(sys.modules, "grader.extras.cluster.workers")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Problem, match=r"needs the package distributed.*pip install distributed"):
        small.autograde(cluster="tcp://127.0.0.1:9")
