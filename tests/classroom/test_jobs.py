"""Several jobs at once give the marks of one, whatever is lost on the way; nothing listens."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from grader.classroom import jobs
from grader.classroom.jobs import Job, workers
from grader.cli import app
from grader.grading.process.limits import family
from tests.classroom.graded_class import copied, graded_class, results
from tests.classroom.small_class import SmallClass

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return graded_class(tmp_path_factory.mktemp("course"))


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
        (("--cluster", "tcp://127.0.0.1:9", "--jobs", "2"), "give one of the two"),
    ],
)
def test_what_cannot_be_done_is_said(
    made: SmallClass,
    command: str,
    option: tuple[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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
