"""What every kind of sandbox around a worker has in common: command, paths, environment."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

TREE, HOME = "/sandbox/course", "/sandbox/home"
SCRATCH = 256 << 20  # bytes in /tmp, and as many in the home folder: both lie in memory
SHARED = 64 << 20
UIDS = range(61184, 65520)  # set aside for throw-away users on Linux


def worker_arguments(tree: str, limits: dict[str, int]) -> list[str]:
    """Isolated mode: no environment, no user site; only the student tree is added."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from grader.grading.worker import main; "
    return ["-I", "-B", "-c", code + "main(sys.argv[2])", tree, json.dumps(limits)]


def worker_environment(home: str, fonts: str) -> dict[str, str]:
    """All of a worker's environment, but for where programs are."""
    return {
        "HOME": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": fonts,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # each thread would reserve 64 MB of what the limit allows
    }


def programs() -> str:
    """The search path for programs where this machine's own are seen."""
    return os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])


def loose_files(folder: Path | None) -> list[Path]:
    """The plain files of the released assignment, notebooks and links left out."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and path.suffix not in (".ipynb", ".py")
    )
