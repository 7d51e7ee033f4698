"""Tests that share fixtures run in one process, which pytest-xdist alone does not see to."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import group_of

ROOT = Path(__file__).parents[1]
FEW = ("tests/test_settings.py", "tests/course_lib/descent")


@pytest.mark.slow
def test_one_process_runs_all_tests_of_a_group() -> None:
    command = [sys.executable, "-m", "pytest", "-n", "2", "-v", *FEW]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    ran_by = defaultdict[str, set[str]](set)
    for process, test in re.findall(r"^\[(gw\d)\].* PASSED (\S+)", told, re.M):
        ran_by[group_of(test)].add(process)
    assert len(ran_by) > 3, told
    assert {len(processes) for processes in ran_by.values()} == {1}
    assert len(set.union(*ran_by.values())) == 2
