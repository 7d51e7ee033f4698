"""Pictures of every released notebook, untouched and answered, in build/screenshots.

make screenshots
.venv/bin/python -m tests.browser.screenshots ps04
"""

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import Browser

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from tests.browser.jupyterlab import (
    browser,
    console_errors,
    error_outputs,
    jupyterlab,
    open_notebook,
    photograph,
    run_all,
)
from tests.conftest import chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "screenshots"


def main(assignments: list[str]) -> None:
    path = chromium()
    if path is None:
        sys.exit("no chromium on PATH (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        student = Path(folder)
        shutil.copytree(ROOT / "notebooks", student / "notebooks")
        with jupyterlab(student) as url, browser(path) as running:
            for released in sorted(student.glob("notebooks/*/*.ipynb")):
                if not assignments or released.parent.name in assignments:
                    photograph_both(running, url, student, released)


def photograph_both(running: Browser, url: str, student: Path, released: Path) -> None:
    notebook = nbformat.read(released, as_version=4)
    answers = answers_of(solution_notebook(released.parent.name, ROOT))
    answered = released.with_stem(f"{released.stem}_answered")
    nbformat.write(fill(notebook, answers), answered)
    for file in (released, answered):
        page = open_notebook(running, url, file.relative_to(student).as_posix())
        run_all(page)
        for picture in photograph(page, PICTURES / f"{file.stem}.png"):
            print(picture.relative_to(ROOT))
        for error in [*error_outputs(page), *console_errors(page)]:
            print(f"{file.name}: {error}")
        page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
