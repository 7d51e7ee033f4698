"""The Markdown pages of docs/ as sources of the site, and the list of the notebooks.

The pages are also read on GitHub, where links lead to files. On the site they lead to pages; a file
that has no page is linked in the course's repository, or named where there is no repository.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from grader.authoring.references import reference
from grader.settings import Course

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*: ", re.M)  # of the glossary


def page(
    file: Path, root: Path, course: Course, places: set[str], elsewhere: Mapping[str, str]
) -> str:
    """The source of a page from a Markdown file.

    Parameters
    ----------
    file : in docs/ or in ``root``
    course : addresses of the course and of its site; empty: there is none
    places : of all pages that there are, as ``notebooks/ps12/ps12_momentum.ipynb``
    elsewhere : titles of the notebooks that this class is not taught
    """
    repository = course.repository.removesuffix("/").removesuffix(".git")

    def link(found: re.Match[str]) -> str:
        words, anchor = found[1], found[3] or ""
        target = Path(os.path.normpath(file.parent / found[2]))
        if target.parent == root / "notebooks" and len(sources := sources_of(target.name)) == 1:
            target = target / f"{sources[0].stem}.ipynb"  # a folder
        name = target.parent.name
        if name in elsewhere and target.suffix == ".ipynb":
            return reference(words, name, target.stem, elsewhere[name], course.site)
        place = target.relative_to(root).as_posix()
        if (shown := place.removeprefix("docs/")) in places or target.parent == root / "docs":
            return f"[{words}]({shown}{anchor})"
        return f"[{words}]({repository}/blob/main/{place}{anchor})" if repository else words

    def sources_of(name: str) -> list[Path]:
        return list((root / "solutions" / name).glob("*.py"))

    text = LINK.sub(link, file.read_text("utf-8"))
    if elsewhere and file.name in OF_THE_COURSE:
        title, _, rest = text.partition("\n")
        text = f"{title}\n\n{WHOLE_COURSE}{rest}"
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


def list_of_notebooks(notebooks: Mapping[str, str], plan: str = "") -> str:
    """The page that lists the notebooks: place of each and its title, with the number.

    Parameters
    ----------
    plan : of a class, a table
    """
    entries = "\n".join(
        f"{place.split('/')[1].removeprefix('ps')} {title} </{place}>"
        for place, title in notebooks.items()
    )
    return NOTEBOOKS.format(entries=entries, plan=f"{plan}\n\n" if plan else "")


# Pages with the order, the hours and the plans of the whole course.
OF_THE_COURSE = ("students.md", "teaching_kit.md", "first_lecture.md", "oral_questions.md")
WHOLE_COURSE = """\
```{note}
This page is about all notebooks of the course. {doc}`This class <notebooks/index>` is taught some
of them, in its own order.
```

"""

NOTEBOOKS = """\
# Notebooks

Each page shows a notebook as it looks when the work is done, with figures and sliders but without
the functions that you write.

{plan}```{{toctree}}
:maxdepth: 1

{entries}
```
"""
