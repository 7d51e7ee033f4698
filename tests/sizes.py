"""How much a test tries: enough to notice a defect, and far more with ``LONG=1``, as `make
test-long` sets it. Each can be set alone too, as in ``SEEDS=50 pytest tests/gates``."""

import os
from collections.abc import Collection, Iterable
from typing import Any

import pytest

LONG = os.environ.get("LONG") == "1"


def _size(name: str, short: int, long: int) -> int:
    return int(os.environ.get(name, long if LONG else short))


SEEDS = _size("SEEDS", 2, 200)  # random draws of each exercise's cases
ALL_DRAWS = LONG or "SEEDS" in os.environ  # or the gates try the first draw alone
FUZZ = _size("FUZZ", 200, 10_000)  # damaged inputs at each entrance of the grading side

# The exercises whose judge trains networks for many seconds, and their problem sets.
TRAIN = ("cards", "configuration", "ps25", "ps26")


def mostly_slow(names: Iterable[str]) -> list[Any]:
    """Names of exercises or problem sets as parameters, those of TRAIN in `make test-all` alone."""
    return [pytest.param(n, marks=pytest.mark.slow) if n in TRAIN else n for n in names]


def mostly_long(values: Iterable[Any], always: Collection[Any]) -> list[Any]:
    """Parameters of which `make test-long` alone tries those that are not in ``always``."""
    return [v for v in values if LONG or v in always]
