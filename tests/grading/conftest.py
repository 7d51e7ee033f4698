"""Workers to test with: isolated ones, and plain processes that speak the same protocol."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.grading.sandbox import Sandbox
from grader.grading.worker_client import WorkerClient
from grader.grading.worker_process import Workers
from grader.settings import Limits

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_megabytes=1024, processes=24)


def clients(sandbox: Sandbox) -> Iterator[WorkerClient]:
    workers = Workers(sandbox)
    client = WorkerClient(workers, sandbox.limits)
    yield client
    client.close()
    workers.close()


def succeeded(outputs: list[Any]) -> bool:
    return all(output["output_type"] != "error" for output in outputs)


@pytest.fixture(
    params=[pytest.param(False, marks=pytest.mark.sandbox), True],
    ids=["bubblewrap", "plain"],
)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(LIMITS, unsafe=request.param)


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[WorkerClient]:
    yield from clients(sandbox)


@pytest.fixture
def isolated() -> Iterator[WorkerClient]:
    """For tests marked ``sandbox``."""
    yield from clients(Sandbox(LIMITS))
