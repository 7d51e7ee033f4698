"""Build the site: ``python -m docs.site``, which ``make site`` calls."""

import argparse
import sys
import time
from pathlib import Path

from docs.site import ROOT, jupyterlite
from docs.site.build import make_site
from grader.authoring.assignments import assignments
from grader.authoring.settings_at import settings_at
from grader.problems import AuthoringError, Problem


def main() -> int:
    """Build what the command line asks for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description=__doc__)
    parser.add_argument("--ps", default="", help="only these notebooks: ps00,ps12")
    parser.add_argument("--out", type=Path, default=None, help="folder of the site: build/site")
    parser.add_argument(
        "--pyodide",
        type=Path,
        default=None,
        help="a folder with Pyodide and its packages, for a site that needs no network",
    )
    parser.add_argument(
        "--class",
        dest="course",
        type=Path,
        default=ROOT,
        help="the folder of a class beside this copy: its notebooks in its order, its title",
    )
    given = parser.parse_args()
    course = given.course.resolve()
    build = settings_at(course).build
    out = (given.out or build / "site").resolve()
    wanted = given.ps.split(",") if given.ps else assignments(course)
    start = time.monotonic()
    try:
        jupyterlite.require()
        status = make_site(
            wanted, course, out, build / "site_runs", browser=True, pyodide=given.pyodide
        )
    except (Problem, AuthoringError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"site: {out / 'index.html'} ({time.monotonic() - start:.0f} s)")
    return status


if __name__ == "__main__":
    sys.exit(main())
