"""A class: where it is, who handed something in, and how its submissions are graded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.classroom.gradebook.store import gradebook_of
from grader.grading.submission.handed_in import students_in
from grader.settings import FILE, Settings, SettingsError, load_settings


@dataclass(frozen=True)
class Class:
    """A class of a course.

    Attributes
    ----------
    folder : holds submitted/, autograded/, feedback/, results/ and gradebook.db
    unsafe : grade without isolation
    jobs : submissions that are graded, or pages that are made, at once
    cluster : address of a Dask scheduler whose workers do that; "": this machine does
    """

    settings: Settings
    folder: Path
    unsafe: bool = False
    jobs: int = 1
    cluster: str = ""

    def __post_init__(self) -> None:
        """Workers read ``course.toml`` themselves: other settings would have no effect."""
        if self.settings != load_settings(self.settings.root):
            raise SettingsError(
                f"these settings differ from those in {self.settings.root / FILE}, which every "
                "worker reads; write them there, and load them from it"
            )

    @cached_property
    def gradebook(self) -> str:
        """The gradebook's address."""
        return gradebook_of(self.settings, self.folder)

    def students(self, assignment: str) -> list[str]:
        """Who handed something in."""
        return students_in(self.folder / "submitted", assignment)
