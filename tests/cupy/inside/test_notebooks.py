"""Solved notebooks that use a GPU if there is one."""

from pathlib import Path

import pytest

from course_lib import backend
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.run_cells import run_cells
from grader.exercises import capstone_training
from tests.course_lib.libraries.conftest import ON_THE_GPU
from tests.cupy.host.kernels import launches

ROOT = Path(__file__).parents[3]

pytestmark = ON_THE_GPU


def uses_a_gpu(assignment: str) -> bool:
    sources = (ROOT / "solutions" / assignment).glob("*.py")
    return any(
        '\ndevice = choose_device("auto")' in source.read_text("utf-8") for source in sources
    )


NOTEBOOKS = [name for name in assignments(ROOT) if uses_a_gpu(name)]


@pytest.mark.parametrize("assignment", NOTEBOOKS)
def test_solved_it_computes_on_the_gpu(
    assignment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Of the seeds drawn at home, about 3 in 1,000 leave the reference below full marks.
    monkeypatch.setattr(capstone_training, "draw_seeds", lambda rng: (1, 2, 3))
    monkeypatch.chdir(tmp_path)  # it saves files
    chosen = []
    choose = backend.choose_device

    def noted(*given: str) -> str:
        chosen.append(choose(*given))
        return chosen[-1]

    monkeypatch.setattr(backend, "choose_device", noted)
    launches.clear()
    _, errors = run_cells(solution_notebook(assignment, ROOT))
    assert errors == []
    assert chosen[0] == "cuda"
    assert launches.total() > 0
