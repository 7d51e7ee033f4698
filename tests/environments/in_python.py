"""Every notebook in the Python that a session of noxfile.py has made; with a grader, a class."""

import os
import shutil

import pytest

from grader.authoring.assignments import assignments
from tests.environments.elsewhere import answered, points_at_home, report_of, run_elsewhere
from tests.project import ROOT

PYTHON, PATH = os.environ["TRIED_PYTHON"], os.environ["TRIED_PATH"]
BUILT = shutil.ignore_patterns("build", ".venv", ".git", "class", "*_cache")


@pytest.fixture(params=assignments(ROOT))
def notebook(request):
    return answered(request.param)


def test_no_cell_stops_and_each_check_gives_full_marks(
    notebook, tmp_path, record_testsuite_property
):
    seen = report_of(notebook, PYTHON, tmp_path, PATH)
    record_testsuite_property("versions", ", ".join(seen["versions"]))
    assert not seen["errors"], seen["errors"][0]
    expected = points_at_home(notebook)
    assert {name: seen["scores"].get(name) for name in expected} == pytest.approx(expected)


@pytest.mark.skipif("TRIED_GRADER" not in os.environ, reason="it has no grader")
def test_a_sample_class(tmp_path):
    shutil.copytree(ROOT, tmp_path / "content", ignore=BUILT)
    run_elsewhere(PYTHON, ["-m", "grader", "demo"], tmp_path, PATH)
