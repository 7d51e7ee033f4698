"""Seeds that a case holds and that no student gets to see."""

from dataclasses import dataclass

from grader.checking.contract.wire import Unusable


@dataclass(frozen=True, repr=False)
class Seeds(Unusable):
    """The seeds of a check's trainings, which stay with the judge.

    As part of a case they reach neither the student's process, which is sent no more than ``what``,
    nor a report.
    """

    numbers: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return self.what
