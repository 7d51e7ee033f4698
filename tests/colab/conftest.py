"""Notebooks run in an environment with Colab's versions (tests/colab/environment.py)."""

import os
from pathlib import Path

import pytest

from tests.colab.environment import PYTHON
from tests.environments.elsewhere import report_of
from tests.project import ROOT

PATH = os.pathsep.join([str(ROOT), str(Path(__file__).parent / "stand_in")])
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture
def in_colab(tmp_path):
    """Runs a notebook with Colab's versions; returns what run_notebook.py reports."""
    return lambda notebook: report_of(notebook, PYTHON, tmp_path, PATH, **ONE_THREAD)
