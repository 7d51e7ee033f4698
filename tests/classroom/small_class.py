"""A class that hands in ps98, the small assignment of the tests."""

import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import release
from grader.classroom.gradebook.marks import Score, scores
from grader.classroom.record import autograde
from grader.classroom.school_class import Class
from grader.settings import Settings, load_settings
from tests.authoring.course import write_course

NAME, AUTOMATIC = "ps98_small", 6.0
LIMITS = "[limits]\ncell_seconds = 5\ncall_seconds = 2\nmemory_megabytes = 1024\nprocesses = 24\n"


class SmallClass:
    """Folder, notebooks and commands of a class."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.group = Class(settings, settings.classroom)

    @cached_property
    def release(self) -> Any:
        """What students get."""
        given = release("ps98", self.settings.root, self.settings.build / "given")
        return nbformat.read(given, 4)

    @cached_property
    def answers(self) -> dict[str, str]:
        return answers_of(solution_notebook("ps98", self.settings.root))

    def notebook(self, *answers: str) -> Any:
        """The release with these answers; all, if none is named."""
        chosen = {name: self.answers[name] for name in answers or self.answers}
        return fill(self.release, chosen)

    def with_text(self, *answers: str) -> Any:
        """A notebook with a written answer, which a person grades."""
        notebook = self.notebook(*answers)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "manual_why":
                cell.source = "The gradient has the shape of W."
        return notebook

    def hand_in(self, student: str, notebook: Any, **files: str) -> Path:
        folder = self.settings.classroom / "submitted" / student / "ps98"
        folder.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (folder / f"{NAME}.ipynb").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (folder / f"{name}.txt").write_text(content, encoding="utf-8")
        return folder

    def copy(self, root: Path) -> "SmallClass":
        """The same class in another folder."""
        shutil.copytree(self.settings.root, root, symlinks=True)
        return SmallClass(load_settings(root))

    def autograde(self, *, jobs: int = 1, cluster: str = "", **options: Any) -> dict[str, str]:
        """Why each student's work was graded."""
        reasons: dict[str, str] = {}
        group = Class(self.settings, self.settings.classroom, jobs=jobs, cluster=cluster)
        autograde(group, "ps98", reasons.__setitem__, **options)
        return reasons

    def scores(self) -> dict[str, Score]:
        return scores(self.group.gradebook, "ps98")

    def points(self) -> dict[str, float]:
        return {student: score.score for student, score in self.scores().items()}


def make_class(root: Path, settings: str = "") -> SmallClass:
    """A course without submissions; ``settings`` are further sections of its ``course.toml``."""
    write_course(root)
    (root / "course.toml").write_text(LIMITS + settings, encoding="utf-8")
    release("ps98", root, root / "notebooks")
    return SmallClass(load_settings(root))
