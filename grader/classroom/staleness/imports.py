"""Which files of the course a module is made from, found by following its imports."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import platform
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

import platformdirs

from grader.exercises.own_folder import file_of_own
from grader.files import PACKAGES, digest_of, file_of, package_folder, write_whole

MOST_KEPT = 10_000  # files, of many versions of the course
FOLDERS = {package: package_folder(package) for package in PACKAGES}


def files_behind(modules: Iterable[str]) -> list[Path]:
    """The files of ``modules`` and of all modules of the course that they import, wherever.

    Of a package's ``__init__`` only those lines count that import the names that are asked for.
    """
    found: set[Path] = set()
    waiting = list(modules)
    with _kept():
        while waiting:
            path = _file(waiting.pop())
            if path is not None and path not in found:
                found.add(path)
                waiting += _imported(path)
    return sorted(found)


def digest_of_code(contents: Iterable[tuple[str, bytes]]) -> str:
    """Changes with the names of these files, and with their content.

    Of Python code neither comments nor docstrings nor layout count: no mark depends on them.

    Parameters
    ----------
    contents : path and content of each
    """
    digest = hashlib.sha256()
    with _kept():
        for path, content in contents:
            python = path.endswith(".py")
            counts = _read_off(content)[0] if python else hashlib.sha256(content).hexdigest()
            digest.update(f"{path}\0{counts}\0".encode())
    return digest.hexdigest()


def _read_off(content: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Digest of a file's code, and what it imports: a module, and a name in it or "".

    Both are read off its tree, which takes long, so they are kept in the user's cache, under the
    digest of the file.
    """
    itself, known = hashlib.sha256(content).hexdigest(), _known()
    if itself not in known:
        tree = ast.parse(content)
        imports = list(_imports_in(tree))
        known[itself] = hashlib.sha256(_code(tree)).hexdigest(), imports
    return known[itself]


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """What is read off files within it is kept for the next command."""
    before = len(_known())
    yield
    if len(_known()) > before:
        with contextlib.suppress(OSError):  # no home folder to write into
            write_whole(_cache(), json.dumps(_known()).encode())


def _cache() -> Path:
    """Where that is kept: trees differ between versions of Python, and with this module."""
    made_by = f"{platform.python_version()}-{digest_of([Path(__file__)])[:16]}"
    return platformdirs.user_cache_path("training-neural-networks") / f"code-{made_by}.json"


@cache
def _known() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Digest of a file -> what was read off it."""
    try:
        found = dict(json.loads(_cache().read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
    return found if len(found) < MOST_KEPT else {}


def contents_of(paths: Collection[Path]) -> Iterator[tuple[str, bytes]]:
    """Path from the folder of its package, and content, of each file of the course."""
    for path in paths:
        folder = next(f for f in FOLDERS.values() if path.is_relative_to(f))
        yield path.relative_to(folder.parent).as_posix(), path.read_bytes()


def _code(tree: ast.Module) -> bytes:
    """The tree without docstrings."""
    for node in (tree, *_statements(tree)):
        match node:
            case (
                ast.Module(body=[ast.Expr(ast.Constant(str())), *rest])
                | ast.ClassDef(body=[ast.Expr(ast.Constant(str())), *rest])
                | ast.FunctionDef(body=[ast.Expr(ast.Constant(str())), *rest])
                | ast.AsyncFunctionDef(body=[ast.Expr(ast.Constant(str())), *rest])
            ):
                node.body = rest
    return ast.dump(tree).encode("utf-8", "surrogatepass")


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below a node. No expression holds one, so none is looked into."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        found = getattr(node, part, None)
        for one in found if isinstance(found, list) else ():
            yield one
            yield from _statements(one)


def _file(module: str) -> Path | None:
    """A module's file; None if it is not the course's."""
    if own := file_of_own(module):
        return own
    folder = FOLDERS.get(module.partition(".")[0])
    path = None if folder is None else file_of(module, folder)
    return path if path is not None and path.is_file() else None


@cache
def _imported(path: Path) -> tuple[str, ...]:
    """Names of the course's modules that a file imports, at the top or within a function."""
    found: list[str] = []
    for module, name in _read_off(path.read_bytes())[1]:
        found += _behind_name(module, name) if name else [module]
    return tuple(name for name in found if name.partition(".")[0] in PACKAGES)


def _imports_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def _behind_name(module: str, name: str) -> list[str]:
    """The modules behind ``from module import name``."""
    path = _file(module)
    if path is None or path.name != "__init__.py":
        return [module]
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                itself = (node.module, alias.name) == (module, name)  # a submodule
                if name == (alias.asname or alias.name) and not itself:
                    return _behind_name(node.module, alias.name)
    submodule = f"{module}.{name}"
    return [module, *([submodule] if _file(submodule) else [])]
