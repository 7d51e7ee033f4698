"""Tests here are skipped without the environment; REQUIRE_COLAB=1 forbids skipping."""

import json
import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.colab.environment import PYTHON, missing

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = ROOT / "tests" / "environments" / "run_notebook.py"


@pytest.fixture(scope="session", autouse=True)
def needs_environment():
    reason = missing()
    if reason and os.environ.get("REQUIRE_COLAB") == "1":
        pytest.fail(f"REQUIRE_COLAB=1, but {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture
def in_colab(tmp_path):
    """Runs a notebook with Colab's versions; returns what run_notebook.py reports."""

    def run(notebook):
        folder = tmp_path / "content"
        folder.mkdir()
        path, report = tmp_path / "notebook.ipynb", tmp_path / "report.json"
        nbformat.write(notebook, path)
        done = subprocess.run(
            [PYTHON, RUNNER, path, report],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path / "home"),
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE / "stand_in")]),
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(report.read_text("utf-8"))

    return run
