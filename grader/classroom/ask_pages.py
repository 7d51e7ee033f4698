"""Ask a process with limits for a student's pages; a worker needs nothing of nbgrader for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.grading.process.fault import GraderFault, SubmissionFault
from grader.grading.process.limited_process import LimitedProcess


def pages(
    process: LimitedProcess, requests: Sequence[Mapping[str, Any]], seconds: float
) -> list[tuple[str, str]]:
    """Each page, and the limit that what the student wrote exceeded ("": it is all there)."""
    made = []
    for request in requests:
        too_much = ""
        try:
            _, body = process.ask(request, seconds)
        except SubmissionFault as error:
            too_much = str(error)
            try:
                _, body = process.ask({**request, "without": too_much}, seconds)
            except SubmissionFault as also:
                raise GraderFault(f"a page without the student's texts fails: {also}") from None
        made.append((body.decode("utf-8"), too_much))
    return made
