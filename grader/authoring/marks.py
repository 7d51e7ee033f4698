"""The lines that mark a solution in a source, and what stands between them."""

from __future__ import annotations

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"


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
