"""Seeds that a case holds and that no student gets to see."""

from dataclasses import dataclass

from grader.checking.contract.wire import Kept


@dataclass(frozen=True, repr=False)
class Seeds(Kept):
    """The seeds of a check's trainings."""

    numbers: tuple[int, ...] = ()
