"""Texts as exercises are written: over several lines, in paragraphs."""


def one_line(text: str) -> str:
    """The text with single spaces in place of line ends and indentation."""
    return " ".join(text.split())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which stand between empty lines, each as one line."""
    return tuple(one_line(part) for part in text.split("\n\n") if part.strip())
