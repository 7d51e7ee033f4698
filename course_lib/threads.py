"""The number of threads that NumPy's matrix products and PyTorch use."""

import importlib.util
import os
import sys
from importlib import import_module


def limit_threads(count: int = 1) -> None:
    """Limit the BLAS library of NumPy, and PyTorch, to at most ``count`` threads.

    The arrays of the course are small, so one thread is enough. On a busy computer several threads
    wait for each other and take many times as long. PyTorch may be imported later. Without the
    package threadpoolctl (in the browser, for instance, which has no threads) NumPy keeps its own
    number.

    Raises
    ------
    ValueError
        If ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"limit_threads: count is {count}; at least one thread has to compute")
    os.environ["OMP_NUM_THREADS"] = str(count)  # PyTorch reads it when it is imported
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)
    if importlib.util.find_spec("threadpoolctl"):
        import_module("numpy")  # the limit applies only to loaded libraries
        import_module("threadpoolctl").threadpool_limits(count, user_api="blas")
