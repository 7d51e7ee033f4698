"""``python -m grader``."""

import atexit
import gc

# What a command imports lives as long as the command, so looking through it for garbage is in vain:
# that takes a fifth of the time of a command that has little to do.
gc.set_threshold(100_000)
atexit.register(gc.freeze)

from grader.cli import app  # noqa: E402 (its imports are what this is for)

app(prog_name="python -m grader")
