"""Write slides: ``python -m docs.slides``, which ``make slides`` calls."""

import argparse
import sys
from pathlib import Path

from docs.site import ROOT
from docs.site.build import solved
from docs.site.notebook_page import finished
from docs.slides.deck import deck
from docs.slides.slides_of import slides_of
from grader.authoring.assignments import assignments
from grader.authoring.settings_at import settings_at
from grader.files import write_whole
from grader.problems import AuthoringError, Problem


def main() -> int:
    """Write the decks that the command line asks for; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.slides",
        description="Write slides from the figures of notebooks, one HTML file for each notebook.",
        epilog="example: python -m docs.slides --ps ps00,ps12",
    )
    parser.add_argument("--ps", default="", help="only of these notebooks: ps00,ps12")
    parser.add_argument("--out", type=Path, default=None, help="folder: build/slides")
    given = parser.parse_args()
    build = settings_at(ROOT).build
    out = (given.out or build / "slides").resolve()
    try:
        wanted = _known(given.ps.split(",")) if given.ps else assignments(ROOT)
        write_decks(wanted, ROOT, out, build / "site_runs")
    except (Problem, AuthoringError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def write_decks(wanted: list[str], course: Path, out: Path, runs: Path) -> None:
    """Write ``out/ps12.html`` for each notebook.

    Parameters
    ----------
    course : the folder with the solutions
    runs : where executed notebooks are kept; the site uses the same

    Raises
    ------
    SiteProblem
        A notebook does not run through, or a slide would show a part of the solution.
    """
    title = settings_at(ROOT).course.title
    for versions, ran in solved(wanted, course, runs):
        slides = slides_of(finished(versions, ran))
        file = out / f"{versions.name}.html"
        write_whole(file, deck(slides, title))
        print(f"{versions.name}: {len(slides)} slides in {file}")


def _known(names: list[str]) -> list[str]:
    there = assignments(ROOT)
    if unknown := ", ".join(name for name in names if name not in there):
        raise Problem(f"--ps: there is no notebook {unknown}; there are {', '.join(there)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
