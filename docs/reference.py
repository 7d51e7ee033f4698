"""Write the reference of course_lib, made from its docstrings: ``make docs``.

pdoc writes the pages. Neither pdoc nor the pages need a network. This file converts our docstrings
to Markdown: in them the description of a parameter is on the line of its name.
"""

import re
import sys
from pathlib import Path

import pdoc
import pdoc.render

import course_lib

HEADING = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
ITEM = re.compile(r"^(?=\S)", re.MULTILINE)


def markdown(docstring: str) -> str:
    """A docstring in our style as Markdown: a list below each underlined heading."""
    start, *sections = HEADING.split(docstring)
    parts = [start]
    for heading, content in zip(sections[::2], sections[1::2], strict=True):
        parts.append(f"###### {heading}\n")
        for item in filter(None, (text.strip() for text in ITEM.split(content))):
            # In Raises the description is on the line below the name.
            beside = " : " in item.partition("\n")[0]
            name, _, description = item.partition(" : " if beside else "\n")
            parts.append(f"- **{name}**: {' '.join(description.split())}\n")
        parts.append("\n")
    return "".join(parts)


def sources() -> str:
    """What S0 to S4 are, from the docstring of the package: every page needs it."""
    (found,) = re.findall(r"^Docstrings name .*?(?=\n\n)", course_lib.__doc__ or "", re.M | re.S)
    return " ".join(found.split())


def main(folder: Path) -> None:
    """Write the pages."""
    pdoc.render.configure(docformat="markdown", footer_text=sources())
    pdoc.render.env.filters["to_markdown"] = markdown
    pdoc.pdoc("course_lib", output_directory=folder)
    print(f"reference: {folder / 'course_lib.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
