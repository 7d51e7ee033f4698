"""Pictures of every released notebook, untouched and answered, in build/screenshots.

make screenshots
.venv/bin/python -m tests.browser.screenshots ps06
.venv/bin/python -m tests.browser.screenshots ps06 --dark --narrow   # these looks as well
"""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Browser

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from tests.browser.jupyterlab import (
    browser,
    console_errors,
    error_outputs,
    jupyterlab,
    narrow,
    open_notebook,
    photograph,
    run_all,
)
from tests.needs import find_chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "screenshots"
COLUMNS, WIDTH = 6, 420  # of a contact sheet; pixels of each picture on it


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", help="ps06, …; all, if none is named")
    parser.add_argument("--dark", action="store_true", help="in JupyterLab's dark theme as well")
    parser.add_argument("--narrow", action="store_true", help="in a narrow window as well")
    asked = parser.parse_args(arguments)
    path = find_chromium()
    if path is None:
        parser.error("no chromium on PATH (Debian: apt-get install chromium)")
    for dark in (False, True) if asked.dark else (False,):
        with tempfile.TemporaryDirectory() as folder:
            student = Path(folder)
            shutil.copytree(ROOT / "notebooks", student / "notebooks")
            with jupyterlab(student, dark=dark) as url, browser(path) as running:
                for released in sorted(student.glob("notebooks/*/*.ipynb")):
                    if not asked.assignments or released.parent.name in asked.assignments:
                        look = "_dark" if dark else ""
                        photograph_both(running, url, student, released, look, asked.narrow)


def photograph_both(
    running: Browser, url: str, student: Path, released: Path, look: str, narrow_too: bool
) -> None:
    notebook = nbformat.read(released, as_version=4)
    answers = answers_of(solution_notebook(released.parent.name, ROOT))
    answered = released.with_stem(f"{released.stem}_answered")
    nbformat.write(fill(notebook, answers), answered)
    for file in (released, answered):
        page = open_notebook(running, url, file.relative_to(student).as_posix())
        run_all(page)
        sets = [photograph(page, PICTURES / f"{file.stem}{look}.png")]
        if narrow_too:
            narrow(page)
            sets.append(photograph(page, PICTURES / f"{file.stem}{look}_narrow.png"))
        for pictures in sets:
            print(contact_sheet(pictures).relative_to(ROOT))
        for error in [*error_outputs(page), *console_errors(page)]:
            print(f"{file.name}: {error}")
        page.close()


def contact_sheet(pictures: Sequence[Path]) -> Path:
    """All pictures of a notebook on one sheet, ``sheet_<name>.png``, to be looked at as a whole."""
    small = []
    for picture in pictures:
        with Image.open(picture) as image:
            height = round(image.height * WIDTH / image.width)
            small.append(image.convert("RGB").resize((WIDTH, height)))
    tall = max(image.height for image in small)
    rows = -(-len(small) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + 8), rows * (tall + 8)), "grey")
    for number, one in enumerate(small):
        row, column = divmod(number, COLUMNS)
        sheet.paste(one, (column * (WIDTH + 8), row * (tall + 8)))
    file = pictures[0].with_name(f"sheet_{pictures[0].stem.rpartition('_')[0]}.png")
    sheet.save(file)
    return file


if __name__ == "__main__":
    main()
