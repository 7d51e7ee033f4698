"""Notebooks run in an environment with Colab's versions (tests/colab/environment.py)."""

import json
import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.colab.environment import PYTHON

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = ROOT / "tests" / "environments" / "run_notebook.py"


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
