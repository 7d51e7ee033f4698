"""The Markdown pages of docs/ as sources of the site, and the list of the notebooks.

The pages are also read on GitHub, where links lead to files. On the site they lead to pages; a file
that has no page is linked in the course's repository, or named where there is no repository.
"""

import os
import re
import unicodedata
from pathlib import Path

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*: ", re.M)  # of the glossary


def page(file: Path, root: Path, repository: str, places: set[str]) -> str:
    """The source of a page from a Markdown file.

    Parameters
    ----------
    file : in docs/ or in ``root``
    repository : address of the course; empty: there is none
    places : of all pages that there are, as ``notebooks/ps12/ps12_momentum.ipynb``
    """

    def link(found: re.Match[str]) -> str:
        words, anchor = found[1], found[3] or ""
        target = Path(os.path.normpath(file.parent / found[2]))
        if len(notebooks := list(target.glob("*.ipynb"))) == 1:  # a folder
            target = notebooks[0]
        place = target.relative_to(root).as_posix()
        if (shown := place.removeprefix("docs/")) in places or target.parent == root / "docs":
            return f"[{words}]({shown}{anchor})"
        return f"[{words}]({repository}/blob/main/{place}{anchor})" if repository else words

    text = LINK.sub(link, file.read_text("utf-8"))
    if file.name == "glossary.md":
        text = ENTRY.sub(lambda found: f"- [**{found[1]}**]{{#{anchor_of(found[1])}}}: ", text)
    return text


def anchor_of(term: str) -> str:
    """Where the glossary explains ``term``, with the letters that Sphinx leaves in an anchor."""
    plain = unicodedata.normalize("NFKC", term).lower()
    return "term-" + re.sub(r"\W+", "-", plain).strip("-")


def terms(glossary: str) -> list[str]:
    """The terms that the glossary explains."""
    return ENTRY.findall(glossary)


def list_of_notebooks(notebooks: dict[str, str]) -> str:
    """The page that lists the notebooks: place of each and its title, with the number."""
    entries = "\n".join(
        f"{place.split('/')[1].removeprefix('ps')} {title} </{place}>"
        for place, title in notebooks.items()
    )
    return NOTEBOOKS.format(entries=entries)


NOTEBOOKS = """\
# Notebooks

Each page shows a notebook as it looks when the work is done, with figures and sliders but without
the functions that you write.

```{{toctree}}
:maxdepth: 1

{entries}
```
"""
