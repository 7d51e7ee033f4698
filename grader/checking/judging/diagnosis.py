"""What is wrong with a program, as a value; the report makes its sentence."""

from dataclasses import dataclass
from enum import Enum

from grader.checking.contract.mistakes import Mistake


class Certainty(Enum):
    """How much of the results a diagnosis explains."""

    SURE = "{says}"
    THEN = "Once this is repaired: {says}"  # it shows beside another one
    ASKED = "Does this apply here? {says}"  # it explains most of the results


@dataclass(frozen=True)
class Diagnosis:
    """A mistake, or a fact in words about the quantities ``about``, and how certain it is.

    ``where`` is the setting with which it shows, where the results are right with all others.
    """

    cause: Mistake | str
    certainty: Certainty = Certainty.SURE
    about: tuple[str, ...] = ()
    where: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether it is one of the exercise's own mistakes."""
        return isinstance(self.cause, Mistake) and not self.cause.unlisted

    @property
    def sentence(self) -> str:
        """What a report says."""
        text = self.cause.hint if isinstance(self.cause, Mistake) else self.cause
        if self.about:
            first, *others = (f"`{name}`" for name in self.about)
            text = text.format(name=first)
            if others:
                text += " " + "The same applies to {names}.".format(names=", ".join(others))
        if self.where:
            text = f"Only with {self.where}: {text}"
        return self.certainty.value.format(says=text)
