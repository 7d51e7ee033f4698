"""Codes as a scanner reads them, with errors that have costs of their own."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

GROUPS = {"capital": "AKRT", "small": "aemn", "digit": "1257", "sign": "-/.:"}
KINDS = (
    *(f"insert {group}" for group in GROUPS),
    *(f"delete {group}" for group in GROUPS),
    *(f"{one} by {other}" for one in GROUPS for other in GROUPS),
)
CHOICES = 3  # codes for each scan, one of them right
NEAR, FAR = 0.3, 0.9  # by how much a wrong code costs more than the right one
_LETTERS = "".join(GROUPS.values())
_GROUP = {letter: k for k, letters in enumerate(GROUPS.values()) for letter in letters}

Matches = Sequence[Sequence[np.ndarray]]


class Scans(NamedTuple):
    """What a scanner has read, and codes that may have been meant.

    ``matches[n][c]`` (M, 24) has a row for each match of scan n with its code c, and in it the
    number of edits of each of ``KINDS``; ``right[n]`` is the place of the right code.
    """

    read: list[str]
    codes: list[list[str]]
    matches: list[list[np.ndarray]]
    right: np.ndarray


@cache
def _ways(n: int, m: int) -> np.ndarray:
    """All ways through a table for n and m letters, (M, n + m + n m): which steps each has.

    First the deletions of the n letters, then the insertions of the m, then the pairs.
    """
    found = []

    def walk(i: int, j: int, steps: list[int]) -> None:
        if (i, j) == (n, m):
            found.append(np.bincount(steps, minlength=n + m + n * m))
        if i < n:
            walk(i + 1, j, [*steps, i])
        if j < m:
            walk(i, j + 1, [*steps, n + j])
        if i < n and j < m:
            walk(i + 1, j + 1, [*steps, n + m + m * i + j])

    walk(0, 0, [])
    return np.array(found, float)


def _kinds(read: str, code: str) -> np.ndarray:
    """The kind of each step, in the order of `_ways`; the last one is a letter that stays."""
    a, b = (np.array([_GROUP[letter] for letter in word]) for word in (read, code))
    pairs = 8 + 4 * a[:, None] + b
    same = np.array([[p == q for q in code] for p in read])
    return np.concatenate([4 + a, b, np.where(same, len(KINDS), pairs).ravel()])


def matches(read: str, code: str) -> np.ndarray:
    """For each match of two words, the number of edits of each of ``KINDS``: (M, 24).

    A match is a way through the table of the edit distance, which turns `read` into `code`.
    """
    steps = np.eye(len(KINDS) + 1)[_kinds(read, code), :-1]
    return np.asarray(_ways(len(read), len(code)) @ steps)


def draw_costs(rng: np.random.Generator) -> np.ndarray:
    """A scanner: the costs of all kinds of edits, the highest ten times the lowest."""
    size = len(KINDS)
    return np.asarray(rng.permutation(np.geomspace(0.3, 3, size)) * rng.uniform(0.8, 1.25, size))


def _edited(word: str, rng: np.random.Generator) -> str:
    letters = [*word]
    for kind in rng.integers(3, size=int(rng.integers(1, 4))):
        letter, place = _LETTERS[rng.integers(16)], int(rng.integers(len(letters)))
        if kind == 0 and len(letters) < 4:
            letters.insert(place + int(rng.integers(2)), letter)
        elif kind == 1 and len(letters) > 2:
            del letters[place]
        else:
            letters[place] = letter
    return "".join(letters)


def _choice(costs: np.ndarray, rng: np.random.Generator) -> tuple[str, list[str], int] | None:
    """What is read, codes of about equal cost, and the place of the cheapest, or None."""
    read = "".join(_LETTERS[k] for k in rng.integers(16, size=3))
    near = sorted({_edited(read, rng) for _ in range(14)} - {read})
    of_step = np.append(costs, 0)
    ways = (_ways(3, len(code)) @ of_step[_kinds(read, code)] for code in near)
    cost = np.array([way.min() for way in ways])
    for k in rng.permutation(len(near)):
        more = cost - cost[k]
        wrong = np.flatnonzero((more >= NEAR) & (more <= FAR))
        if len(wrong) >= CHOICES - 1:
            codes = [k, *rng.choice(wrong, CHOICES - 1, replace=False)]
            order = rng.permutation(CHOICES)
            return read, [near[codes[place]] for place in order], int(order.argmin())
    return None


def draw_scans(costs: np.ndarray, n: int, rng: np.random.Generator) -> Scans:
    """n scans; the right one of three codes is the one whose cheapest match costs least.

    The two others cost 0.3 to 0.9 more, so few of them are told apart by the number of edits.
    """
    found: list[tuple[str, list[str], int]] = []
    while len(found) < n:
        if (one := _choice(costs, rng)) is not None:
            found.append(one)
    return Scans(
        [read for read, _, _ in found],
        [codes for _, codes, _ in found],
        [[matches(read, code) for code in codes] for read, codes, _ in found],
        np.array([place for _, _, place in found]),
    )


def share_right(costs: np.ndarray, of: Matches, right: np.ndarray) -> float:
    """For what fraction of the scans the code with the cheapest match is the right one."""
    nearest = [int(np.argmin([(m @ costs).min() for m in codes])) for codes in of]
    return float(np.mean(np.array(nearest) == right))
