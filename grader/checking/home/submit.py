"""A check before handing in: run the saved notebook from a clean start.

``python -m grader.checking.home.submit FILE`` says the same as text, for a run on a server. The
exit code is 1 if something is left to look at.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from grader.checking.contract.registry import available
from grader.checking.home import local_store, my_library
from grader.checking.home.findings import CleanRun, read_report, report_on_run
from grader.checking.home.notebook_file import code_cells, find_notebook
from grader.checking.home.show import show, show_for_now
from grader.checking.report.as_text import as_text
from grader.checking.report.blocks import Report, Text

INSIDE = "COURSE_CLEAN_RUN"  # set in the process that this module starts
SECONDS = 600.0
FRESH = 120.0  # JupyterLab saves every two minutes
BROWSER = (
    "The browser cannot start a second process. Choose “Kernel → Restart Kernel and Run All "
    "Cells” and read the results of the checks. Then press “Download to hand in” above the "
    "notebook (or choose “File → Download”). It saves the notebook first. Hand in the downloaded "
    "file."
)


def submit_check(notebook: str | Path | None = None, *, seconds: float = SECONDS) -> None:
    """Run the saved notebook in a fresh process and say what a grader will find.

    It says which checks pass, which cells stop with an error, and which check cells are missing
    or changed. Nothing is sent anywhere, and your own kernel is left as it is.

    Parameters
    ----------
    notebook : the file; without it the one you are in, or the only one in this folder
    seconds : how long the run may take
    """
    if not available() or os.environ.get(INSIDE):
        return
    if sys.platform == "emscripten":
        _refuse(BROWSER)
        return
    found = Path(notebook) if notebook else find_notebook()
    if isinstance(found, str):
        _refuse(found)
        return
    try:
        content = json.loads(found.read_text("utf-8"))
        cells = code_cells(content)
    except OSError as error:
        _refuse(f"{found} cannot be read: {error.strerror}")
        return
    except (ValueError, KeyError, TypeError):
        _refuse(f"{found.name} is not a notebook.")
        return
    saved = Text(_saved(found))
    runs = "The notebook now runs from a clean start. This takes about as long as “Run All” …"
    then = show_for_now(Report("waiting", "", "", runs, (saved,)))
    then(report_on_run(content, cells, _run(found, seconds), saved))


def _refuse(why: str) -> None:
    show(Report("waiting", "", "", "The notebook was not checked", (Text(why),)))


def _saved(file: Path) -> str:
    age = max(0.0, time.time() - file.stat().st_mtime)
    minutes = round(age / 60)
    when = f"{minutes} minutes ago" if minutes > 1 else "just now"
    if minutes >= 120:
        when = f"{round(minutes / 60)} hours ago"
    said = f"Checked: `{file.name}`, saved {when}."
    if age > FRESH:
        said += " " + (
            "Only the saved file is checked. If you have changed anything since, save it and "
            "run this again."
        )
    return said


def _run(notebook: Path, seconds: float) -> CleanRun:
    import subprocess  # does not exist in the browser

    packages = str(Path(__file__).parents[3])
    paths = [packages, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    unread = {local_store.VARIABLE: "", my_library.VARIABLE: ""}
    environment.update({INSIDE: "1", "MPLBACKEND": "agg", **unread})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report")
        command = [sys.executable, "-m", "grader.checking.home.clean_run"]
        try:
            done = subprocess.run(
                [*command, str(notebook.resolve()), str(report)],
                cwd=notebook.resolve().parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=seconds,
                check=False,
            )
            ending = "" if done.returncode == 0 else "its process ended by itself"
            if done.returncode and not report.exists():
                ending += ": " + done.stderr.decode("utf-8", "replace").strip()[-300:]
        except subprocess.TimeoutExpired:
            ending = f"it did not end within {seconds:g} seconds; is there an endless loop?"
        lines = report.read_text("utf-8").splitlines() if report.exists() else []
    return read_report(lines, ending)


def main(file: Path) -> int:
    """The exit code of the command."""
    content = json.loads(file.read_text("utf-8"))
    run = _run(file, SECONDS)
    report = report_on_run(content, code_cells(content), run, Text(_saved(file)))
    print(as_text(report))
    return int(report.tone != "good")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
