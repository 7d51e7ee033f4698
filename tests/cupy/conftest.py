"""The tests in inside/ run in processes that have loaded CuPy (test_on_a_processor.py)."""

from tests.cupy import host

collect_ignore = [] if host.installed else ["inside"]
