"""How many sentences of each notebook state a result that no claim covers.

``python -m grader notebook claims --missing psNN`` lists them;
``python -m tests.project.unclaimed --lower`` lowers the numbers in unclaimed_left.toml to the
present ones.
"""

import sys
import tomllib
from pathlib import Path

from grader.authoring import assignments
from grader.authoring.unclaimed import unclaimed
from tests.project import ROOT

LEFT = Path(__file__).with_name("unclaimed_left.toml")


def counts() -> dict[str, int]:
    """Problem set -> number of such sentences."""
    return {name: len(unclaimed(name, ROOT)) for name in assignments(ROOT)}


def left() -> dict[str, int]:
    """Problem set -> number of such sentences that it may still have; 0 if it is not listed."""
    listed: dict[str, int] = tomllib.loads(LEFT.read_text("utf-8"))
    return listed


def complaints(present: dict[str, int], allowed: dict[str, int]) -> list[str]:
    """Where the present numbers differ from the listed ones, and what to do."""
    said = []
    for name, number in sorted(present.items()):
        most = allowed.get(name, 0)
        if number > most:
            said.append(
                f"{name}: {number} results without a claim, at most {most}: "
                f"python -m grader notebook claims --missing {name}"
            )
        elif number < most:
            said.append(
                f"{name}: {number} results without a claim instead of {most}, so lower the list: "
                "python -m tests.project.unclaimed --lower"
            )
    return said


def lower(present: dict[str, int], allowed: dict[str, int]) -> dict[str, int]:
    """The list with smaller numbers where there are fewer, and without notebooks that have none."""
    lowered = {name: min(most, present.get(name, 0)) for name, most in sorted(allowed.items())}
    return {name: number for name, number in lowered.items() if number}


def _main() -> None:
    if sys.argv[1:] != ["--lower"]:
        raise SystemExit(__doc__)
    head = LEFT.read_text("utf-8").split("\n\n")[0]
    lines = [f"{name} = {number}" for name, number in lower(counts(), left()).items()]
    LEFT.write_text("\n".join([head, "", *lines, ""]), "utf-8")


if __name__ == "__main__":
    _main()
