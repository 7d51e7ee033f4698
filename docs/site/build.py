"""Write what Sphinx reads, call it, and add the notebooks to download."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from docs.site import ROOT, browser_version, pages, reference
from docs.site.notebook_page import Versions, page_of, versions_of
from docs.site.runs import executed
from grader.authoring.notebook import to_bytes
from grader.authoring.plan import plan
from grader.authoring.references import titles_left_out
from grader.authoring.settings_at import settings_at
from grader.files import visible_files, write_whole
from grader.settings import Settings


def make_site(
    wanted: list[str],
    course: Path,
    out: Path,
    runs: Path,
    *,
    browser: bool = False,
    pyodide: Path | None = None,
) -> int:
    """Build the site with these notebooks in ``out``; returns Sphinx's status, 0 if all is well.

    Sphinx's sources are written beside ``out``, in ``site_source`` for ``site``. They and ``out``
    are used by the next build: only what has changed is read again.

    Parameters
    ----------
    course : the folder of the class, or that with the solutions; all else is this project's
    runs : where executed notebooks are kept
    browser : with the version that runs in a browser (docs.site.jupyterlite must be installed)
    pyodide : a folder with Pyodide and its packages, for a site that needs no network at all

    Raises
    ------
    SiteProblem
        A notebook does not run through, its page would show a part of the solution, or the version
        for the browser cannot be built.
    """
    source = out.with_name(f"{out.name}_source")
    written: dict[str, bytes] = {}
    downloads: dict[str, bytes] = {}
    titles: dict[str, str] = {}
    for one, done in solved(wanted, course, runs):
        place = f"notebooks/{one.name}/{one.source.stem}"
        titles[place] = title_of(one.release)
        written[f"{place}.ipynb"] = to_bytes(page_of(one, done, wanted, browser=browser))
        downloads[f"{place}.ipynb"] = to_bytes(one.release)
    settings = settings_at(course)
    own_plan = settings.course.notebooks or any(one.due for one in settings.problem_sets.values())
    table = plan(course, notebooks="") if own_plan else ""
    written["notebooks/index.md"] = pages.list_of_notebooks(titles, table).encode()
    written |= {place: text.encode() for place, text in reference.pages().items()}
    written |= markdown(set(written), settings)
    update(source, written)
    options = ["-q", "-W", "--keep-going", "-j", str(cores()), "-d", str(source / ".doctrees")]
    for name in ("project", "html_title"):
        options += ["-D", f"{name}={settings.course.title}"]
    command = [sys.executable, "-m", "sphinx", *options, "-c", str(ROOT / "docs")]
    status = subprocess.run([*command, str(source), str(out)], cwd=ROOT, check=False).returncode
    if status:  # the next build has to complain again
        shutil.rmtree(source / ".doctrees", ignore_errors=True)
    for place, content in downloads.items():
        write_whole(out / place, content)
    _remove_old_pages(source, out)
    if browser:
        browser_version.make_browser_version(downloads, out / browser_version.NAME, pyodide)
    return status


def solved(wanted: list[str], course: Path, runs: Path) -> list[tuple[Versions, NotebookNode]]:
    """The versions of these notebooks, each with what became of the one to run."""
    versions = [versions_of(name, course) for name in wanted]
    with ThreadPoolExecutor(cores()) as pool:
        ran = pool.map(lambda one: executed(one.to_run(), one.name, runs), versions)
        return list(zip(versions, ran, strict=True))


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def title_of(notebook: NotebookNode) -> str:
    """The heading of a notebook."""
    first: str = notebook.cells[0].source
    return first.partition("\n")[0].removeprefix("# ")


def markdown(others: set[str], settings: Settings) -> dict[str, bytes]:
    """Place and content of the Markdown pages and the pictures in them.

    Parameters
    ----------
    others : places of the pages that are made, not written
    settings : of the class
    """
    course, elsewhere = settings.course, titles_left_out(settings)
    files = {file.name: file for file in sorted((ROOT / "docs").glob("*.md"))}
    changes = ROOT / "CHANGELOG.md"
    if changes.exists():
        files["changelog.md"] = changes
    places = others | set(files)
    written = {
        name: pages.page(file, ROOT, course, places, elsewhere).encode()
        for name, file in files.items()
    }
    for picture in visible_files(ROOT / "docs" / "pictures"):
        written[f"pictures/{picture.name}"] = picture.read_bytes()
    return written


def update(folder: Path, content: dict[str, bytes]) -> None:
    """Make ``folder`` hold these files; one that stays as it is keeps its time, for Sphinx."""
    for old in visible_files(folder):
        if old.relative_to(folder).as_posix() not in content:
            old.unlink()
    for place, data in content.items():
        if not (folder / place).exists() or (folder / place).read_bytes() != data:
            write_whole(folder / place, data)


def _remove_old_pages(source: Path, out: Path) -> None:
    """Pages and notebooks of an earlier build that have no source now; Sphinx leaves them."""
    kept = {path.relative_to(source).with_suffix("").as_posix() for path in visible_files(source)}
    kept |= {"genindex", "py-modindex", "search"}
    for file in [*out.rglob("*.html"), *out.rglob("*.ipynb")]:
        place = file.relative_to(out)
        if place.parts[0] != browser_version.NAME and place.with_suffix("").as_posix() not in kept:
            file.unlink()
