"""BLAS and PyTorch compute with as many threads as they are told."""

import subprocess
import sys

import pytest

from course_lib.threads import limit_threads

COUNT = """
import threadpoolctl
from course_lib.threads import limit_threads
limit_threads({count})
pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
print({{pool["num_threads"] for pool in pools}})
"""


TORCH = """
from course_lib.threads import limit_threads
{before}
limit_threads({count})
import torch
print({{torch.get_num_threads()}})
"""


def printed(code):
    """What it prints in a process of its own: the limit stays until it is changed."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


@pytest.mark.parametrize("count", [1, 2])
def test_blas_uses_that_many_threads(count):
    assert printed(COUNT.format(count=count)) == f"{{{count}}}"


@pytest.mark.torch
@pytest.mark.parametrize("before", ["import torch", ""], ids=["imported", "imported later"])
def test_torch_uses_that_many_threads(before):
    assert printed(TORCH.format(before=before, count=1)) == "{1}"


def test_without_threadpoolctl_nothing_happens(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as it is afterwards
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    limit_threads(1)


def test_no_thread_at_all_is_refused():
    with pytest.raises(ValueError, match="count is 0"):
        limit_threads(0)
