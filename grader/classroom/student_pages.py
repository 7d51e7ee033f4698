"""A student's feedback: which pages have to be written, and writing them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from grader.classroom.ask_pages import pages
from grader.classroom.converters import StudentPages
from grader.classroom.walk import Plan, Step
from grader.files import digest_of

PAGE_SECONDS = 120.0  # of processor time
VERSION = "4"  # to be raised when pages are made in another way


@dataclass
class Feedback(Step):
    """The feedback on one assignment, student by student."""

    nbgrader: StudentPages

    @cached_property
    def version(self) -> str:
        """Of everything that all pages are made from: this code, and the notebooks as given."""
        folder = self.group.settings.notebooks / self.assignment
        given = [folder / f"{name}.ipynb" for name in self.names]
        return f"{VERSION} {digest_of([path for path in given if path.is_file()])}"

    def plan(self, student: str) -> Plan | None:
        """Have the student's pages rendered, each in a limited process, if they have changed."""
        key = self.agreement.page_key(student, self.names, self.version)
        if not self.force and self.agreement.pages_are_current(student, self.names, key):
            return None
        places = [str(self.nbgrader.source(student) / f"{name}.ipynb") for name in self.names]
        requests = [
            {
                "do": "grader.classroom.render_page.answer_page",
                "course": str(self.group.settings.root),
                "classroom": str(self.group.folder),
                "notebook": place,
                "resources": self.nbgrader.init_single_notebook_resources(place),
            }
            for place in places
        ]
        record = partial(self.record, student, key)
        return Plan("written", pages, (requests, PAGE_SECONDS), record)

    def record(self, student: str, key: str, rendered: list[tuple[str, str]]) -> None:
        """Have nbgrader write the pages, and note what they were made from."""
        for _, too_much in rendered:
            if too_much:
                self.nbgrader.log.warning("%s: %s", student, too_much)
        texts = (page for page, _ in rendered)
        self.nbgrader.write(student, dict(zip(self.names, texts, strict=True)))
        self.agreement.note_pages(student, self.names, key)
