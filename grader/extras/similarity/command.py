"""The command that lists answers of different students that are unusually alike."""

from __future__ import annotations

from rich.markup import escape

from grader.cli.console import console, say_problems, show_places
from grader.cli.options import Assignment
from grader.settings import load_settings


def similarity(assignment: Assignment) -> None:
    """List pairs of students whose answers are unusually alike.

    Names, comments and layout do not count, nor does what students were given or what many wrote.
    The page has the answers side by side. It is a list to look at and proves nothing.

    Example: python -m grader similarity ps06
    """
    from grader.classroom.page_style import plural
    from grader.classroom.school_class import Class
    from grader.extras.similarity.pairs import compare
    from grader.wording import one_line

    with say_problems():
        settings = load_settings()
        found, page = compare(Class(settings, settings.classroom), assignment)
        for student, why in found.left_out.items():
            console.print(f"left out: {escape(one_line(student))} ({escape(one_line(why))})")
        pairs, references = len(found.pairs), len({one.student for one in found.like_references})
        console.print(
            f"{found.students} submissions: {pairs} {plural(pairs, 'pair is', 'pairs are')} "
            f"unusually alike, {references} {plural(references, 'student is', 'students are')} "
            "unusually close to a reference. The page is a list to look at and proves nothing."
        )
        show_places(settings, page=page, table=page.with_suffix(".csv"))
