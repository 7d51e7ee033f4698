"""nbgrader's own commands and formgrader, run from this folder, read this."""

from pathlib import Path

from grader.classroom.course_config import nbgrader_config, prepare
from grader.settings import load_settings

settings = load_settings(Path(__file__).resolve().parent)
prepare(settings)
c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.merge(nbgrader_config(settings))
