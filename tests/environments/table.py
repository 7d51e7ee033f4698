"""docs/environments.md from what the sessions of noxfile.py have left: ``nox -s table``.

The page keeps the columns of sessions that have not run on this machine.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from grader.authoring.assignments import assignments
from tests.project import ROOT

PAGE = ROOT / "docs" / "environments.md"
FOLDER = ROOT / "build" / "environments"
CLASS = "a sample class"
SESSIONS = {
    "oldest": "the oldest versions that pyproject.toml allows",
    "newest": "the newest versions",
    "colab-3.13": "Colab's packages, Python 3.13",
    "colab-3.12": "Colab's packages, Python 3.12",
    "wheel": "the wheel alone, whose files the source archive installs too, byte for byte",
    "chromium": "JupyterLite, in Chromium",
    "firefox": "JupyterLite, in Firefox",
    "webkit": "JupyterLite, in WebKit, the engine of Safari",
    "cupy": "CuPy, its kernels compiled for the processor; for notebooks that use a GPU",
}
HEAD = """# What was tried where

Written by `nox -s table` from what the sessions of `noxfile.py` found; do not edit. In each
environment notebooks were run from their first cell to the last, with all answers filled in.
**Passed** means that no cell stopped and that each check gave full marks. The number is wall time
in seconds, with other work on the machine: it says no more than whether something takes long. A
dash: it was not run there. A column is about its own commit; a notebook may have changed since.

In a browser the numbers say how long a student waits: for all cells together, with the start of the
kernel; in brackets from the click on the link until the kernel answers, with nothing in the
browser's cache, and for the slowest cell. The settings there are the smaller ones of the browser.
"""
LAST = """- **conda**: `nox -s conda` solves `environment.yml`; a test compares it with
  `pyproject.toml`."""


def kept(page: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """What the page says of each session, and of each session and notebook."""
    about = dict(re.findall(r"^- \*\*([\w.-]+)\*\*: .+\.\n  (.+)$", page, re.M))
    head, *rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line[:2] == "| "]
    return about, {
        (session, row[0]): cell for row in rows for session, cell in zip(head, row, strict=True)
    }


def found(file: Path) -> tuple[str, dict[str, str]]:
    """The same of one session, which has just run."""
    suite = ElementTree.parse(file).getroot()[0]
    versions = [one.get("value", "") for one in suite.findall("properties/property")]
    cells = {}
    for case in suite.iter("testcase"):
        notebook = re.search(r"ps\d\d", case.get("name", ""))
        cells[notebook[0] if notebook else CLASS] = cell(case)
    date = suite.get("timestamp", "").partition("T")[0]
    return ", ".join([*versions[:1], date, f"commit {suite.get('name')}"]) + ".", cells


def cell(case: ElementTree.Element) -> str:
    if case.find("skipped") is not None:
        return "–"
    for kind in ("failure", "error"):
        if (wrong := case.find(kind)) is not None:
            return "failed: " + wrong.get("message", "")[:80].replace("|", "/").replace("\n", " ")
    waited = "".join(f" ({one.get('value')})" for one in case.iter("property"))
    return f"passed, {float(case.get('time', 0)):.0f}{waited}"


def write() -> None:
    about, cells = kept(PAGE.read_text("utf-8"))
    for session in SESSIONS:
        if (file := FOLDER / f"{session}.xml").exists():
            about[session], new = found(file)
            cells |= {(session, row): new.get(row, "–") for row in (*assignments(ROOT), CLASS)}
    lines = [HEAD]
    for session, what in SESSIONS.items():
        lines += [f"- **{session}**: {what}.", f"  {about.get(session, 'Not run yet.')}"]
    lines += [
        LAST,
        "",
        f"| notebook | {' | '.join(SESSIONS)} |",
        "|---" * (1 + len(SESSIONS)) + "|",
    ]
    for row in (*assignments(ROOT), CLASS):
        lines.append(f"| {' | '.join([row, *(cells.get((s, row), '–') for s in SESSIONS)])} |")
    PAGE.write_text("\n".join([*lines, ""]), "utf-8")


if __name__ == "__main__":
    write()
