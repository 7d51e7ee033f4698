"""Texts as exercises are written: over several lines, in paragraphs."""

import textwrap


class Lines(str):
    """A text whose line ends and indentation count, such as code."""

    @classmethod
    def of(cls, text: str) -> "Lines":
        """The lines of a text without empty ones around them and without common indentation."""
        return cls(textwrap.dedent(text).strip("\n").rstrip())


def one_line(text: str) -> str:
    """The text with single spaces in place of line ends and indentation."""
    return " ".join(text.split())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which stand between empty lines, each as one line."""
    return tuple(one_line(part) for part in text.split("\n\n") if part.strip())
