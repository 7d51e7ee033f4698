"""Ordinary test cells, as other people's assignments have them: graded where the student's code is.

Such a cell runs in the student's process, which can make of it what it wants. What can be had
nevertheless:

- It runs in its place among the cells, because it may depend on names that change later.
- Its hidden part does not come near the cells whose outputs are shown. Where there is one, only the
  visible part runs with the others; after all else the whole notebook runs once more, in a process
  of its own, with the hidden parts in it, and of that run only the scores are taken.
- What is told of a hidden test is its own message or nothing: a submission could print the test.
"""

from __future__ import annotations

import ast
import builtins

from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.grading.submission.results import bounded


def score_of(outputs: list[NotebookNode], points: float) -> float:
    """What a cell earns by nbgrader's rules: an error is 0, a number is itself, all else is all."""
    for output in outputs:
        if output.output_type == "error":
            return 0.0
        if output.output_type == "execute_result":
            number = number_in(output.data.get("text/plain", ""))
            if number is not None:
                return bounded(number, points)
    return points


def number_in(text: str) -> float | None:
    """``0.5``, ``np.float64(0.5)`` and the like."""
    text = text.strip()
    if text.endswith(")") and text.startswith("np."):
        text = text[:-1].partition("(")[2]
    try:
        return float(text)
    except ValueError:
        return None


def as_nbgrader_reads_them(outputs: list[NotebookNode], points: float) -> list[NotebookNode]:
    """Outputs of a test cell without hidden part, so that nbgrader reads the right score.

    Warnings cost nothing, and a number is partial credit between 0 and ``points``.
    """
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        elif output.output_type == "execute_result":
            number = number_in(output.data.get("text/plain", ""))
            if number is None:
                output = new_output("display_data", data=output.data)
            else:
                output.data = {"text/plain": repr(bounded(number, points))}
        kept.append(output)
    return kept


def report_of_hidden(
    source: str, outputs: list[NotebookNode], points: float
) -> tuple[list[NotebookNode], str]:
    """Outputs that stand for those of a cell with hidden tests, and in a line what was found."""
    score = score_of(outputs, points)
    errors = [output for output in outputs if output.output_type == "error"]
    found = ""
    if errors:
        kind, message = errors[0].ename, errors[0].evalue
        known = isinstance(getattr(builtins, kind, None), type) or kind in ("TimeLimit", "Ended")
        found = f"a test failed: {kind}" if known else "a test failed"
        if message in _messages(source):
            found += f": {message}"
    elif score < points:
        found = f"{score:g} of {points:g} points"
    shown = new_output("display_data", data={"text/plain": found or "all tests passed"})
    return [shown, new_output("execute_result", data={"text/plain": repr(score)})], found


def _messages(source: str) -> set[str]:
    """Messages that the tests' author wrote for everybody who fails them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    spoken = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg]
    spoken += [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    return {
        part.value
        for node in spoken
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
