"""The report on a graded function: first the hint, then what does not hold, then the rest."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checking.contract.compare import Difference
from grader.checking.contract.properties import GROUP
from grader.checking.contract.run import EARLIER
from grader.checking.contract.texts import Lines
from grader.checking.judging.apply import MAX_PRINTED
from grader.checking.judging.judge import Finding, Verdict
from grader.checking.judging.process_state import ATTENTION
from grader.checking.report.blocks import (
    HOLDS,
    OPEN,
    WRONG,
    Block,
    Code,
    Fold,
    Item,
    Items,
    Report,
    Row,
    Table,
    Text,
    number,
    points,
)

SHOWN_ARRAY = 24
LOOP = "The same with loops, slowly:"  # above a step of the help that is code
REST = "… (what was printed after this is left out)"
SMALLEST = 1e-6  # points that count as none: rounding


def report_on(verdict: Verdict) -> Report:
    """The report on a verdict."""
    badge = points(verdict.score, verdict.points)
    name, status = f"`{verdict.name}`", verdict.status
    if status == "not written":
        says = "not written yet"
        if lower := unwritten_below(verdict):
            says = f"calls `{lower}`, which is not written yet"
        return Report("waiting", name, badge, says, (Text(_not_written(verdict)),), status)
    good = status == "complete"
    says = "all checks pass" if good else ""
    return Report("good" if good else "wrong", name, badge, says, tuple(_blocks(verdict)), status)


def first_help(steps: Sequence[str]) -> Fold:
    """The first step for an empty page: the others build on an attempt. Text keeps it folded."""
    then = "The other steps are here once your function returns something."
    title = f"Help, step {1} of {len(steps)}"
    return Fold(title, (*_step(steps[0]), *([Text(then)] if len(steps) > 1 else [])))


def where_is(finding: Finding) -> str:
    """On which case a property does not hold, and what the function gave there."""
    if not finding.problem:
        return finding.open or finding.measured
    return f"in the case “{finding.about}”: {finding.problem}"


def unwritten_below(verdict: Verdict) -> str:
    """Name of a function that this one calls and that is not written yet."""
    function = verdict.failure.function if verdict.failure else ""
    own = verdict.name in function.split(".") or not function.isidentifier()
    return "" if own else function


def _not_written(verdict: Verdict) -> str:
    """What to do; the message of the library's stand-in comes first if that was called."""
    message = verdict.failure.message if verdict.failure else ""
    preface = f"{message}. " if "yourself" in message else ""
    if unwritten_below(verdict):
        return (
            preface + "Write that function first, run its cell, then run the cells below it again."
        )
    return preface + (
        "Write the function in the cell above, run that cell, then run this one again. You may "
        "try as often as you like."
    )


def _blocks(verdict: Verdict) -> Iterator[Block]:
    for hint in verdict.hints:
        yield Text(hint, "Hint")
    if lines := tuple(_failing(verdict)):
        yield Items(lines)
    if (where := _line(verdict)) and not any(f.raised for f in verdict.findings):
        yield Code(where)
    yield from _others(verdict)
    if verdict.status != "complete":
        yield from _help(verdict)
        if inputs := smallest_inputs(verdict):
            yield Fold("The smallest input that fails", (Code("\n".join(inputs)),))
        warned = [words for words in verdict.warned if words not in ATTENTION]
        cut = [REST] if len(verdict.printed) >= MAX_PRINTED else []
        if said := "\n".join([*warned, verdict.printed, *cut]).strip():
            yield Fold("What your function printed, and NumPy's warnings", (Code(said),))
    for words in ATTENTION:
        if words in verdict.warned:
            yield Text(words, "Attention")
    for advice in verdict.advice:
        yield Text(advice, "Advice")


def _failing(verdict: Verdict) -> Iterator[Item]:
    """The properties that do not hold; a repeated problem is reported once."""
    failing = verdict.failing
    if len(failing) == len(verdict.findings) > 1 and len({f.problem for f in failing}) == 1:
        title = f"None of the {len(failing)} properties could be tested"
        yield Item(WRONG, title, tuple(_problem(failing[0], verdict)))
        return
    shown_at: dict[str, str] = {}
    above, line_is_shown, table_is_open = "", False, False
    for finding in failing:
        # An error is the same in every case; a value may differ for another reason.
        where = finding.problem if finding.raised else where_is(finding)
        blocks: tuple[Block, ...]
        if where == above:
            blocks = (Text("for the same reason"),)
        elif where in shown_at:
            blocks = (Text(f"for the same reason as “{shown_at[where]}”"),)
        else:
            shown_at[where] = finding.title
            blocks = tuple(_problem(finding, verdict, with_line=not line_is_shown))
            line_is_shown = line_is_shown or finding.raised
        above = where
        # One table is enough to begin with, and the first case is the smallest.
        is_table = isinstance(blocks[-1], Table)
        yield Item(WRONG, finding.title, blocks, folded=is_table and table_is_open)
        table_is_open = table_is_open or is_table


def _problem(finding: Finding, verdict: Verdict, *, with_line: bool = True) -> Iterator[Block]:
    """What the function gave beside what was expected, or the error with its line."""
    problem = finding.problem
    if isinstance(problem, Difference):
        case = f"In the case “{finding.about}”" if finding.about else ""
        yield Text(". ".join(filter(None, [case, problem.note and _upper(problem.note)])) + ":")
        rows = tuple(Row((f"`{at}`", f"`{got}`", f"`{want}`")) for at, got, want in problem.rows())
        yield Table(("value", "yours", "expected"), rows)
        return
    yield Text(_upper(where_is(finding)))
    if finding.raised and with_line and (where := _line(verdict)):
        yield Code(where)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _others(verdict: Verdict) -> Iterator[Block]:
    """The properties that hold or are open, folded, with what each is worth."""
    others = [finding for finding in verdict.findings if not finding.problem]
    items = tuple(_other(finding, verdict) for finding in others)
    if len(others) == len(verdict.findings) and verdict.status != "complete":
        yield Items(items)  # nothing fails: the reason for the missing points is here
        return
    measured = tuple(item for item, f in zip(items, others, strict=True) if f.measured)
    if measured:
        yield Items(measured)
    if not others:
        return
    n, all_ = sum(finding.holds for finding in others), len(verdict.findings)
    summary = f"{n} of {all_} properties hold"
    if n < len(others):
        summary += f", {len(others) - n} could not be judged"
    rows = tuple(
        Row((f"{_mark(f)} {f.title}{_later(f, verdict)}", _points_of(f))) for f in verdict.findings
    )
    table = Table(("property", "points"), rows)
    still = tuple(item for item, f in zip(items, others, strict=True) if f.open)
    inside: tuple[Block, ...] = (Items(still), table) if still else (table,)
    listed = tuple(item for item in items if item not in measured)
    yield Fold(summary, inside, in_text=(Items(listed),) if listed else ())


def _mark(finding: Finding) -> str:
    return HOLDS if finding.holds else WRONG if finding.problem else OPEN


def _points_of(finding: Finding) -> str:
    """What a property earned of what it is worth: the points of all of them add up to the score."""
    said = "{got} of {of}"
    return said.format(got=number(finding.earned), of=number(finding.worth))


def _later(finding: Finding, verdict: Verdict) -> str:
    """Why a property that holds has not earned all that it is worth."""
    if not finding.holds or finding.earned > finding.worth - SMALLEST:
        return ""
    worst = max(verdict.findings, key=lambda f: f.spoils)
    if worst.spoils:
        return f" (earns all its points once “{worst.title}” holds)"
    if finding.earned:
        return " (earns more once more values are right)"
    return " (earns points once some values are right)"


def _other(finding: Finding, verdict: Verdict) -> Item:
    said = where_is(finding)
    words = finding.title + _later(finding, verdict)
    return Item(_mark(finding), words, (Text(said),) if said else ())


def _help(verdict: Verdict) -> Iterator[Block]:
    """The steps of help, each inside the one before, which a student may open.

    Text, where nothing can be opened, shows the first where neither a hint nor a line says why.
    """
    ladder = verdict.ladder if _values_are_wrong(verdict) else ()
    told = verdict.hints or any(finding.says_why for finding in verdict.findings)
    inside: tuple[Block, ...] = ()
    for i in range(len(ladder), 0, -1):
        title = f"Help, step {i} of {len(ladder)}"
        shown = () if i > 1 or told else _step(ladder[0], "Help")
        inside = (Fold(title, (*_step(ladder[i - 1]), *inside), in_text=shown),)
    yield from inside


def _step(step: str, label: str = "") -> tuple[Block, ...]:
    """A step of the help: a paragraph, or code below a line that says what it is."""
    if isinstance(step, Lines):
        return Text(LOOP, label), Code(step)
    return (Text(step, label),)


def _values_are_wrong(verdict: Verdict) -> bool:
    """Whether the steps of help are shown; errors and form problems explain themselves."""
    return any(f.problem and f.alone and not f.raised for f in verdict.findings)


def smallest_inputs(verdict: Verdict) -> list[str]:
    """The inputs of the first failing case, as far as they are small enough to read."""
    finding: Finding | None = next((f for f in verdict.findings if f.problem), None)
    if finding is None or finding.case is None:
        return []
    return [
        f"{name} = {text}"
        for name, value in finding.case.items()
        if name not in ("about", GROUP, EARLIER) and (text := _shown(value))
    ]


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size > SHOWN_ARRAY:
            return ""
        return np.array2string(value, precision=3, separator=", ", suppress_small=True)
    text = f"{value:.4g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 120 else ""


def _line(verdict: Verdict) -> str:
    """The line of the student's code that raised."""
    failure = verdict.failure
    if failure is None or not failure.line or not failure.source:
        return ""
    return f"line {failure.line} of {failure.function}: {failure.source}"
