"""What has changed since everything about it passed.

The number of tests about problem sets grows with every notebook and every function. Therefore
`make test` runs all of them for a problem set that has changed, and a sample for the others.
`make test-long` always runs all. passed.toml holds the digest of each problem set's own files at
the time when all tests about it had passed. `make test` writes it; commit it with the change.

A problem set's own files are its notebook's source, its exercises, their programs, and the modules
of grader/exercises and tests/programs that these import. All other code is shared, and the record
holds one digest of it. After a change of shared code, all tests of it run, the samples of all
problem sets, and everything about one problem set, which the digest of the shared code draws. If
nothing shared has changed, a problem set that has not changed cannot behave in another way, so
nothing of it is run but for the one that is drawn. The slow tests of shared code (of ``AREAS``) are
then drawn too, a third of their files, in case that the machine is another one.
"""

import ast
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).with_name("passed.toml")
HEAD = "# Digests of what has passed all its tests; tests/passed.py explains them.\n"
SHARED = ("course_lib", "grader", "tests")
OWN = ("solutions", "grader/exercises", "tests/programs")
# What shared code needs beside: the site's builder, and which versions of packages are installed.
BESIDE = ("docs/site", ".ci/run", "Makefile", "pyproject.toml", "constraints.txt")
NOT_CODE = ("tests/passed.toml", "tests/environments")  # results; the second has one quick test
# Slow tests of the grading side and of what browsers show.
AREAS = (
    "tests/browser/",
    "tests/classroom/",
    "tests/cli/",
    "tests/cupy/",
    "tests/grading/",
    "tests/hostile/",
    "tests/site/test_browser_version.py",
    "tests/site/test_notebooks_in_browser.py",
)
EXAMPLES = ("ps00", "ps04", "ps08", "ps14")  # the problem sets that these tests grade or show
SHARE = 3  # of so many files of AREAS, one is drawn if nothing has changed
SHARED_CODE = "shared"  # its name in the record


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


def shared_digest(root: Path = ROOT) -> str:
    """Of all files on which tests depend and that belong to no problem set."""
    own = set().union(*(own_files(one, root) for one in problem_sets(root)))
    left_out = tuple(root / name for name in NOT_CODE)
    found = set()
    for place in (root / name for name in (*SHARED, *BESIDE)):
        found |= {place} if place.is_file() else set(_files(place))
    return _digest(root, (p for p in found - own if not any(map(p.is_relative_to, left_out))))


def is_drawn(group: str, salt: str) -> bool:
    """Whether a file of ``AREAS`` is tested although nothing has changed."""
    return int(hashlib.sha256(f"{group} {salt}".encode()).hexdigest(), 16) % SHARE == 0


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
    """Add to the record. What no longer exists is left out, and what has an empty digest."""
    before = recorded(record)
    known = {SHARED_CODE, *problem_sets()}
    after = {one: d for one, d in (before | dict(passed)).items() if one in known and d}
    if after == before:
        return
    lines = (f'{one} = "{digest}"\n' for one, digest in sorted(after.items()))
    record.write_text(HEAD + "".join(lines), encoding="utf-8")
