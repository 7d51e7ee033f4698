"""The wall on Linux: bubblewrap's command line, with a filter of system calls in it.

Under it a notebook process sees: the Python it runs, the system's libraries, the student tree, an
empty home in memory, its own process numbers, and no network. Nothing else of this machine exists
for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from grader.files import PACKAGES, package_folder
from grader.grading.sandbox.student_tree import (
    FONTS,
    HIDDEN,
    HOME,
    SCRATCH,
    SHARED,
    TREE,
    loose_files,
    process_environment,
    programs,
    student_tree,
)
from grader.settings import TEACHING

INSTALL = "bubblewrap is not there (apt install bubblewrap)"
# Nothing here that students' work needs, and answers or much memory in it. An exercise may need one
# (``Run.needs``), and then its notebook sees that one.
HIDDEN_PACKAGES = (*PACKAGES, TEACHING, "torch", "nbgrader", "sklearn", "mlxtend")


SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


def python_folders() -> list[str]:
    """Where the running Python and its packages are."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    return sorted(prefixes | {str(Path(sys.executable).resolve().parent.parent)})


def why_exposed(private: Iterable[Path]) -> str:
    """Empty unless one of ``private``, a home folder or our sources are what submissions see."""
    homes = [Path.home(), *Path("/home").glob("*")]
    # Such as .venv/src/… after pip install -e git+…
    hidden, grader_folder = _hidden_packages(), package_folder("grader").resolve()
    sources = [] if grader_folder in hidden else [grader_folder.parent]
    seen = [folder for folder in private if folder.resolve() not in hidden]
    for shown in (*python_folders(), *SYSTEM):
        for folder in (*seen, *homes, *sources):
            if folder.resolve().is_relative_to(Path(shown).resolve()):
                return (
                    f"{folder} lies inside {shown}, which every submission can read because Python "
                    "or its libraries are there; move one of the two (a virtual environment "
                    "belongs into a folder of its own, such as .venv)"
                )
    return ""


def bubblewrap(files: Path | None, needs: Collection[str] = ()) -> list[str]:
    """The command line up to the command itself.

    Parameters
    ----------
    needs : packages that are not hidden
    """
    tree = student_tree()
    command = [str(shutil.which("bwrap")), "--die-with-parent", "--new-session"]
    if os.getuid() == 0:
        # Root makes the mounts, so that a Python under /root is found; the process then becomes
        # an unused user before it does anything else, which is what its process limit counts.
        for space in ("ipc", "pid", "net", "uts"):
            command.append(f"--unshare-{space}")
        command += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all", "--unshare-user"]
        command += ["--disable-userns"] if _can("--disable-userns") else []
    command += ["--hostname", "sandbox", "--clearenv"]
    environment = process_environment(HOME, f"{HOME}/.matplotlib") | {"PATH": programs()}
    for name, value in environment.items():
        command += ["--setenv", name, value]
    # In this order: this Python may itself lie under /tmp, and is seen there nevertheless.
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += [*_scratch("/dev/shm", SHARED), *_scratch("/tmp", SCRATCH)]
    command += ["--dir", str(Path(HOME).parent), *_scratch(HOME, SCRATCH)]
    command += _system(tree / HIDDEN, needs)
    command += _read_only(str(tree), TREE)
    command += ["--perms", "1777", "--dir", f"{HOME}/.matplotlib"]
    for font_list in sorted((tree / FONTS).glob("*.json")):
        command += ["--ro-bind", str(font_list), f"{HOME}/.matplotlib/{font_list.name}"]
    for file in loose_files(files):
        command += ["--ro-bind", str(file), f"{HOME}/{file.name}"]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    return command


def _scratch(folder: str, size: int) -> list[str]:
    """A folder in memory that anybody inside may write to, up to a size."""
    bounded = ["--size", str(size)] if _can("--size") else []  # bubblewrap 0.7 and later
    return ["--perms", "1777", *bounded, "--tmpfs", folder]


def _system(hidden: Path, needs: Collection[str]) -> list[str]:
    """The system's libraries and this Python, read-only; packages that hold answers are hidden.

    Every folder on the way to them is made by us: empty, and open to whom the process is.
    """
    command: list[str] = []
    for name in SYSTEM:
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/fonts"):
        command += ["--ro-bind-try", name, name]
    for prefix in python_folders():
        if not Path(prefix).is_relative_to("/usr"):
            command += _read_only(prefix, prefix)
    for package in _hidden_packages():
        if package.name not in needs:
            command += ["--ro-bind", str(hidden), str(package)]
    return command


def _hidden_packages() -> list[Path]:
    """Where packages to be hidden are, in every folder for packages that can be read inside.

    A virtual environment's Python shows the folders of the one that it was made from, too.
    """
    places = {*map(Path, python_folders()), Path("/usr"), Path("/usr/local")}
    own = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    patterns = [f"lib*/python3*/{kind}-packages" for kind in ("site", "dist")]
    folders = own.union(*(place.glob(pattern) for place in places for pattern in patterns))
    # A folder that is a link to another one is hidden there, if that is shown at all.
    found = {(folder / name).resolve() for folder in folders for name in HIDDEN_PACKAGES}
    shown = {place.resolve() for place in places}
    return sorted(p for p in found if p.is_dir() and any(map(p.is_relative_to, shown)))


def _read_only(source: str, target: str) -> list[str]:
    ways = [str(folder) for folder in reversed(Path(target).parents)][1:]
    made = [part for folder in ways for part in ("--dir", folder)]
    return [*made, "--ro-bind", source, target]


@cache
def _can(option: str) -> bool:
    """Whether this bubblewrap is new enough to know an option."""
    helped = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return option in helped.stdout + helped.stderr


@cache
def why_no_bubblewrap() -> str:
    """Empty if bubblewrap works here, else why not."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return INSTALL
    tried = subprocess.run(
        ["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode == 0:
        return ""
    reason = tried.stderr.strip().splitlines()[-1:] or ["no reason given"]
    return (
        f"bubblewrap is installed but not allowed to work here ({reason[0]}; inside a container, "
        "start that with --security-opt seccomp=unconfined)"
    )
