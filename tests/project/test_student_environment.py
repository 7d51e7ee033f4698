"""A notebook is solved to its end with what students install, and they see no tools of others."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from packaging.utils import canonicalize_name

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import released
from tests.authoring.course import points_of
from tests.project import ROOT
from tests.project.student_environment import BIN, FOLDER
from tests.project.test_pins import pins

ASSIGNMENT = "ps06"

pytestmark = pytest.mark.student


def in_environment(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, with settings of nobody."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env={
            "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
            "HOME": str(folder / "home"),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def installed() -> set[str]:
    """Names of the packages in it."""
    found = FOLDER.glob("lib/python*/site-packages/*.dist-info/METADATA")
    names = [file.read_text("utf-8").partition("\nName: ")[2].partition("\n")[0] for file in found]
    return {canonicalize_name(name) for name in names}


def test_it_has_no_tools_of_instructors_and_developers(tmp_path: Path) -> None:
    of_others = {"nbgrader", "dask", "mypy", "playwright", "pytest", "ruff"}
    assert of_others <= pins().keys()
    assert not installed() & of_others
    listed = in_environment(["jupyter", "labextension", "list"], tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert "nbgrader" not in listed.stdout + listed.stderr


def test_a_solved_notebook_runs_to_the_end_with_its_checks(tmp_path: Path) -> None:
    solution = solution_notebook(ASSIGNMENT, ROOT)
    release = released(solution)
    solved = fill(release, answers_of(solution))
    (last,) = [n for n, cell in enumerate(solved.cells) if "#submit_check()" in cell.source]
    source = solved.cells[last].source
    solved.cells[last].source = source.replace("#submit_check()", "submit_check()")
    file = tmp_path / "ps06.ipynb"
    nbformat.write(solved, file)
    done = in_environment(["jupyter", "execute", "--inplace", file.name], tmp_path)
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(file, as_version=4).cells
    scores = {
        cell.metadata.nbgrader.grade_id: float(output.data["text/plain"])
        for cell in cells
        for output in cell.get("outputs", [])
        if cell.metadata.get("nbgrader", {}).get("grade") and output.output_type == "execute_result"
    }
    expected = {name: n for name, n in points_of(release).items() if name.startswith("check_")}
    assert {name: scores[name] for name in expected} == pytest.approx(expected)
    said = "".join(output.data["text/plain"] for output in cells[last].outputs)
    total = sum(expected.values())
    assert f"{total:g} of {total:g} points" in said
