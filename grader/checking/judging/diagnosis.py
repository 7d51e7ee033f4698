"""What is wrong with a program, as a value; the report makes its sentence."""

from dataclasses import dataclass
from enum import Enum

from grader.checking.contract.mistakes import Mistake


class Certainty(Enum):
    """How much of the results a diagnosis explains, and what a report says before it."""

    SURE = ""
    THEN = "Once this is repaired: "  # it shows beside another one
    ASKED = "Does this apply here? "  # it explains most of the results


@dataclass(frozen=True)
class Diagnosis:
    """A mistake, or a fact in words about ``about``, and how certain it is.

    ``about`` are the quantities as students know them: ``dx`` or ``the result``. ``where`` is the
    setting with which it shows, where the results are right with all others.
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
        return self.certainty.value + self.words

    @property
    def words(self) -> str:
        """What is wrong, for a table: without what leads in to it."""
        text = self.cause.hint if isinstance(self.cause, Mistake) else self.cause
        if self.about:
            first, *others = (f"`{name}`" if name.isidentifier() else name for name in self.about)
            text = text.format(name=first)
            text = text[0].upper() + text[1:]
            if others:
                text += " " + "The same applies to {names}.".format(names=", ".join(others))
        if self.where:
            text = f"Only with {self.where}: {text}"
        return text
