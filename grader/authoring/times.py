"""How long a notebook takes, by a rule: words, given code, tasks, and how long its cells run.

The rule is set by what those who solved a notebook from its text said they needed. No class has
been timed yet, so a range is stated. Its upper end is 1.45 times the sum: for the slower half of a
class, four readers of the whole course named 80, 80, 91 and 99 hours, when the sum was 61.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.authoring.rules import points_of
from grader.authoring.source import BROKEN, CAPTION, FOLD, UNCLAIMED, SourceCell
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.families.experiment import Experiment
from grader.checking.contract.registry import find

WORDS_A_MINUTE, FOLDED_WORDS_A_MINUTE = 45.0, 90.0
LINES_A_MINUTE = 15.0  # of given code in sight
OWN_LINE, FUNCTION = 2.5, 8.0  # for a line of own functions; each counts for so much at least
EXPERIMENT = 35.0  # solvers of eighteen notebooks named 21 to 45, on average 34
REPAIR = 20.0  # of a given script, for finding its faults
CHOICE, MANUAL, GUESS = 4.0, 15.0, 2.0  # a letter, an answer in words, a guess
FRAME = 2.0  # the text that is the same in all notebooks
UPPER = 1.45
STEP = 5  # minutes; all times are multiples of it
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
WORD = re.compile(r"\S*\w\S*")
HIDDEN = re.compile(r"<[^>]+>|\]\([^)]*\)|^\[\w+\]: data:.*$|!\[[^\]]*\]\[\w+\]", re.MULTILINE)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", re.DOTALL)


def in_words(minutes: int) -> str:
    """``"1 h 50"``, ``"45 min"``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest}" if rest else f"{hours} h"


class Section(NamedTuple):
    """The number of a section ``## 3 Title``, and the range of minutes that it takes."""

    number: str
    low: int
    high: int


def span(sections: Sequence[Section]) -> str:
    """All sections together as a range: ``"1 h 50 to 2 h 25"``."""
    low, high = sum(one.low for one in sections), sum(one.high for one in sections)
    return f"{in_words(low)} to {in_words(high)}"


def minutes_by_section(cells: Sequence[SourceCell]) -> list[Section]:
    """Every section with its minutes; the opening belongs to the first.

    The last one also has what stands below it.
    """
    minutes = {"": FRAME}
    own = _minutes_of_functions(cells)
    for cell in cells:
        if cell.is_markdown and (heading := re.search(r"^## (\d+) ", cell.text, re.M)):
            # What stands above the first heading is read with its section.
            minutes[heading[1]] = minutes.pop("", 0.0)
        own_minutes = own[cell.name] if is_own(cell) else 0.0
        minutes[next(reversed(minutes))] += own_minutes + _minutes(cell)
    minutes.pop("", None)
    lows = _rounded([*minutes.values()])
    # A section that was rounded down has the wider range.
    pairs = zip(minutes.values(), lows, strict=True)
    wide = [max(0.0, UPPER * time - low) for time, low in pairs]
    share = (UPPER - 1) * sum(lows) / (sum(wide) or 1)
    more = _rounded([share * width for width in wide])
    return [Section(n, low, low + add) for n, low, add in zip(minutes, lows, more, strict=True)]


def words_of(text: str) -> tuple[int, int]:
    """The words of a text cell in sight, and those in folds.

    The description of a figure, ``*In words: …*``, is shown folded.
    """
    text = UNCLAIMED.sub("", text)
    folds = [*DETAILS.findall(text), *(found[0] for found in CAPTION.finditer(text))]
    in_sight = CAPTION.sub("", DETAILS.sub("", text))
    return _count(in_sight), sum(map(_count, folds))


def _count(text: str) -> int:
    return len(WORD.findall(HIDDEN.sub(" ", text)))


def is_own(cell: SourceCell) -> bool:
    """Whether it is a function of the student, and not the letter of a choice."""
    return cell.kind == "solution" and not cell.name.startswith("answer_")


def given_lines(cell: SourceCell) -> int:
    """The lines of a code cell that the student does not write."""
    return len([line for line in SOLUTION.sub("", cell.text).splitlines() if line.strip()])


def own_lines(cell: SourceCell) -> int:
    """The lines between the marks, without comments."""
    lines = "\n".join(SOLUTION.findall(cell.text)).splitlines()
    return len([line for line in lines if line.strip() and not line.lstrip().startswith("#")])


def is_experiment(exercise: Exercise) -> bool:
    """Whether the student plans an experiment.

    Either the exercise judges it as a procedure, or a class compares what the students have found
    by trials of their own.
    """
    return isinstance(exercise, Experiment) or exercise.keeps_entries


def _minutes_of_functions(cells: Sequence[SourceCell]) -> dict[str, float]:
    """The minutes for each function of the student.

    Those that have points, but for an experiment, together take as long as their lines say; the
    part of each is that of its points. Solvers of sixteen notebooks needed this more nearly than by
    the lines of each.
    """
    found = {cell.name: max(FUNCTION, OWN_LINE * own_lines(cell)) for cell in cells if is_own(cell)}
    found |= {cell.options[BROKEN]: REPAIR for cell in cells if BROKEN in cell.options}
    points = {}
    for cell in cells:
        if cell.kind != "check" or cell.name not in found:
            continue
        if is_experiment(find(cell.name)):
            found[cell.name] = EXPERIMENT
        elif worth := points_of(cell):
            points[cell.name] = worth
    together = sum(found[name] for name in points)
    return found | {n: together * worth / sum(points.values()) for n, worth in points.items()}


def _minutes(cell: SourceCell) -> float:
    """All but what the student writes in a function."""
    match cell.kind:
        case "manual":
            return MANUAL
        case "choice":
            return CHOICE
        case "guess":
            return GUESS
        case "setup" if "minutes" in cell.options:
            return float(cell.options["minutes"])
        case "solution" if is_own(cell):
            return given_lines(cell) / LINES_A_MINUTE
        case "check" | "solution" | "claims" | "opening":
            return 0.0
    if cell.is_markdown:
        in_sight, folded = words_of(cell.text)
        return in_sight / WORDS_A_MINUTE + folded / FOLDED_WORDS_A_MINUTE
    return 0.0 if FOLD in cell.options else given_lines(cell) / LINES_A_MINUTE


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
