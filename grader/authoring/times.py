"""How long a notebook takes, by a rule: words read, lines of code in sight, and tasks.

The rule is for readers whose second language is English. It is meant to be checked against real
students, and then changed here, for all notebooks at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from grader.authoring.rules import Find
from grader.authoring.source import CAPTION, FOLD, UNCLAIMED, SourceCell

WORDS_A_MINUTE = 110.0
LINES_A_MINUTE = 12.0
FUNCTION, POINT = 6.0, 3.0  # minutes to write a graded function, and for each of its points
BLANK, BLANK_LINE = 4.0, 2.0  # a task without points: at least, and for each line of its solution
CHOICE, MANUAL = 2.0, 8.0  # a letter, an answer in words
STEP = 5  # minutes; all times are multiples of it
LONGEST = 240
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", re.DOTALL)


def total_time(minutes: Sequence[tuple[str, int]]) -> str:
    """All sections together, in words."""
    return _hours(sum(time for _number, time in minutes))


def advice(minutes: Sequence[tuple[str, int]]) -> str:
    """Where to stop if the sections are too much for one sitting; "" if they are not."""
    total = sum(time for _number, time in minutes)
    if total <= LONGEST:
        return ""
    so_far = accumulate(time for _number, time in minutes)
    half = next(i for i, time in enumerate(so_far) if time >= total / 2)
    return f"That is too much for one sitting: stop after section {minutes[half][0]}."


def minutes_of_folds(cells: Sequence[SourceCell]) -> int:
    """To read all folded texts, without the captions for readers who cannot see a figure."""
    folds = [text for c in cells if c.is_markdown for text in DETAILS.findall(_read(c.text))]
    return STEP * round(sum(len(text.split()) for text in folds) / WORDS_A_MINUTE / STEP)


def minutes_by_section(cells: Sequence[SourceCell], find: Find) -> list[tuple[str, int]]:
    """Number and minutes of every section ``## 3 Title``; the opening belongs to the first."""
    minutes = {"": 0.0}
    graded = {cell.name for cell in cells if cell.kind in ("check", "choice")}
    for cell in cells:
        if cell.is_markdown and (heading := re.search(r"^## (\d+) ", cell.text, re.M)):
            # What stands above the first heading is read with its section.
            minutes[heading[1]] = minutes.pop("", 0.0)
        minutes[next(reversed(minutes))] += _minutes(cell, graded, find)
    minutes.pop("", None)
    return list(zip(minutes, _rounded([*minutes.values()]), strict=True))


def _minutes(cell: SourceCell, graded: set[str], find: Find) -> float:
    match cell.kind:
        case "manual":
            return MANUAL
        case "choice":
            return CHOICE
        case "check":
            return FUNCTION + POINT * find(cell.name).points
        case "solution":
            name = cell.name.removeprefix("answer_")
            return 0.0 if name in graded else max(BLANK, BLANK_LINE * _solution_lines(cell.text))
        case "claims" | "opening" | "setup":
            return 0.0
    if cell.is_markdown:
        return len(DETAILS.sub("", _read(cell.text)).split()) / WORDS_A_MINUTE
    return 0.0 if FOLD in cell.options else len(cell.text.splitlines()) / LINES_A_MINUTE


def _read(text: str) -> str:
    return CAPTION.sub("", UNCLAIMED.sub("", text))


def _solution_lines(text: str) -> int:
    return sum(len(part.splitlines()) for part in SOLUTION.findall(text))


def _rounded(minutes: Sequence[float]) -> list[int]:
    """In steps, at least one each, so that their sum is the rounded sum of the minutes.

    Rounding each by itself would make many sections that end just below the next step too short.
    """
    steps = [max(1, int(time / STEP)) for time in minutes]
    while left := max(round(sum(minutes) / STEP), len(steps)) - sum(steps):
        missing = [time / STEP - step for time, step in zip(minutes, steps, strict=True)]
        if left > 0:
            steps[missing.index(max(missing))] += 1
        else:
            long = {i: lack for i, lack in enumerate(missing) if steps[i] > 1}
            steps[min(long, key=long.__getitem__)] -= 1
    return [STEP * step for step in steps]


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} hour{'s' * (hours > 1)}"] if hours else []
    return " ".join([*words, *([f"{rest} minutes"] if rest else [])])
