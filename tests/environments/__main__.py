"""The command: ``python -m tests.environments [NAME …] [--ps ps04 …]``; see --help."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from grader.authoring import answers_of, assignments, fill, released, solution_notebook
from grader.checking.home.local_store import VARIABLE
from grader.files import write_whole
from tests.colab.test_colab import SAME_SEEDS
from tests.environments.browser import IN_BROWSERS
from tests.environments.cupy import OnCuPy
from tests.environments.executed import digest_of
from tests.environments.kinds import ENVIRONMENTS, NotRun
from tests.project import ROOT

ALL = {kind.name: kind for kind in (*ENVIRONMENTS, *IN_BROWSERS, OnCuPy())}
KEPT = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "environments.md"
GRADING = "a sample class"
# Nobody guesses here: without a file for guesses, no cell waits for one.
NO_GUESSES = f'import os\nos.environ["{VARIABLE}"] = ""'
HEAD = """# Environments and notebooks

Written by `python -m tests.environments`; do not edit. In each environment every notebook was run
from its first cell to its last, with all answers filled in. **Passed** means that no cell stopped
and that each check gave full marks. The number is wall time in seconds, with other work on the
machine: it says no more than whether something takes long. A dash: code that the notebook runs has
changed since (its own, the library's or that of the checks), or it was not run there.
"""
WAITING = """
## How long a student waits in a browser

Seconds of wall time, with all answers filled in and the smaller settings of the browser: from the
click on the link until the kernel answers, with nothing in the browser's cache; of all cells
together, the start of the kernel included; and of the slowest cell.

| notebook |"""


def answered(assignment: str) -> NotebookNode:
    """The notebook as students have it, with all answers; no cell waits for a guess."""
    solution = solution_notebook(assignment, ROOT)
    notebook = fill(released(solution), answers_of(solution))
    first = [NO_GUESSES, SAME_SEEDS] if assignment == "ps14" else [NO_GUESSES]
    notebook.cells[:0] = map(nbformat.v4.new_code_cell, first)
    return notebook


def measure(
    chosen: Sequence[str], sets: Sequence[str], results: dict[str, Any], now: dict[str, str]
) -> Iterator[str]:
    """Fill ``results``, a line for each that was run or could not be; ``now`` are digests."""
    for name in chosen:
        kind = ALL[name]
        row = results.setdefault(name, {"not run": "", "versions": "", "notebooks": {}})
        try:
            kind.make()
        except NotRun as reason:
            row["not run"] = str(reason)
            yield f"{name}: not run, because {reason}"
            continue
        row["not run"], row["versions"] = "", kind.versions()
        for one in sets:
            made_from = {"digest": now[one], "versions": row["versions"]}
            known = row["notebooks"].get(one, {})
            if known.get("made from") == made_from and not known.get("failed"):
                continue
            try:
                done = vars(kind.run(one, answered(one)))
            except NotRun as reason:
                done = {"not run": str(reason)}
            row["notebooks"][one] = {"made from": made_from, **done}
            yield f"{name} {one}: {cell(row['notebooks'][one])}"
        if kind.has_grader:
            row["notebooks"][GRADING] = vars(kind.grade())
            yield f"{name} {GRADING}: {cell(row['notebooks'][GRADING])}"


def cell(done: dict[str, Any]) -> str:
    """What the table says of one notebook in one environment."""
    if reason := done.get("not run"):
        return f"not run: {reason}"
    if failed := done["failed"]:
        return f"failed: {failed[:80]}".replace("|", "/")
    return f"passed, {done['seconds']:.0f}"


def page(results: dict[str, Any], now: dict[str, str]) -> Iterator[str]:
    """The lines of docs/environments.md."""
    cores = os.cpu_count()
    yield HEAD
    yield f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()}, {platform.machine()}, {cores} cores."
    yield ""
    for name, kind in ALL.items():
        row = results.get(name, {"not run": "the command has not run it", "versions": ""})
        said = f"not run, because {row['not run']}" if row["not run"] else row["versions"]
        yield f"- **{name}**: {kind.what}. {said}."
    yield f"- **conda**: {conda()}"
    columns = [name for name in ALL if results.get(name, {}).get("notebooks")]
    yield ""
    yield f"| notebook | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for one in (*assignments(ROOT), GRADING):
        found = [results[name]["notebooks"].get(one) for name in columns]
        found = [done if done and current(done, now.get(one)) else None for done in found]
        yield f"| {one} | {' | '.join(cell(done) if done else '–' for done in found)} |"
    yield from waiting(results, now)


def waiting(results: dict[str, Any], now: dict[str, str]) -> Iterator[str]:
    """How long the browsers took, as a table."""
    columns = [kind.name for kind in IN_BROWSERS if kind.name in results]
    yield WAITING + "".join(f" {name}: kernel, all, slowest |" for name in columns)
    yield f"|---|{'---|' * len(columns)}"
    for one in assignments(ROOT):
        found = [results[name]["notebooks"].get(one) for name in columns]
        yield f"| {one} | {' | '.join(waited(done, now[one]) for done in found)} |"


def waited(done: dict[str, Any] | None, digest: str) -> str:
    """Three numbers, or a dash."""
    if not done or not current(done, digest) or "slowest" not in done:
        return "–"
    return f"{done['ready']:.0f}, {done['seconds']:.0f}, {done['slowest']:.0f}"


def current(done: dict[str, Any], digest: str | None) -> bool:
    """Whether what was run is still what would run now."""
    return digest is None or bool(done["made from"]["digest"] == digest)


def conda() -> str:
    """What is known of environment.yml."""
    solver = next(filter(shutil.which, ("micromamba", "mamba", "conda")), None)
    compared = "`environment.yml` is compared with `pyproject.toml` by a test"
    if solver is None:
        return f"not run, because there was no solver here; {compared}."
    done = subprocess.run(
        [solver, "env", "create", "--dry-run", "--file", "environment.yml"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = "solved" if done.returncode == 0 else "failed: it cannot be solved"
    return f"{said} with {Path(solver).name}; {compared}."


def main() -> int:
    """Run what was asked for, keep it, and write the page."""
    parser = argparse.ArgumentParser("python -m tests.environments", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(ALL)}; default: all")
    parser.add_argument("--ps", nargs="*", default=assignments(ROOT), help="default: all")
    given = parser.parse_args()
    if unknown := sorted(set(given.name) - set(ALL)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(ALL)}")
    results = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    now = {one: digest_of(one, answered(one), ROOT) for one in assignments(ROOT)}
    for line in measure(given.name or list(ALL), given.ps, results, now):
        print(line, flush=True)
        write_whole(KEPT, (json.dumps(results, indent=1) + "\n").encode())
        write_whole(PAGE, "\n".join([*page(results, now), ""]).encode())
    return any(
        "failed" in cell(one) for row in results.values() for one in row["notebooks"].values()
    )


if __name__ == "__main__":
    sys.exit(main())
