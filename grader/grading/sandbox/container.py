"""The wall where there is no bubblewrap (macOS, Windows): the same notebook process in a container.

The engine, docker or podman, is asked for what bubblewrap is asked for: no network, nothing
writable but an empty home and /tmp in memory, no capabilities, an unused user, bounded memory and
processes. The notebook process lays the filter of system calls upon itself, on top of the engine's
own. Of this machine a container sees the student tree and the released assignment's data,
read-only.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.grading.sandbox.student_tree import (
    FONTS,
    HOME,
    SCRATCH,
    SHARED,
    TREE,
    UIDS,
    loose_files,
    process_arguments,
    process_environment,
)

ENGINES = ("docker", "podman")
IMAGE = "training-neural-networks-sandbox"
SECONDS = 20.0  # an engine that says nothing for so long is not running

# What it imports, in the versions of constraints.txt, and nothing that holds an answer.
CONTENTS = ("numpy", "matplotlib", "matplotlib-inline", "array-api-compat", "ipython", "tqdm")
RECIPE = """\
FROM python:{version}-slim
COPY packages.txt constraints.txt /
RUN pip install --no-cache-dir --requirement /packages.txt --constraint /constraints.txt
"""


@dataclass(frozen=True)
class Container:
    """How the container of a notebook process is started.

    Attributes
    ----------
    engine : the command, docker or podman
    image : has Python and the packages a notebook process imports
    python : the interpreter in it
    options : further options of ``run``
    """

    engine: str
    image: str = IMAGE
    python: str = "python"
    options: tuple[str, ...] = ()

    @property
    def isolation(self) -> str:
        """One line for reports."""
        return f"{Path(self.engine).name} container: no network, no files of this machine"

    def command(
        self, name: str, tree: Path, files: Path | None, limits: dict[str, Any]
    ) -> list[str]:
        """The whole command line.

        Parameters
        ----------
        name : the container's
        tree : what the notebook process imports from
        files : a folder whose plain files the notebook finds beside itself, or None
        limits : what the notebook process takes upon itself
        """
        user = secrets.choice(UIDS)
        # Everything in memory counts: the folders in memory come on top of what programs take.
        memory = str(limits["memory"] + 2 * SCRATCH + SHARED)
        command = [self.engine, "run", "--rm", "--interactive", "--pull", "never", "--name", name]
        command += ["--network", "none", "--hostname", "sandbox", "--log-driver", "none"]
        command += ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        processes = limits["processes"]
        command += ["--user", f"{user}:{user}", "--pids-limit", str(processes)]
        command += ["--memory", memory, "--memory-swap", memory, "--shm-size", str(SHARED)]
        for limit in (f"nproc={processes}:{processes}", "nofile=256:256", "core=0:0"):
            command += ["--ulimit", limit]
        for folder in ("/tmp", HOME):
            command += ["--tmpfs", f"{folder}:rw,nosuid,nodev,size={SCRATCH},mode=1777"]
        for source, target in mounts(tree, files):
            command += ["--volume", f"{source}:{target}:ro"]
        environment = process_environment(HOME, f"{HOME}/.matplotlib")
        for key, value in environment.items():
            command += ["--env", f"{key}={value}"]
        command += [*self.options, "--workdir", HOME, self.image, self.python]
        return command + process_arguments(TREE, limits | {"filter": 1})

    def end(self, name: str) -> None:
        """Kill everything in the container; it is removed then. The client's end would not."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([self.engine, "kill", name], capture_output=True, timeout=SECONDS)


def mounts(tree: Path, files: Path | None) -> list[tuple[Path, str]]:
    """All that a container sees of this machine, and where."""
    fonts = [(file, f"{HOME}/.matplotlib/{file.name}") for file in sorted((tree / FONTS).glob("*"))]
    beside = [(file, f"{HOME}/{file.name}") for file in loose_files(files)]
    return [(tree, TREE), *fonts, *beside]


@cache
def find_container() -> Container | str:
    """The container that notebook processes can be started in, or why there is none."""
    engine = _running_engine()
    if engine is None:
        return f"no container engine answers ({', '.join(ENGINES)})"
    if _works([engine, "image", "inspect", IMAGE]):
        return Container(engine)
    return f"{Path(engine).name} is there, but not yet the image: run python -m grader image"


def build_image(constraints: Path) -> int:
    """Build the image with the first engine that answers; gives its exit code.

    Parameters
    ----------
    constraints : the course's ``constraints.txt``

    Raises
    ------
    FileNotFoundError
        No engine answers.
    """
    engine = _running_engine()
    if engine is None:
        raise FileNotFoundError(
            "no container engine answers; start or install Docker or Podman, then say this again"
        )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        (context / "Containerfile").write_text(RECIPE.format(version=version), encoding="utf-8")
        (context / "packages.txt").write_text("\n".join(CONTENTS) + "\n", encoding="utf-8")
        shutil.copyfile(constraints, context / "constraints.txt")
        command = [engine, "build", "--tag", IMAGE, "--file", str(context / "Containerfile")]
        built = subprocess.run([*command, folder], check=False).returncode
    find_container.cache_clear()
    return built


def _running_engine() -> str | None:
    """Path of the first engine that is installed and answers."""
    installed = (path for name in ENGINES if (path := shutil.which(name)))
    return next((path for path in installed if _works([path, "info"])), None)


def _works(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
