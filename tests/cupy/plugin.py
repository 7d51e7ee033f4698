"""``pytest -p tests.cupy.plugin -m gpu``: tests for a GPU run with the real CuPy on a processor.

It is a plugin because CuPy has to be loaded before any test imports it.
"""

import os
import sys

import pytest

from tests.cupy import host

host.install()

from tests.cupy.host.kernels import launches  # noqa: E402


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that CuPy has computed something."""
    count = f"{launches.total()} launches of {len(launches)} kernels"
    terminalreporter.write_line(f"CuPy on a processor: {count}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End without freeing CuPy's objects, which would call replaced functions that are gone."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(config.stash[EXIT])


EXIT = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember the exit status."""
    session.config.stash[EXIT] = int(exitstatus)
