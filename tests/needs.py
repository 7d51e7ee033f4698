"""What tests need from the machine, how to see that it is missing, and what brings it.

A test with one of these marks runs in `make test-all`. It is skipped where the need is missing,
unless ``--require`` names it: then the run ends at its start.
"""

import functools
import importlib.util
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass


def find_chromium() -> str | None:
    """Path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def _no_package(name: str) -> str | None:
    return None if importlib.util.find_spec(name) else f"the package {name} is not installed"


def _no_sandbox() -> str | None:
    if shutil.which("bwrap") is None:
        return "no bwrap on PATH"
    # Being installed is not enough: some systems forbid ordinary users new namespaces.
    trial = subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"bwrap cannot make a sandbox: {trial.stderr.strip()}" if trial.returncode else None


def _not_root() -> str | None:
    return None if hasattr(os, "getuid") and os.getuid() == 0 else "not called by root"


def _no_browser() -> str | None:
    return _no_package("playwright") or (None if find_chromium() else "no chromium on PATH")


def _no_pyodide() -> str | None:
    from docs.site import jupyterlite
    from tests.site.pyodide import missing

    return missing() or jupyterlite.missing() or _no_browser()


def _no_postgres() -> str | None:
    from tests.extras.postgresql.postgresql_server import programs

    return _no_package("psycopg") or (None if programs() else "no initdb of PostgreSQL")


def _no_gpu() -> str | None:
    from course_lib.backend import choose_device

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CuPy warns of what it looks for on a machine
        try:
            choose_device("cuda")
        except RuntimeError as problem:
            return str(problem)
    return None


def _not_made(environment: str) -> Callable[[], str | None]:
    """Of a module that installs packages into a folder of build/ and says what is missing."""
    return lambda: importlib.import_module(environment).missing()


@dataclass(frozen=True)
class Need:
    """``why_missing()`` gives None where the need is met; ``brought_by`` is a command."""

    tests: str
    why_missing: Callable[[], str | None]
    brought_by: str

    @functools.cached_property
    def missing(self) -> str | None:
        return self.why_missing()


def _python(module: str) -> str:
    return f".venv/bin/python -m {module}"


NEEDS = {
    "sandbox": Need("grading in the sandbox", _no_sandbox, "apt-get install bubblewrap"),
    "root": Need("somebody else's container, accounts of a hub", _not_root, "sudo make test-all"),
    "browser": Need("pages in a browser", _no_browser, "apt-get install chromium"),
    "postgres": Need("gradebooks in PostgreSQL", _no_postgres, "apt-get install postgresql"),
    "torch": Need(
        "agreement with PyTorch",
        functools.partial(_no_package, "torch"),
        ".venv/bin/pip install torch",
    ),
    "cupy": Need(
        "the real CuPy on a processor",
        _not_made("tests.cupy.environment"),
        f"apt-get install g++ && {_python('tests.cupy.environment')}",
    ),
    "gpu": Need("the library on an NVIDIA GPU", _no_gpu, ".venv/bin/pip install -e '.[gpu]'"),
    "colab": Need(
        "Colab's versions", _not_made("tests.colab.environment"), _python("tests.colab.environment")
    ),
    "hub": Need(
        "a JupyterHub", _not_made("tests.hub.environment"), _python("tests.hub.environment")
    ),
    "student": Need(
        "what students install",
        _not_made("tests.project.student_environment"),
        _python("tests.project.student_environment"),
    ),
    "release": Need(
        "an installed release",
        _not_made("tests.release.environment"),
        _python("tests.release.environment"),
    ),
    "pyodide": Need(
        "notebooks in a browser alone",
        _no_pyodide,
        f"{_python('docs.site.jupyterlite')} && {_python('tests.site.pyodide')}",
    ),
}
