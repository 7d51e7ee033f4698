"""What one graded function costs in code: python benchmarks/function_size.py [--all].

For every exercise it counts the lines and the Python tokens of its file, of its programs in
``tests/exercises`` and of those in ``tests/corpus``. Code that several exercises share (helpers in
the same folders, the tests that run the programs) is counted in the totals. Tokens are what lines
saved by denser formatting do not change; comments, line ends and indentation do not count,
and a text of several words is one.
"""

import sys
import tokenize
from pathlib import Path
from statistics import median

from grader.checking import names, problem_set

ROOT = Path(__file__).parents[1]
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
PROGRAMS = ("tests/exercises", "tests/corpus", "tests/gates/test_variants.py")
PROGRAMS += ("tests/gates/test_corpus.py",)


def size(path: Path) -> tuple[int, int]:
    """Lines and tokens of a file; of all Python files in a folder; nothing if it is not there."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.exists()
    lines = tokens = 0
    for file in files:
        with tokenize.open(file) as text:
            lines += sum(1 for _ in text)
        with file.open("rb") as content:
            tokens += sum(t.type not in SILENT for t in tokenize.tokenize(content.readline))
    return lines, tokens


def files_of(name: str) -> tuple[Path, Path, Path]:
    """The exercise of this name, and its programs in both catalogues."""
    folder = problem_set(name)
    small = {f.stem.replace("_", ""): f for f in (ROOT / "tests/corpus").glob("*.py")}
    corpus = small.get(name.replace("_", "").lower(), ROOT / "missing")
    exercise = next((ROOT / "grader/exercises" / folder).glob(f"{snake(name)}.py"))
    return exercise, ROOT / "tests/exercises" / folder / f"{name}.py", corpus


def snake(name: str) -> str:
    """``EarlyStopping`` -> ``early_stopping``."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def main() -> None:
    """Print a line for each function if asked to, the medians and the totals."""
    rows = {name: [size(path) for path in files_of(name)] for name in names()}
    print(f"{'lines, tokens':28}{'exercise':>16}{'variants':>16}{'corpus':>16}{'together':>16}")
    table = {name: [*row, tuple(map(sum, zip(*row, strict=True)))] for name, row in rows.items()}
    if "--all" in sys.argv:
        for name, row in table.items():
            print(f"{name:28}" + "".join(f"{f'{lines}, {t}':>16}" for lines, t in row))
    middle = [
        tuple(median(row[k][i] for row in table.values()) for i in range(2)) for k in range(4)
    ]
    print(f"{'median':28}" + "".join(f"{f'{lines:.0f}, {t:.0f}':>16}" for lines, t in middle))
    for what, paths in (("exercises", ("grader/exercises",)), ("programs", PROGRAMS)):
        lines, tokens = map(sum, zip(*(size(ROOT / path) for path in paths), strict=True))
        print(f"all {what}, shared code included: {lines:,} lines, {tokens:,} tokens")


if __name__ == "__main__":
    main()
