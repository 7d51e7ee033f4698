"""How much a test tries: enough to notice a defect in `make test`, far more in `make test-long`.

``LONG=1`` selects the long sizes. Each can be set alone too, as in ``SEEDS=50 pytest tests/gates``.
`make test` tries less for problem sets that have not changed (tests/passed.py).
"""

import os

from tests.passed import problem_sets

LONG = os.environ.get("LONG") == "1"


def _size(name: str, short: int, long: int) -> int:
    return int(os.environ.get(name, long if LONG else short))


SEEDS = _size("SEEDS", 3, 200)  # random draws of each exercise's cases
PROGRAM_SEEDS = _size("SEEDS", 2, 200)  # of each program in tests/programs
FUZZ = _size("FUZZ", 200, 10_000)  # damaged inputs at each entrance of the grading side
STUDENTS = _size("STUDENTS", 8, 200)  # whose grading is killed at random moments
KILLS = _size("KILLS", 3, 20)


# Problem sets of which `pytest --changed` runs a sample; tests/conftest.py fills it.
SAMPLED: set[str] = set()


def seeds_of(problem_set: str, seeds: int = SEEDS) -> range:
    """The random draws that a test with many programs for each draw tries."""
    return range(min(seeds, 1) if problem_set in SAMPLED else seeds)


SHORTEST = "ps08"  # few functions, none of which trains a network
# On which problem sets every kind of hostile submission is tried.
HOSTILE = os.environ.get("HOSTILE", ",".join(problem_sets()) if LONG else SHORTEST).split(",")
