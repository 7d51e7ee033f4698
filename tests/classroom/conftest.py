"""A small course of its own, so that no test touches the real class."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.classroom.collect import reading
from grader.grading.process.limited_process import LimitedProcess
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


class Kept(LimitedProcess):
    """A process that the next test uses, too."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    process = Kept()
    yield process
    LimitedProcess.close(process)


@pytest.fixture
def reading_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submissions are read in one process, which takes long to start."""
    monkeypatch.setattr(reading, "LimitedProcess", lambda: kept)
