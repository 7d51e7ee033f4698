"""Pairs of something right and something faulty, on which a test of one's own is tried."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


class CallsSpent(Exception):
    """One call more than the budget allows was asked for."""


def count_apart(
    test: Callable[[Any], Any],
    unknown: Callable[[Mapping[str, Any]], Any],
    draw: Callable[[np.random.Generator, str, int], Mapping[str, Any]],
    faults: Sequence[str],
    *,
    pairs: int,
    seed: int,
) -> dict[str, int]:
    """Try a test on pairs of a right unknown and one with a hidden fault.

    Parameters
    ----------
    test : ``test(unknown)`` -> True (accept) or False (reject)
    unknown : makes one from its numbers; an empty ``fault`` makes it right
    draw : ``draw(rng, fault, i)`` -> the numbers of the faulty one in pair ``i``

    Returns
    -------
    found : for each hidden fault, in how many pairs the test rejects only the faulty one; these
        are printed, without the names of the faults
    """
    rng, found = np.random.default_rng(seed), {}
    for number, fault in enumerate(faults, start=1):
        drawn = [draw(rng, fault, one) for one in range(pairs)]
        found[fault] = sum(
            bool(test(unknown({**one, "fault": ""}))) and not test(unknown(one)) for one in drawn
        )
        print(f"fault {number}: {found[fault]:2} of {pairs} pairs told apart")
    return found
