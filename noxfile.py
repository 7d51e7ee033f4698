"""Every notebook in every environment that the course supports: ``.venv/bin/nox -s oldest``.

A session makes its environment in build/environments and runs all notebooks there, with all
answers: no cell may stop, and each check must give full marks. ``nox -s wheel -- -k ps06`` runs
one notebook. ``nox -s table`` writes docs/environments.md from what the sessions leave there.
"""

import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
FOLDER = ROOT / "build" / "environments"
nox.options.envdir = str(FOLDER)
nox.options.sessions = []  # all of them take hours
nox.options.default_venv_backend = "uv|virtualenv"

project = nox.project.load_toml("pyproject.toml")["project"]
extras = project["optional-dependencies"]
EVERYTHING = [*project["dependencies"], *extras["notebooks"], *extras["grader"]]
PINNED = ["--constraint", "constraints.txt"]


def run(session: nox.Session, name: str, tests: str, **variables: str) -> None:
    """Run tests with this project's own Python; what became of them is in ``NAME.xml``."""
    command = ("git", "describe", "--always", "--dirty")
    commit = str(session.run(*command, external=True, silent=True)).strip()
    options = [f"--junitxml={FOLDER / name}.xml", "-o", f"junit_suite_name={commit}"]
    options += ["-o", "junit_family=xunit1", "-o", "junit_duration_report=call"]
    options += [*tests.split(), *session.posargs]
    session.run(sys.executable, "-m", "pytest", *options, env=variables, external=True)


def notebooks(session: nox.Session, path: str = str(ROOT), **variables: str) -> None:
    """Run every notebook with the Python that a session has made."""
    python = shutil.which("python", path=session.bin)
    variables |= {"TRIED_PYTHON": str(python), "TRIED_PATH": path}
    run(session, session.name, "tests/environments/in_python.py", **variables)


@nox.session(python="3.11", venv_backend="uv")  # pip cannot look for the oldest
def oldest(session: nox.Session) -> None:
    """The oldest versions that pyproject.toml allows; a sample class, too."""
    session.install("--resolution", "lowest-direct", *EVERYTHING)
    notebooks(session, TRIED_GRADER="yes")


@nox.session(python="3.13")
def newest(session: nox.Session) -> None:
    """The newest versions; a sample class, too."""
    session.install("--upgrade", *EVERYTHING)
    notebooks(session, TRIED_GRADER="yes")


@nox.session(python=["3.13", "3.12"])
def colab(session: nox.Session) -> None:
    """Colab's versions of Python, NumPy, Matplotlib and IPython."""
    session.install("-r", "tests/colab/packages.txt")
    notebooks(session, os.pathsep.join([str(ROOT), str(ROOT / "tests/colab/stand_in")]))


@nox.session
def wheel(session: nox.Session) -> None:
    """The wheel alone, whose files the source archive installs too, byte for byte."""
    import course_lib
    from grader.authoring.distribution import packages, released_on

    made = Path(session.create_tmp())
    packages(ROOT, made, released_on(ROOT, course_lib.__version__))
    (built,), (archive,) = made.glob("*.whl"), made.glob("*.tar.gz")
    session.install("--force-reinstall", *PINNED, f"{built}[notebooks]")
    for name, source in (("wheel", built), ("archive", archive)):
        session.install("--no-deps", "--no-compile", "--target", str(made / name), str(source))
    for package in ("course_lib", "course_lessons", "grader"):
        there = [str(made / name / package) for name in ("wheel", "archive")]
        session.run("diff", "-r", "-x", "__pycache__", *there, external=True)
    notebooks(session, "")


@nox.session(venv_backend="none")
@nox.parametrize("engine", [nox.param(name, id=name) for name in ("chromium", "firefox", "webkit")])
def browser(session: nox.Session, engine: str) -> None:
    """JupyterLite; ``playwright install --with-deps firefox webkit`` brings the browsers."""
    for module in ("docs.site.jupyterlite", "tests.site.pyodide"):
        session.run(sys.executable, "-m", module, external=True)
    run(session, engine, "tests/environments/in_browser.py", TRIED_BROWSER=engine)


@nox.session(venv_backend="none")
def cupy(session: nox.Session) -> None:
    """The notebooks that use a GPU, on CuPy, whose kernels are compiled for the processor."""
    session.run(sys.executable, "-m", "tests.cupy.environment", external=True)
    tests = "--require=cupy tests/cupy/test_on_a_processor.py::test_notebooks"
    run(session, "cupy", tests, LONG="1")


@nox.session(venv_backend="none")
def conda(session: nox.Session) -> None:
    """Whether environment.yml can be solved."""
    solver = next(filter(shutil.which, ("micromamba", "mamba", "conda")), None)
    if solver is None:
        session.skip("there is no conda, mamba or micromamba")
    command = [solver, "env", "create", "--dry-run", "--name", "course"]
    session.run(*command, "--file", "environment.yml", external=True)


@nox.session(venv_backend="none")
def table(session: nox.Session) -> None:
    """Write docs/environments.md."""
    session.run(sys.executable, "-m", "tests.environments.table", external=True)
