"""nbgrader's configuration for this course: the same for its own commands and for ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbconvert import preprocessors
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.authoring.clear import configure
from grader.classroom.converters import read_times_with_care
from grader.classroom.gradebook.store import gradebook_of
from grader.classroom.late_policy import configure_late
from grader.classroom.page_style import STYLE
from grader.grading.submission.sanitize import FILTERS
from grader.settings import Settings, SettingsError

FILE = "nbgrader_config.py"
# formgrader frames every picture in red, as if it were a fault; most of them are the course's own.
NO_FRAME = "img { border: 0 !important; }\n"


class KeepInside(preprocessors.CSSHTMLHeaderPreprocessor):
    """Writes the styles into a page's head: those of coloured code, then ours."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        resources["inlining"]["css"].append(STYLE + NO_FRAME)
        return nb, resources


def keep_inside() -> None:
    """Have formgrader use our class: its templates name nbconvert's."""
    preprocessors.CSSHTMLHeaderPreprocessor = KeepInside  # type: ignore[misc]


def exchange_of(settings: Settings) -> Path:
    """Where students fetch and submit: never in the class, which they cannot read."""
    return settings.root / settings.folders.exchange


def nbgrader_config(settings: Settings) -> Config:
    """What all steps of nbgrader are told."""
    read_times_with_care()
    keep_inside()
    config = Config()
    configure(config)
    config.CourseDirectory.course_id = settings.course.id
    config.CourseDirectory.root = str(settings.root)
    config.CourseDirectory.source_directory = os.path.relpath(settings.solved, settings.root)
    config.CourseDirectory.release_directory = settings.folders.notebooks
    config.Exchange.root = str(exchange_of(settings))
    config.Autograde.autograde_preprocessors = [
        step for step in Autograde.autograde_preprocessors.default() if step is not Execute
    ]  # nothing is executed by nbgrader
    configure_late(config, settings.late)
    config.LimitOutput.max_lines = 500
    config.HTMLExporter.filters = FILTERS
    _in_class(config, settings, settings.classroom)
    return config


def class_config(settings: Settings, classroom: Path) -> Config:
    """The configuration that nbgrader's own commands would read, for the class in ``classroom``.

    Parameters
    ----------
    classroom : folder of submissions and gradebook
    """
    config = nbgrader_config(settings)
    for folder in (*reversed(jupyter_config_path()), str(settings.root)):
        if (Path(folder) / FILE).is_file():
            # The whole path, in which nothing is taken for a variable.
            config.merge(PyFileConfigLoader(str(Path(folder) / FILE), path=folder).load_config())
    if config.CourseDirectory.db_url != gradebook_of(settings, settings.classroom):
        raise SettingsError(
            f"{FILE} names another gradebook (CourseDirectory.db_url) than course.toml; name it in "
            "course.toml, so that grading, backup and restore mean the same"
        )
    if classroom != settings.classroom:
        _in_class(config, settings, classroom)
    return config


def _in_class(config: Config, settings: Settings, classroom: Path) -> None:
    config.CourseDirectory.db_url = gradebook_of(settings, classroom)
    for step in ("submitted", "autograded", "feedback"):
        folder = os.path.relpath(classroom / step, settings.root)
        config.CourseDirectory[f"{step}_directory"] = folder
    config.ZipCollectApp.downloaded_directory = os.path.relpath(
        classroom / "downloaded", settings.root
    )
