"""A small course of its own, so that no test touches the real class."""

import shutil
from pathlib import Path

import pytest

from grader.settings import Settings, load_settings
from tests.authoring.course import write_course

ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Settings:
    """One small assignment, ps98, with 8 points: 2, 3 and 1 by checks, 2 by hand."""
    write_course(tmp_path)
    shutil.copy(ROOT / "course.toml", tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return load_settings(tmp_path)
