"""Which tests belong together: those of one file, and of a file about all problem sets, of one set.

Tests that belong together run in one process, so that what a module's fixtures make is made once;
the rest is shared out, so that no file keeps one core busy while the others wait.
"""

import re
from functools import cache

ABOUT_PROBLEM_SETS = ("tests/gates/", "tests/authoring/", "tests/colab/", "tests/cupy/")
PARAMETERS = re.compile(r"\[(.*)\]$")


@cache
def _problem_set_by_name() -> dict[str, str]:
    from grader.checking.contract.registry import names, problem_set

    return {_plain(name): problem_set(name) for name in names()}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()  # early_stopping.py, class EarlyStopping


def problem_set_of(nodeid: str) -> str:
    """The problem set that a test is about, ``""`` if it is about none or about several."""
    if nodeid.startswith("tests/gates/test_capstone.py"):
        return "ps14"
    parameters = PARAMETERS.search(nodeid)
    for part in parameters[1].split("-") if parameters else ():
        if re.fullmatch(r"ps\d\d", part):
            return part
        if found := _problem_set_by_name().get(_plain(part)):
            return found
    return ""


def group_of(nodeid: str) -> str:
    """Name of the group that a test runs with."""
    file = nodeid.partition("::")[0]
    shared = file.startswith(ABOUT_PROBLEM_SETS)
    return f"{file} {problem_set_of(nodeid)}".strip() if shared else file
