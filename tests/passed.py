"""Which problem sets have changed since everything about them passed.

The number of tests about problem sets grows with every notebook and every function. Therefore
`make test` runs all of them for a problem set that has changed, and a sample for the others.
`make test-long` always runs all. passed.toml holds the digest of each problem set's own files at
the time when all tests about it had passed. `make test` writes it; commit it with the change.

A problem set's own files are its notebook's source, its exercises, their programs, and the modules
of grader/exercises and tests/programs that these import. All other code is shared. A change of
shared code leaves the digests as they are: it is tested with the samples, and with everything
about one problem set, which the digest of the shared code draws.
"""

import ast
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).with_name("passed.toml")
HEAD = "# The digests of problem sets whose tests have all passed; tests/passed.py explains them.\n"
SHARED = ("course_lib", "grader", "tests")
OWN = ("solutions", "grader/exercises", "tests/programs")


def problem_sets(root: Path = ROOT) -> list[str]:
    return sorted(path.name for path in (root / "solutions").glob("ps*"))


def digests(root: Path = ROOT) -> dict[str, str]:
    """The digest of each problem set's own files."""
    return {one: _digest(root, own_files(one, root)) for one in problem_sets(root)}


def own_files(one: str, root: Path = ROOT) -> set[Path]:
    waiting = {path for folder in OWN for path in _files(root / folder / one)}
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        found.add(path)
        if path.suffix == ".py" and not path.is_relative_to(root / "solutions"):
            waiting |= set(_imported(path, root)) - found
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".ipynb", ".pyc"):
            yield path


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """The modules of grader/exercises and tests/programs that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            file = root / (name.replace(".", "/") + ".py")
            if any(file.is_relative_to(root / folder) for folder in OWN) and file.is_file():
                yield file


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]


def recorded(record: Path) -> dict[str, str]:
    return tomllib.loads(record.read_text("utf-8")) if record.exists() else {}


def changed(now: Mapping[str, str], passed: Mapping[str, str]) -> set[str]:
    return {one for one, digest in now.items() if passed.get(one) != digest}


def drawn(root: Path = ROOT) -> str:
    """The problem set that is tested in full with the shared code as it is."""
    own = [root / folder for folder in OWN]
    shared = {
        path
        for folder in SHARED
        for path in (root / folder).rglob("*.py")
        if not any(path.is_relative_to(folder) for folder in own)
    }
    chosen = problem_sets(root)
    return chosen[int(_digest(root, shared), 16) % len(chosen)]


def note(passed: Mapping[str, str], record: Path) -> None:
    """Add to the record. Problem sets that no longer exist are left out."""
    before = recorded(record)
    after = {one: d for one, d in (before | dict(passed)).items() if one in problem_sets()}
    if after == before:
        return
    lines = (f'{one} = "{digest}"\n' for one, digest in sorted(after.items()))
    record.write_text(HEAD + "".join(lines), encoding="utf-8")
