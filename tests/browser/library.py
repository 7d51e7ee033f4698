"""A student's file after notebook 17: its functions in docs/students.md, and a picture of it.

.venv/bin/python -m tests.browser.library

All functions that checks take are kept, as the solutions have them. What is shown has no bodies.
"""

import ast
import linecache
import re
from pathlib import Path
from typing import Any

from grader.authoring.assignments import assignments
from grader.authoring.cells import source_cells
from grader.checking.contract.registry import find
from grader.checking.home.library_text import LibraryText
from grader.checking.home.my_library import FILE
from grader.checking.home.own_source import sources_of, statements

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "students.md"
LAST = "ps17"
PLACE = re.compile(r"(<!-- my_library -->\n).*?(<!-- end -->)", re.DOTALL)
PICTURED = ("OwnNetwork", "train_step", "train")


def library() -> LibraryText:
    """The file after all notebooks up to `LAST`, as ``keep`` writes it."""
    text = LibraryText.of("")
    for assignment in assignments(ROOT):
        if assignment <= LAST:
            text = with_notebook(text, assignment)
    return text


def with_notebook(text: LibraryText, assignment: str) -> LibraryText:
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(source_cells(assignment, ROOT)):
        if cell.kind in ("setup", "code", "solution") and not cell.is_markdown:
            at = f"<{assignment}, cell {number}>"
            lines = cell.text.splitlines(keepends=True)
            linecache.cache[at] = (len(cell.text), None, lines, at)
            exec(compile(cell.text, at, "exec"), names)
        if cell.kind == "check":
            takes = find(cell.name).takes
            new = sources_of(takes, names)
            there = statements(str(text.without(takes)))
            code = "\n\n\n".join(s for n, s in new.definitions.items() if n not in there)
            imports = sorted(line for n, line in new.imports.items() if n not in there)
            text = text.with_part(cell.name, code, takes, imports)
    return text


def outline(code: str) -> str:
    """The functions and classes of a part, with the first line of each docstring, and no bodies."""
    shown = []
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            shown.append(_outline(node, ""))
    return "\n\n\n".join(shown)


def _outline(node: ast.FunctionDef | ast.ClassDef, indent: str) -> str:
    line = f"{indent}{_signature(node)}:"
    if said := (ast.get_docstring(node) or "").partition("\n")[0]:
        line += f'\n{indent}    """{said}"""'
    inner = [n for n in node.body if isinstance(n, ast.FunctionDef)]
    if isinstance(node, ast.FunctionDef) or not inner:
        return f"{line}\n{indent}    ..."
    return "\n\n".join([line, *(_outline(one, indent + "    ") for one in inner)])


def _signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    return f"def {node.name}({ast.unparse(node.args)})"


def listing(text: LibraryText) -> str:
    """The functions by notebook, as a fold for the page."""
    by_number: dict[str, list[str]] = {}
    for part in text.parts.values():
        title, _, code = part.partition("\n")
        number = re.search(r"notebook (\d\d)", title)
        assert number
        by_number.setdefault(number[1], []).extend(
            _signature(node).removeprefix("def ")
            for node in ast.parse(code).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        )
    count = sum(map(len, by_number.values()))
    rows = [f"{number}  {one}" for number, found in by_number.items() for one in found]
    head = f"All {count} functions of the file after notebook {LAST[2:]}, by the notebook of each"
    return "\n".join(
        [f"<details><summary>{head}</summary>\n", "```text", *rows, "```", "\n</details>\n"]
    )


def picture(text: LibraryText) -> None:
    """The three first parts of notebook 08 as an editor shows them."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    from tests.browser.jupyterlab import browser
    from tests.browser.pictures import keep, page
    from tests.needs import find_chromium

    path = find_chromium()
    if path is None:
        raise SystemExit("no chromium on PATH (Debian: apt-get install chromium)")
    parts = [
        f"{text.parts[name].partition(chr(10))[0]}\n\n\n{outline(text.code([name]))}"
        for name in PICTURED
    ]
    code = "\n\n\n".join([text.head.rstrip(), *parts])
    form = HtmlFormatter(style="default", noclasses=True, nobackground=True)
    name = f'<p style="font: 14px sans-serif; margin: 0 0 8px">{FILE}</p>'
    html = '<body style="margin: 0"><div class="one" style="padding: 16px; font-size: 14px">'
    html += f"{name}{highlight(code, PythonLexer(), form)}</div>"
    with browser(path) as running, page(running, "light", 860, 900) as shown:
        shown.set_content(html)
        keep(shown, "my_library", ".one")


def main() -> None:
    text = library()
    written = PLACE.sub(lambda found: found[1] + listing(text) + found[2], PAGE.read_text("utf-8"))
    PAGE.write_text(written, "utf-8")
    picture(text)


if __name__ == "__main__":
    main()
