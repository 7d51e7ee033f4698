"""nbgrader's own commands and formgrader, run from this folder, read this."""

from pathlib import Path

from grader.classroom.nbgrader_adapter import adapted_config
from grader.settings import load_settings

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.merge(adapted_config(load_settings(Path(__file__).resolve().parent)))
