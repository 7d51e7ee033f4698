"""Ask a process with limits for a student's pages; a worker needs nothing of nbgrader for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.grading.limited_process import LimitedProcess, TooMuch


def pages(
    process: LimitedProcess, requests: Sequence[Mapping[str, Any]], seconds: float
) -> list[tuple[str, str]]:
    """Each page, and the limit that what the student wrote exceeded ("": it is all there)."""
    made = []
    for request in requests:
        too_much = ""
        try:
            _, body = process.ask(request, seconds)
        except TooMuch as error:
            too_much = str(error)
            _, body = process.ask({**request, "without": too_much}, seconds)
        made.append((body.decode("utf-8"), too_much))
    return made
