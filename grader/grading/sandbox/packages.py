"""Whether submissions can import packages that only some exercises need, such as torch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.util import find_spec

from grader.grading.sandbox.notebook_process import Lost, NotebookProcess
from grader.grading.sandbox.sandbox import Sandbox


@cache
def can_import(package: str, sandbox: Sandbox) -> bool:
    """Whether ``package`` is there for the judge, and a submission can import it within its limits.

    It is tried in a process of its own, in which nothing of a student's runs.
    """
    if find_spec(package) is None:
        return False
    process = NotebookProcess(replace(sandbox, needs=sandbox.needs | {package}))
    try:
        head, _ = process.run(f"import {package}", sandbox.limits.cell_seconds)
    except Lost:
        return False
    finally:
        process.close()
    match head:
        case {"outputs": list(outputs), "interrupted": False}:
            return all(output.get("output_type") != "error" for output in outputs)
    return False
