"""A check before handing in: run the saved notebook from a clean start."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.checking.contract.registry import available
from grader.checking.home.clean_run import code_cells
from grader.checking.home.findings import CleanRun, findings, read_report
from grader.checking.home.local_store import VARIABLE, ipython
from grader.checking.language import _

INSIDE = "COURSE_CLEAN_RUN"  # set in the process that this module starts
SECONDS = 600.0
FRESH = 120.0  # JupyterLab saves every two minutes
COLAB = _(
    "On Colab this cell cannot read the notebook file. Choose “Runtime → Restart session and run "
    "all”, read the results of the checks, then choose “File → Download → Download .ipynb” and "
    "hand in that file."
)
BROWSER = _(
    "The browser cannot start a second process. Choose “Kernel → Restart Kernel and Run All "
    "Cells”, read the results of the checks, save, then download the notebook and hand it in."
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
        print(BROWSER)
        return
    found = Path(notebook) if notebook else find_notebook()
    if isinstance(found, str):
        print(found)
        return
    try:
        content = json.loads(found.read_text("utf-8"))
        cells = code_cells(content)
    except OSError as error:
        print(_("{file} cannot be read: {why}").format(file=found, why=error.strerror))
        return
    except (ValueError, KeyError, TypeError):
        print(_("{file} is not a notebook.").format(file=found.name))
        return
    print("\n".join(_saved(found)))
    print(
        _("The notebook now runs from a clean start. This takes about as long as “Run All” …"),
        flush=True,
    )
    run = _run(found, seconds)
    print("\n".join(findings(content, cells, run)))
    print(_("Nothing was sent anywhere: you still have to hand in the notebook."))


def find_notebook() -> Path | str:
    """The notebook that this code runs in, or a message: why it is unknown and what to do."""
    shell = ipython()
    told = [os.environ.get("JPY_SESSION_NAME")]
    told.append(shell.user_ns.get("__vsc_ipynb_file__") if shell else None)
    for path in told:
        if isinstance(path, str) and path.endswith(".ipynb") and Path(path).is_file():
            return Path(path)
    if "google.colab" in sys.modules:
        return COLAB
    here = sorted(Path.cwd().glob("*.ipynb"))
    if len(here) == 1:
        return here[0]
    listed = ", ".join(path.name for path in here[:8])
    return (
        _("This folder has several notebooks: {listed}.").format(listed=listed)
        if here
        else _("There is no notebook in this folder.")
    ) + _(' Name the file: submit_check("ps04_….ipynb")')


def _saved(file: Path) -> Iterator[str]:
    age = max(0.0, time.time() - file.stat().st_mtime)
    minutes = round(age / 60)
    when = _("{n} minutes ago").format(n=minutes) if minutes > 1 else _("just now")
    if minutes >= 120:
        when = _("{n} hours ago").format(n=round(minutes / 60))
    yield _("{file}, saved {when}.").format(file=file.name, when=when)
    if age > FRESH:
        yield _(
            "! Only the saved file is checked. If you have changed anything since, save it and "
            "run this again."
        )


def _run(notebook: Path, seconds: float) -> CleanRun:
    import subprocess  # does not exist in the browser

    packages = str(Path(__file__).parents[3])
    paths = [packages, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environment.update({INSIDE: "1", VARIABLE: "", "MPLBACKEND": "agg"})
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
            ending = "" if done.returncode == 0 else _("its process ended by itself")
            if done.returncode and not report.exists():
                ending += ": " + done.stderr.decode("utf-8", "replace").strip()[-300:]
        except subprocess.TimeoutExpired:
            ending = _("it did not end within {n:g} seconds; is there an endless loop?").format(
                n=seconds
            )
        lines = report.read_text("utf-8").splitlines() if report.exists() else []
    return read_report(lines, ending)
