"""Two tiers, and what a test may need from the machine.

`make test` runs what can be tried on any machine (``-m "not rest"``), `make test-all` the rest
(``-m rest``): tests marked ``slow``, and those that need something of tests/needs.py. `make
test-long` adds the tests marked ``long``, which are left out elsewhere, and more parameters.
``-k ps06`` chooses what is about one problem set.
"""

import functools
import gc
import os
import re
import signal
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests import sizes
from tests.needs import NEEDS, find_chromium

# Test processes run side by side: one thread each. Must be set before numpy is imported.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.pop("COLUMNS", None)  # pytest-xdist sets it, and rich keeps a width that it finds early
os.environ["COURSE_PROGRESS"] = os.environ["COURSE_LIBRARY"] = (
    ""  # nothing is kept in the real home
)

# The longest first, so that at the end no core waits for one of them.
FIRST = (
    "tests/hostile/test_kinds.py",  # these wait most of their time
    "tests/authoring/test_notebooks.py",
    "tests/hostile/",
    "tests/cupy/",
    "tests/site/",
    "tests/browser/",
    "tests/gates/",
    "tests/classroom/",
    "tests/extras/",
)
# Files of many tests that wait for processes, in three groups: others compute beside them.
IN_SHARES = ("tests/hostile/test_kinds.py", "tests/hostile/test_grading_side.py")
# Files of which each problem set's tests can run in a process of their own.
BY_PROBLEM_SET = ("tests/authoring/test_notebooks.py", "tests/colab/")


@pytest.fixture
def as_in_a_terminal() -> Iterator[None]:
    """Also where the tests themselves run with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require", default="", help="fail if one of these is missing: sandbox,browser,torch"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name, need in NEEDS.items():
        config.addinivalue_line("markers", f"{name}: {need.tests}")
    for name in filter(None, config.getoption("--require").split(",")):
        if name not in NEEDS:
            raise pytest.UsageError(f"--require {name}: known are {', '.join(NEEDS)}")
        if NEEDS[name].missing:
            raise pytest.UsageError(f"--require {name}: {NEEDS[name].missing}")


@pytest.hookimpl(tryfirst=True)  # before pytest reads -m and -k
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if need := _needed(item.nodeid):
            item.add_marker(need)
        marks = {mark.name for mark in item.iter_markers()}
        if not marks.isdisjoint(("slow", "long", *NEEDS)):
            item.add_marker(pytest.mark.rest)
        if "long" in marks and not sizes.LONG:
            item.add_marker(pytest.mark.skip(reason="make test-long runs it"))
        item.extra_keyword_matches.add(problem_set_of(item.nodeid))

    def turn(item: pytest.Item) -> int:
        return next((k for k, start in enumerate(FIRST) if item.nodeid.startswith(start)), 99)

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: each collection of garbage would look at all of it."""
    gc.freeze()


def group_of(nodeid: str) -> str:
    """One process runs a group, so what its fixtures make is made once."""
    file, about = nodeid.partition("::")[0], problem_set_of(nodeid)
    if file.startswith("tests/gates/") and about:
        return f"gates {about}"  # the gates share each exercise's cases, and what the cup trains
    if file in IN_SHARES:
        return f"{file} {zlib.crc32(nodeid.encode()) % 3}"
    return f"{file} {about}" if file.startswith(BY_PROBLEM_SET) else file


@functools.cache
def _problem_set_by_name() -> dict[str, str]:
    from grader.checking.contract.registry import names, problem_set

    return {name: problem_set(name) for name in names()}


def _parameters(nodeid: str) -> list[str]:
    found = re.search(r"\[(.*)\]$", nodeid)
    return found[1].split("-") if found else []


def problem_set_of(nodeid: str) -> str:
    """The problem set that a test is about by its parameters, ``""`` if it is about none."""
    for part in _parameters(nodeid):
        if found := part if re.fullmatch(r"ps\d\d", part) else _problem_set_by_name().get(part):
            return found
    return ""


def _needed(nodeid: str) -> str:
    """What a test needs because an exercise that it is about needs it; "" for nothing.

    The gates that have a problem set as a parameter try all of its exercises.
    """
    needs = [_need_of(part, nodeid.startswith("tests/gates/")) for part in _parameters(nodeid)]
    return next(filter(None, needs), "")


@functools.cache
def _need_of(parameter: str, whole_set: bool) -> str:
    from grader.checking.contract.registry import find, names

    about = [parameter] if parameter in _problem_set_by_name() else []
    if whole_set and re.fullmatch(r"ps\d\d", parameter):
        about = list(names(parameter))
    return next(filter(None, (find(name).run.needs for name in about)), "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole groups, in the order of the tests (pytest 9.2 breaks --dist loadgroup)."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return ByGroup(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """``-n auto``: two processes more than cores, as hostile submissions spend time waiting."""
    if config.option.numprocesses == "logical":
        return None
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    return (len(cores) or os.cpu_count() or 1) + 2


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) and need.missing:
            pytest.skip(f"{need.missing}: {need.brought_by}")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """After a run of everything: what this machine cannot try, and the command that brings it."""
    if config.args != config.getini("testpaths"):
        return
    if lacking := [need for need in NEEDS.values() if need.missing]:
        terminalreporter.section("not tried on this machine, and the command that brings it")
        width = max(len(need.tests) for need in lacking)
        for need in lacking:
            terminalreporter.write_line(f"{need.tests:{width}}  {need.brought_by}")


@pytest.fixture(scope="session", autouse=True)
def version_of_gradebooks_is_asked_once() -> Iterator[None]:
    """For each new gradebook nbgrader starts a program, which always gives the same answer."""
    api = sys.modules.get("nbgrader.api")  # imported with the tests that need it
    with pytest.MonkeyPatch.context() as patch:
        if api is not None:
            patch.setattr(api, "get_alembic_version", functools.cache(api.get_alembic_version))
        yield


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, for tests marked ``browser``; while it runs, its process cannot use asyncio."""
    from tests.browser.jupyterlab import browser

    path = find_chromium()
    assert path, "use this fixture in tests marked `browser` only"
    with browser(path) as running:
        yield running
