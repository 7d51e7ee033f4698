"""The programs that belong to this Python."""

import os
import sys
from pathlib import Path


def find_tools() -> None:
    """Let nbgrader find the ``alembic`` of this Python, which it calls by name."""
    here, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if path.split(os.pathsep)[:1] != [here]:
        os.environ["PATH"] = os.pathsep.join([here, path])
