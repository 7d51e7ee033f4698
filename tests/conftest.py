"""What a test may need from the machine, and what happens where it is missing.

A test marked ``torch``, ``gpu``, ``cupy``, ``browser``, ``pyodide``, ``sandbox`` or ``postgres`` is
skipped where that is missing. ``REQUIRE_TORCH=1``, ``REQUIRE_GPU=1``, ``REQUIRE_CUPY=1``,
``REQUIRE_BROWSER=1``, ``REQUIRE_PYODIDE=1``, ``REQUIRE_SANDBOX=1`` and ``REQUIRE_POSTGRES=1`` turn
the absence into an error at the start, so that a full run cannot be green by skipping.

``--ps=ps04`` leaves out what is about other problem sets, ``--quick`` what takes long and is about
none. `make test-quick` and `make test-long` use them. ``--changed``, which `make test` uses, runs a
sample of the tests about what has not changed, and writes tests/passed.toml.
"""

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import passed, sizes
from tests.sharing import ABOUT_PROBLEM_SETS, group_of, problem_set_of

# Test processes run side by side: one thread each. Must be set before numpy is imported.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.pop("COLUMNS", None)  # pytest-xdist sets it, and rich keeps a width that it finds early
os.environ["COURSE_PROGRESS"] = ""  # tests must not note progress in the real home


@functools.cache
def torch_is_missing() -> str | None:
    if importlib.util.find_spec("torch") is None:
        return "PyTorch is not installed (pip install '.[torch]')"
    return None


@functools.cache
def gpu_is_missing() -> str | None:
    from course_lib.backend import choose_device

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CuPy warns of what it looks for on a machine
        try:
            choose_device("cuda")
        except RuntimeError as problem:
            return str(problem)
    return None


@functools.cache
def cupy_is_missing() -> str | None:
    from tests.cupy.environment import missing

    reason = missing()
    return f"the real CuPy cannot run on this machine's processor: {reason}" if reason else None


@functools.cache
def chromium() -> str | None:
    """Path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@functools.cache
def browser_is_missing() -> str | None:
    if importlib.util.find_spec("playwright") is None:
        return "the Python package playwright is not installed (pip install '.[dev]')"
    if chromium() is None:
        return "no chromium on PATH (Debian: apt-get install chromium)"
    return None


@functools.cache
def pyodide_is_missing() -> str | None:
    from docs.site import jupyterlite
    from tests.site.pyodide import missing

    return missing() or jupyterlite.missing() or browser_is_missing()


@functools.cache
def sandbox_is_missing() -> str | None:
    if shutil.which("bwrap") is None:
        return "no bwrap on PATH (Debian: apt-get install bubblewrap)"
    # Being installed is not enough: some systems forbid ordinary users new namespaces.
    trial = subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"bwrap cannot make a sandbox: {trial.stderr.strip()}" if trial.returncode else None


@functools.cache
def postgres_is_missing() -> str | None:
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed (pip install '.[postgresql]')"
    from tests.classroom.postgresql_server import programs

    if programs() is None:
        return "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
    return None


NEEDS: dict[str, Callable[[], str | None]] = {
    "torch": torch_is_missing,
    "gpu": gpu_is_missing,
    "cupy": cupy_is_missing,
    "browser": browser_is_missing,
    "pyodide": pyodide_is_missing,
    "sandbox": sandbox_is_missing,
    "postgres": postgres_is_missing,
}


def pytest_configure(config: pytest.Config) -> None:
    for need, missing in NEEDS.items():
        variable = f"REQUIRE_{need.upper()}"
        if os.environ.get(variable) == "1" and (reason := missing()):
            raise pytest.UsageError(f"{variable}=1, but {reason}")
    if config.getoption("--changed"):
        if any(config.getoption(other) for other in ("--ps", "--quick", "-k", "-m")):
            raise pytest.UsageError("--changed chooses among all tests: leave out the other choice")
        shared = {passed.SHARED_CODE: passed.shared_digest()}
        chosen = Changed(passed.digests() | shared, passed.RECORD)
        sizes.SAMPLED.update(chosen.sampled)
        config.pluginmanager.register(chosen, "changed")


# What `make test-quick` leaves out: sandboxes, browsers, whole classes, and the gates once more for
# the examples of docs/authoring.md and for generated notebooks.
NOT_QUICK = (
    "tests/authoring/test_authoring_page.py",
    "tests/authoring/test_generated.py",
    "tests/browser/",
    "tests/classroom/",
    "tests/cli/",
    "tests/colab/",
    "tests/cupy/",
    "tests/grading/",
    "tests/hostile/",
    "tests/gates/test_places.py",
    "tests/project/test_commands.py",
    "tests/project/test_guides.py",
    "tests/release/",
    "tests/site/",
)

# What `make test` runs only for problem sets that have changed: whole notebooks, untouched and
# solved, with their trainings, also with Colab's versions; what they earn in the three places; and
# whether the programs of tests/programs differ. After a change of shared code it runs all other
# gates of the exercises for every problem set, some with fewer draws.
IN_FULL_ONLY = (
    "tests/authoring/test_notebooks.py::",
    "tests/colab/",
    "tests/gates/test_places.py::test_the_three_places_agree_",
    "tests/gates/test_places.py::test_functions_filled_in_",
    "tests/gates/test_places.py::test_each_function_alone_",
    "tests/gates/test_programs.py::test_no_program_behaves_",
)

# The longest first, so that at the end no core waits for one of them.
FIRST = (
    "tests/hostile/",
    "tests/browser/",
    "tests/gates/",
    "tests/authoring/",
    "tests/classroom/",
    "tests/cli/",
    "tests/colab/",
    "tests/cupy/",
    "tests/grading/",
    "tests/release/",
    "tests/site/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ps", default="", help="leave out tests about other problem sets: ps03,ps04")
    parser.addoption("--quick", action="store_true", help="leave out what takes long")
    parser.addoption(
        "--changed",
        action="store_true",
        help="a sample of the tests about what has not changed (tests/passed.py)",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what ``--quick`` leaves out."""
    path = collection_path.relative_to(passed.ROOT).as_posix()
    left_out = (path, f"{path}/")
    return True if config.getoption("--quick") and not set(left_out).isdisjoint(NOT_QUICK) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = set(filter(None, config.getoption("--ps").split(",")))
    quick = config.getoption("--quick")
    chosen = config.pluginmanager.get_plugin("changed")

    def left_out(nodeid: str) -> bool:
        about = problem_set_of(nodeid)
        if about and (wanted or quick) and about not in wanted:
            return True
        return chosen is not None and chosen.leaves_out(nodeid, about)

    dropped = [item for item in items if left_out(item.nodeid)]
    items[:] = [item for item in items if not left_out(item.nodeid)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)

    def turn(item: pytest.Item) -> int:
        return next((k for k, start in enumerate(FIRST) if item.nodeid.startswith(start)), 99)

    items.sort(key=turn)


class Changed:
    """Chooses what need not run in full, and notes what has passed in full.

    Parameters
    ----------
    digests : of each problem set, and of the shared code
    record : where the digests stand that have passed
    """

    def __init__(self, digests: dict[str, str], record: Path) -> None:
        self.before, self.record = digests, record
        changed = passed.changed(digests, passed.recorded(record))
        self.shared_changed = passed.SHARED_CODE in changed
        self.changed = changed - {passed.SHARED_CODE}
        sets = digests.keys() - {passed.SHARED_CODE}
        self.in_full = set(sets) if sizes.LONG else self.changed | {passed.drawn()}
        self.sampled = sets - self.in_full
        example_changed = not self.changed.isdisjoint(passed.EXAMPLES)
        self.areas_in_full = sizes.LONG or self.shared_changed or example_changed
        self.not_run: dict[str, str] = {}
        self.failed = False

    def leaves_out(self, nodeid: str, about: str) -> bool:
        """Whether a test is left out; ``about`` is the problem set that it is about, if any."""
        if about in self.sampled and nodeid.startswith(ABOUT_PROBLEM_SETS):
            return not self.shared_changed or nodeid.startswith(IN_FULL_ONLY)
        if self.areas_in_full or not nodeid.startswith(passed.AREAS):
            return False
        salt = " ".join(f"{one}={digest}" for one, digest in sorted(self.before.items()))
        return not passed.is_drawn(group_of(nodeid), salt)

    def pytest_report_header(self) -> list[str]:
        others = "a sample" if self.shared_changed else "nothing"
        areas = "all tests" if self.areas_in_full else f"1 of {passed.SHARE} files"
        return [
            f"problem sets: {_in_words(self.changed)} changed since all their tests passed; "
            f"tested in full: {_in_words(self.in_full)}; {others} of the others",
            f"grading side and browsers: {areas} (tests/passed.py)",
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test of something else says nothing of the problem sets, but of the shared code."""
        about = problem_set_of(report.nodeid)
        if report.failed:
            self.failed = True
            self.not_run.setdefault(passed.SHARED_CODE, f"{report.nodeid} failed")
        if report.failed and (about or report.nodeid.startswith(ABOUT_PROBLEM_SETS)):
            for one in [about] if about else self.in_full:
                self.not_run.setdefault(one, f"{report.nodeid} failed")
        left_out = report.skipped and "LONG=1" not in str(report.longrepr)
        if left_out and about and report.nodeid.startswith(IN_FULL_ONLY):
            self.not_run.setdefault(about, f"{report.nodeid} was skipped")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Note the problem sets that were tested in full, if all tests about them passed."""
        config = session.config
        if hasattr(config, "workerinput"):
            return
        whole = config.args == config.getini("testpaths") and not config.option.collectonly
        stopped = exitstatus not in (0, 1) or (exitstatus == 1 and config.option.maxfail)
        if stopped or not whole:
            self.not_run |= dict.fromkeys({*self.in_full, passed.SHARED_CODE}, "not all tests ran")
        if lacking := [need for need in NEEDS if need != "gpu" and self.is_missing(need)]:
            self.not_run.setdefault(passed.SHARED_CODE, f"missing here: {', '.join(lacking)}")
        now = passed.digests() | {passed.SHARED_CODE: passed.shared_digest()}
        ran = self.in_full | ({passed.SHARED_CODE} if self.areas_in_full else set())
        done = [one for one in ran - self.not_run.keys() if one in now]
        noted = {one: now[one] for one in done if now[one] == self.before[one]}
        if self.failed:  # so that all tests of it run again until they pass
            noted[passed.SHARED_CODE] = ""
        passed.note(noted, self.record)

    def is_missing(self, need: str) -> bool:
        return NEEDS[need]() is not None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        changed = self.changed | ({passed.SHARED_CODE} if self.shared_changed else set())
        noted = changed - self.not_run.keys()
        for one in sorted(changed & self.not_run.keys()):
            terminalreporter.write_line(f"{one} still counts as changed: {self.not_run[one]}")
        if noted:
            terminalreporter.write_line(f"tests/{self.record.name} notes {_in_words(noted)}")


def _in_words(problem_sets: set[str]) -> str:
    return ", ".join(sorted(problem_sets)) or "none"


class SharedOut(LoadScopeScheduling):
    """Hands out groups of tests, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than cores: tests with sandboxes and browsers spend part of it waiting."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    return len(os.sched_getaffinity(0)) + (not config.getoption("--quick"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharedOut:
    config.option.loadscopereorder = False
    return SharedOut(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for need, missing in NEEDS.items():
        if item.get_closest_marker(need) and (reason := missing()):
            pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def version_of_gradebooks_is_asked_once() -> Iterator[None]:
    """For each new gradebook nbgrader starts a program, which always gives the same answer."""
    api = sys.modules.get("nbgrader.api")  # imported with the tests that need it
    with pytest.MonkeyPatch.context() as patch:
        if api is not None:
            patch.setattr(api, "get_alembic_version", functools.cache(api.get_alembic_version))
        yield


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the browser, for tests marked ``browser``."""
    path = chromium()
    assert path, "use this fixture in tests marked `browser` only"
    return path
