"""How many threads the matrix products of NumPy use."""

import importlib.util
from importlib import import_module


def limit_threads(count: int = 1) -> None:
    """Let the BLAS that NumPy calls use at most ``count`` threads from now on.

    The arrays of the course are small: one thread is enough, and on a busy computer several threads
    that wait for each other take many times as long.  Without the package threadpoolctl, as in the
    browser, where there are no threads, nothing happens.

    Raises
    ------
    ValueError
        If ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"limit_threads: count is {count}; at least one thread has to compute")
    if importlib.util.find_spec("threadpoolctl"):
        import_module("numpy")  # only libraries that are loaded already can be limited
        import_module("threadpoolctl").threadpool_limits(count, user_api="blas")
