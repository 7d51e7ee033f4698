"""How alike the texts of one cell are, beside what is usual for this cell.

A text is the set of its sequences of :data:`~grader.extras.similarity.tokens.LENGTH` tokens,
without those of the text that students were given. A sequence that n of N students wrote weighs
``log2(N / n)``: what everybody wrote weighs nothing. The score of two texts is the weight of what
both have; their share is this score in the lighter of the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, log2

import numpy as np

from grader.extras.similarity.tokens import Piece, pieces_of, sequences_of

FEWEST = 5  # texts from which on it can be said what is usual
LEAST = 40.0  # score: that of about six sequences that two of 200 wrote
SHARE = 0.5  # of the lighter text
RARE = 1.0  # weight from which on a sequence is marked: at most half of the texts have it
AT_ONCE = 1000  # sequences


@dataclass(frozen=True)
class Likeness:
    """How alike two texts are, or a text and a reference."""

    score: float
    share: float


@dataclass(frozen=True)
class Usual:
    """What is usual among some scores, and the limit above which one is unusual.

    If the scores above the median fall off exponentially, as the nine tenths below the highest
    tenth do, about one of them all reaches the limit by chance.
    """

    score: float
    limit: float

    @classmethod
    def of(cls, scores: np.ndarray) -> Usual:
        if not scores.size:
            return cls(0.0, LEAST)
        middle, high = (float(np.quantile(scores, part)) for part in (0.5, 0.9))
        fall = (high - middle) / log(5)  # half of the scores lie above the median, a tenth above
        return cls(middle, max(LEAST, middle + fall * log(max(scores.size / 2, 1))))


class Texts:
    """The texts of one cell, compared with each other.

    Parameters
    ----------
    texts : by student
    kind : "code" or "markdown"
    given : the text that students were given

    Attributes
    ----------
    usual : what is usual between two texts
    unusual : the pairs that are far more alike; none if there are too few texts
    """

    usual: Usual
    unusual: list[tuple[str, str]]

    def __init__(self, texts: Mapping[str, str], kind: str, given: str) -> None:
        self.kind, self.texts = kind, texts
        self._given = set(sequences_of(pieces_of(given, kind)))
        written = {student: self._own(text) for student, text in texts.items()}
        self.sequences = {student: own for student, own in written.items() if own}
        self.students = sorted(self.sequences)
        counts = Counter(one for own in self.sequences.values() for one in own)
        self.weights = {one: log2(len(self.students) / n) for one, n in counts.items()}

    def compare(self) -> np.ndarray:
        """The score of each two texts, in the order of ``students``; sets usual and unusual.

        The matrix is not kept: of 10,000 students it has 400 MB.
        """
        count = len(self.students)
        scores = np.zeros((count, count), np.float32)
        writers: dict[tuple[str, ...], list[int]] = {}
        for row, student in enumerate(self.students):
            for one in self.sequences[student]:
                writers.setdefault(one, []).append(row)
        usual = [one for one, rows in writers.items() if len(rows) > count / 20]
        for begin in range(0, len(usual), AT_ONCE):
            some = usual[begin : begin + AT_ONCE]
            has = np.zeros((count, len(some)), np.float32)
            for column, one in enumerate(some):
                has[writers.pop(one), column] = 1
            scores += (has * np.array([self.weights[one] for one in some], np.float32)) @ has.T
        for one, rows in writers.items():
            if len(rows) > 1:
                scores[np.ix_(rows, rows)] += self.weights[one]
        self.usual = Usual.of(upper(scores))
        pairs = np.argwhere(np.triu(scores >= self.usual.limit, 1)) if count >= FEWEST else ()
        found = [(self.students[first], self.students[second]) for first, second in pairs]
        self.unusual = [pair for pair in found if self.likeness(*pair).share >= SHARE]
        return scores

    def likeness(self, first: str, second: str) -> Likeness:
        """How alike the texts of two students are; not at all if one of them wrote nothing."""
        one, other = (self.sequences.get(student, set()) for student in (first, second))
        lighter = min(self._weight(one), self._weight(other))
        return likeness_of(self._weight(one & other), lighter)

    def like(self, reference: str) -> dict[str, Likeness]:
        """Whose text is far more like a reference than is usual in the class."""
        if len(self.students) < FEWEST:
            return {}
        wanted = self._own(reference)
        scores = np.array(
            [self._weight(self.sequences[student] & wanted) for student in self.students]
        )
        likenesses = map(likeness_of, scores, self.own_weights)
        limit = Usual.of(scores).limit
        return {
            student: likeness
            for student, likeness in zip(self.students, likenesses, strict=True)
            if likeness.score >= limit and likeness.share >= SHARE
        }

    def marked(self, student: str, other: Iterable[tuple[str, ...]]) -> list[tuple[int, int]]:
        """Where a student's text has rare sequences of another, as places from and to."""
        pieces = pieces_of(self.texts[student], self.kind)
        rare = {one for one in other if self.weights.get(one, 0.0) >= RARE}
        places: list[tuple[int, int]] = []
        for number, sequence in enumerate(sequences_of(pieces)):
            if sequence in rare:
                _join(places, pieces[number : number + len(sequence)])
        return places

    @cached_property
    def own_weights(self) -> np.ndarray:
        """The weight of each text, in the order of ``students``."""
        return np.array([self._weight(self.sequences[student]) for student in self.students])

    def _weight(self, sequences: Iterable[tuple[str, ...]]) -> float:
        return sum(self.weights[one] for one in sequences)

    def _own(self, text: str) -> set[tuple[str, ...]]:
        return set(sequences_of(pieces_of(text, self.kind))) - self._given


def likeness_of(score: float, lighter: float) -> Likeness:
    """The likeness of two texts with this score.

    Parameters
    ----------
    lighter : weight of the lighter text
    """
    return Likeness(float(score), float(score / lighter) if lighter else 0.0)


def upper(scores: np.ndarray) -> np.ndarray:
    """The scores of each two, once."""
    return scores[np.triu(np.ones(scores.shape, bool), 1)]


def _join(places: list[tuple[int, int]], pieces: Sequence[Piece]) -> None:
    """Add the place of some pieces, which may overlap with the last one."""
    start, end = pieces[0].start, pieces[-1].end
    if places and start <= places[-1][1]:
        places[-1] = (places[-1][0], end)
    else:
        places.append((start, end))
