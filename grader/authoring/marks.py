"""The lines that mark a solution in a source, what stands between them, and what is left of it."""

from __future__ import annotations

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
HIDDEN, HIDDEN_END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
STUB = '# your code here (and delete the next line)\nraise NotImplementedError("not written yet")'


def marks(text: str) -> list[str]:
    """The marks of ``text`` in their order, as BEGIN and END."""
    lines = text.split("\n")
    return [BEGIN if BEGIN in line else END for line in lines if BEGIN in line or END in line]


def in_turn(found: list[str]) -> bool:
    """Whether there are marks and they open and close in turn."""
    return bool(found) and found == [BEGIN, END] * (len(found) // 2)


def inside(text: str) -> list[str]:
    """The lines between the marks."""
    lines: list[str] = []
    within = False
    for line in text.split("\n"):
        if BEGIN in line:
            within = True
        elif END in line:
            within = False
        elif within:
            lines.append(line)
    return lines


def unmarked(text: str) -> str:
    """``text`` without the marks, the solution left in."""
    return "\n".join(line for line in text.split("\n") if BEGIN not in line and END not in line)


def cleared(source: str) -> str:
    """A code cell as the release shows it: a stub for each region, but none at the left margin.

    A stub raises. Inside a function that is what an unwritten function should do; at the left
    margin (``answer_which = "b"``) it would stop "Run all" for everybody who has not answered yet.
    """
    return without_regions(source, BEGIN, END, STUB, at_margin=False)


def without_regions(
    source: str, begin: str, end: str, stub: str = "", *, at_margin: bool = True
) -> str:
    """``source`` with ``stub``, indented as it was, for each region between two marks.

    Parameters
    ----------
    at_margin : whether there is a stub at the left margin, too
    """
    kept: list[str] = []
    within = False
    for line in source.split("\n"):
        if begin in line:
            within = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in stub.split("\n") if stub and (indent or at_margin)]
        elif end in line:
            within = False
        elif not within:
            kept.append(line)
    return "\n".join(kept)
