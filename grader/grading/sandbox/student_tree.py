"""The read-only tree that a student's process imports from, made once per version of the course.

It holds library and lessons with stand-ins for every answer, ``grader.checking``, and what
answers requests inside: nothing that knows an expected value. Compiled files lie beside the
sources, because compiling them anew for every submission takes longer than most notebooks. The
command and the environment that start a notebook process on this tree are the same in every kind
of sandbox.
"""

from __future__ import annotations

import compileall
import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from grader import COURSE
from grader.checking.contract.registry import answer_modules
from grader.files import file_of, package_folder, visible_files
from grader.grading.sandbox.standins import stand_in

FORMULAS = "course_lib/fast/formulas/"  # formulas once more; without them definitions compute
INSIDE = (
    "__init__.py",
    "process/__init__.py",
    "process/frames.py",
    "process/limits.py",
    "sandbox/__init__.py",
    "sandbox/inside.py",
    "sandbox/shell.py",
    "sandbox/syscalls.py",
)
FONTS = "fonts"  # beside the packages: matplotlib's list of fonts
HIDDEN = "hidden"  # what stands where a package of the instructor's is hidden
KEPT_SECONDS = 30 * 24 * 3600  # longer than any grading: a tree in use is not removed
TREE, HOME = "/sandbox/course", "/sandbox/home"
SCRATCH = 256 << 20  # bytes in /tmp, and as many in the home folder: both lie in memory
SHARED = 64 << 20
UIDS = range(61184, 65520)  # set aside for throw-away users on Linux


@cache
def contents() -> tuple[tuple[str, bytes], ...]:
    """Path in the tree and content of each of its files."""
    return tuple(_contents())


def _contents() -> Iterator[tuple[str, bytes]]:
    folders = {package: package_folder(package) for package in COURSE}
    held = {file_of(name, folders[name.partition(".")[0]]) for name in answer_modules()}
    if missing := sorted(str(path) for path in held if not path.is_file()):
        raise FileNotFoundError(f"an exercise's answers name a file that is not there: {missing}")
    for package, folder in folders.items():
        for path in visible_files(folder):
            name, content = f"{package}/{path.relative_to(folder).as_posix()}", path.read_bytes()
            if path in held:
                content = stand_in(content.decode("utf-8"), path.stem).encode("utf-8")
            if not name.startswith(FORMULAS):
                yield name, content
    checker = package_folder("grader")
    yield f"{HIDDEN}/__init__.py", b'raise ModuleNotFoundError(f"no {__name__} while grading")\n'
    yield "grader/__init__.py", (checker / "__init__.py").read_bytes()
    for path in visible_files(checker / "checking"):
        yield f"grader/{path.relative_to(checker).as_posix()}", path.read_bytes()
    for name in INSIDE:
        yield f"grader/grading/{name}", (checker / "grading" / name).read_bytes()


@cache
def student_tree(parent: Path | None = None) -> Path:
    """The tree's folder, built if this version of it is not there yet.

    Parameters
    ----------
    parent : folder for all versions; the user's cache folder if not given
    """
    files = dict(contents())
    digest = hashlib.sha256(sys.version.encode())
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    folder = parent or platformdirs.user_cache_path("training-neural-networks") / "student-tree"
    target = folder / digest.hexdigest()[:24]
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _build(files, folder, target)
    with contextlib.suppress(OSError):  # not ours to change, or another process was faster
        os.utime(target)
        _remove_old(folder)
    return target


def _remove_old(folder: Path) -> None:
    """Remove the trees that no process has asked for since ``KEPT_SECONDS``."""
    for tree in folder.iterdir():
        if time.time() - tree.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(tree)


def _build(files: dict[str, bytes], folder: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        tree = Path(temporary) / "tree"
        for path, content in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(content)
        _fonts(tree / FONTS)
        compileall.compile_dir(tree, quiet=2, stripdir=str(tree), workers=1)
        for part in (tree, *tree.rglob("*")):
            part.chmod(0o755 if part.is_dir() else 0o644)
        try:
            os.replace(tree, target)
        except OSError:  # another process was faster; its tree is the same
            if not target.is_dir():
                raise


def _fonts(folder: Path) -> None:
    """matplotlib's list of fonts, which takes it most of a second to make."""
    folder.mkdir()
    import matplotlib
    import matplotlib.font_manager

    for file in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(file, folder)


def process_arguments(tree: str, limits: dict[str, Any]) -> list[str]:
    """Isolated mode: no environment, no user site; only the student tree is added."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); "
    code += "from grader.grading.sandbox.inside import main; main(sys.argv[2])"
    return ["-I", "-B", "-c", code, tree, json.dumps(limits)]


def process_environment(home: str, fonts: str) -> dict[str, str]:
    """All of a notebook process's environment, but for where programs are."""
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
