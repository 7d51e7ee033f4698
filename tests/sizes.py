"""How much a test tries: enough to notice a defect in `make test`, far more in `make test-long`.

``LONG=1`` selects the long sizes. Each can be set alone too, as in ``SEEDS=50 pytest tests/gates``.
"""

import os
from pathlib import Path

LONG = os.environ.get("LONG") == "1"


def _size(name: str, short: int, long: int) -> int:
    return int(os.environ.get(name, long if LONG else short))


SEEDS = _size("SEEDS", 3, 200)  # random draws of each exercise's cases
PROGRAM_SEEDS = _size("SEEDS", 2, 200)  # of each program in tests/programs
FUZZ = _size("FUZZ", 200, 10_000)  # damaged inputs at each entrance of the grading side
STUDENTS = _size("STUDENTS", 8, 200)  # whose grading is killed at random moments
KILLS = _size("KILLS", 3, 20)


def _problem_sets() -> list[str]:
    return sorted(path.name for path in (Path(__file__).parents[1] / "solutions").glob("ps*"))


SHORTEST = "ps08"  # the problem set with the fewest functions
# On which problem sets every kind of hostile submission is tried.
HOSTILE = os.environ.get("HOSTILE", ",".join(_problem_sets()) if LONG else SHORTEST).split(",")
