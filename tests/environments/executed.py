"""What runs when a notebook is run, as a digest: prose can change without a new run.

It covers the code of the cells, the exercises that they call, the library and what checks the
answers, with their data. It leaves out text cells, comments and docstrings. The syntax tree of
one version of Python is not that of another, so nor is the digest.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nbformat.notebooknode import NotebookNode

SHARED = ("course_lib", "grader/checking")
DATA = (".npz", ".json")
EXERCISES = "grader/exercises"


def digest_of(assignment: str, notebook: NotebookNode, root: Path) -> str:
    """Of a notebook with its answers, in a repository at ``root``."""
    digest = hashlib.sha256(_shared(root).encode())
    own = sorted(_exercises(assignment, root))
    for part in (*_of_cells(notebook), *map(_of_file, own)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]


def _exercises(assignment: str, root: Path) -> set[Path]:
    """The files of a problem set's exercises, and the modules beside them that these import."""
    waiting = [path for path in (root / EXERCISES / assignment).rglob("*") if path.is_file()]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found and path.suffix in (".py", *DATA):
            found.add(path)
            waiting += _imported(path, root) if path.suffix == ".py" else []
    return found


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """The modules of grader/exercises that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            file = root / (name.replace(".", "/") + ".py")
            if file.is_relative_to(root / EXERCISES) and file.is_file():
                yield file


@cache
def _shared(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for folder in SHARED for path in (root / folder).rglob("*")):
        if path.suffix in (".py", *DATA):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(_of_file(path)).digest())
    return digest.hexdigest()


def _of_cells(notebook: NotebookNode) -> Iterator[bytes]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield _without_prose(cell.source)


def _of_file(path: Path) -> bytes:
    content = path.read_bytes()
    return _without_prose(content.decode()) if path.suffix == ".py" else content


def _without_prose(code: str) -> bytes:
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a line that only IPython understands
        return code.encode()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=[ast.Expr(ast.Constant(str())), *_] as body)
                | ast.ClassDef(body=[ast.Expr(ast.Constant(str())), *_] as body)
                | ast.FunctionDef(body=[ast.Expr(ast.Constant(str())), *_] as body)
                | ast.AsyncFunctionDef(body=[ast.Expr(ast.Constant(str())), *_] as body)
            ):
                del body[0]
    return ast.dump(tree).encode()
