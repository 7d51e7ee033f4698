"""Processor time and memory of one submission, by each path to the grader, beside ``autograde``.

    python -m benchmarks.paths [ps06] [--rounds 3] [--write]

The submission is the solution. Each path begins where the file lies and ends with its marks; the
paths take turns, with a new student each time, after a round that is not counted. The time is that
of all processes of a path, as a look at them ten times a second sees it. Memory is the most that
they have at once, with shared pages counted once (PSS). Gradescope's container is that of the
tests, which needs root. Of the hub only its exchange is measured: the hub's pages do what these
commands of nbgrader's do. ``--write`` writes ``paths.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil

from benchmarks.machine import processor, software
from grader.authoring.build import build
from grader.authoring.fill import answers_of, fill
from grader.authoring.new_class import new_class
from grader.authoring.release import release
from grader.settings import load_settings
from tests.extras.gradescope.machine import Machine, made_machine

ROOT = Path(__file__).parents[1]
NBGRADER = """
c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""
OURS = "`autograde`"
Steps = list[tuple[Path, list[str]]]  # commands, and the folders in which they run


def run(*steps: tuple[Path, list[str]]) -> tuple[float, float]:
    """Processor seconds and megabytes of these commands, one after the other."""
    peak, seconds = 0, dict[int, float]()
    for folder, command in steps:
        process = psutil.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None:
            peak = max(peak, seen(process, seconds))
            time.sleep(0.1)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    return sum(seconds.values()), peak / 2**20


def seen(process: psutil.Popen, seconds: dict[int, float]) -> int:
    """Bytes of a process and of those that it has started; their processor time is noted."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):  # it has ended meanwhile
            total += one.memory_full_info().pss
            seconds[one.pid] = sum(one.cpu_times()[:2])
    return total


def made_paths(top: Path, assignment: str, machine: Machine) -> dict[str, Callable[[str], Steps]]:
    """For each path, what takes a student's submission to its marks; the file is put there."""
    released = release(assignment, ROOT, top / "release")
    solved = build(assignment, ROOT, top / "solved")
    answers = answers_of(nbformat.read(solved, 4))
    content = nbformat.writes(fill(nbformat.read(released, 4), answers))
    grader, nbgrader = [sys.executable, "-m", "grader"], [sys.executable, "-m", "nbgrader"]
    ours, plain, hub = (top / name for name in ("ours", "plain", "hub"))
    for folder in (ours, hub):
        new_class(folder)
    exchange = top / "exchange"
    for folder in (exchange, plain):
        folder.mkdir()
    (plain / "nbgrader_config.py").write_text(
        NBGRADER.format(course="plain", exchange=str(exchange))
    )
    shutil.copytree(solved.parent, plain / "source" / assignment)
    run((ours, [*grader, "build", assignment]))
    for folder in (plain, hub):
        run((folder, [*nbgrader, "generate_assignment", assignment]))
        run((folder, [*nbgrader, "release_assignment", assignment]))

    def put(folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / released.name).write_text(content, encoding="utf-8")
        return folder / released.name

    def ours_of(student: str) -> Steps:
        put(ours / "class" / "submitted" / student / assignment)
        return [(ours, [*grader, "autograde", assignment])]

    def plain_of(student: str) -> Steps:
        put(plain / "submitted" / student / assignment)
        return [(plain, [*nbgrader, "autograde", assignment, "--student", student])]

    def check_of(student: str) -> Steps:
        file = put(top / "files" / student)
        return [(ours, [*grader, "check", str(file), "--json"])]

    def gradescope_of(_student: str) -> Steps:
        machine.hand_in(**{released.stem: content})
        return [(top, machine.command("/autograder/run_autograder"))]

    def hub_of(student: str) -> Steps:
        home = put(top / "home" / student / assignment).parents[1]
        (home / "nbgrader_config.py").write_text(
            NBGRADER.format(course="hub", exchange=str(hub / "exchange"))
            + f"c.CourseDirectory.student_id = {student!r}\n"
        )
        return [
            (home, [*nbgrader, "submit", assignment]),
            (hub, [*nbgrader, "collect", assignment]),
            (hub, [*nbgrader, "autograde", assignment, "--student", student]),
        ]

    return {
        OURS: ours_of,
        "plain nbgrader": plain_of,
        "`check --json`": check_of,
        "Gradescope's container": gradescope_of,
        "nbgrader's exchange: submit, collect, autograde": hub_of,
    }


def beside(values: list[float], ours: list[float]) -> str:
    """How many times our command's: the median round, and all."""
    ratios = sorted(a / b for a, b in zip(values, ours, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def main() -> None:
    """Measure, print a table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignment", nargs="?", default="ps06")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    about = f"{processor()}, load {os.getloadavg()[0]:.1f} before the start"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    found: dict[str, list[tuple[float, float]]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        made_machine(load_settings(ROOT), asked.assignment) as machine,
    ):
        paths = made_paths(Path(folder), asked.assignment, machine)
        for turn in range(asked.rounds + 1):
            for name, steps in paths.items():
                taken = run(*steps(f"student-{turn}"))
                if turn:  # the first is not counted
                    found.setdefault(name, []).append(taken)
    ratios = f"beside {OURS} (all rounds)"
    lines = [
        f"# One submission of {asked.assignment}, by each path",
        "",
        f"{about}; {software('numpy', 'nbgrader')}. The submission is the solution. Medians of "
        f"{asked.rounds} rounds, in which the paths took turns.",
        "",
        f"| path | processor seconds | {ratios} | MB | {ratios} |",
        "|---|---|---|---|---|",
    ]
    ours = [list(values) for values in zip(*found[OURS], strict=True)]
    for name, rounds in found.items():
        columns = [list(values) for values in zip(*rounds, strict=True)]
        cells = [name]
        for values, own, digits in zip(columns, ours, (1, 0), strict=True):
            cells += [f"{statistics.median(values):.{digits}f}", beside(values, own)]
        lines.append(f"| {' | '.join(cells)} |")
    print("\n".join(lines))
    if asked.write:
        Path(__file__).with_name("paths.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
