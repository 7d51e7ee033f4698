import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def source_of(number: str) -> str:
    """The source of a notebook."""
    (source,) = (ROOT / "solutions" / f"ps{number}").glob("*.py")
    return source.read_text("utf-8")


@cache
def sections_of(number: str) -> dict[str, str]:
    """Title, text and code of each section of a notebook, by its number."""
    numbered = re.split(r"^# ## (\d+) ", source_of(number), flags=re.M)
    return dict(zip(numbered[1::2], numbered[2::2], strict=True))
