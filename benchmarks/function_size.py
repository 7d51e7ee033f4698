"""What one graded function costs in code: python benchmarks/function_size.py [--all].

For every exercise it counts the lines and the Python tokens of its file and of its catalogue in
``tests/programs``. Code that several exercises share (the families, helpers in these folders, the
tests that run the programs) is counted in the totals. Tokens are what lines saved by denser
formatting do not change; comments, line ends and indentation do not count, and a text of several
words is one.
"""

import sys
import tokenize
from pathlib import Path
from statistics import median

from grader.checking.contract.registry import module_of, names
from grader.files import file_of

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
EXERCISES = ("grader/exercises", "grader/checking/contract/families")
PROGRAMS = ("tests/programs", "tests/gates/test_programs.py")


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


def files_of(name: str) -> tuple[Path, Path]:
    """The exercise of this name, and its catalogue of programs."""
    exercise = file_of(module_of(name), ROOT / "grader")
    return exercise, ROOT / "tests/programs" / exercise.parent.name / f"{name}.py"


def main() -> None:
    """Print a line for each function if asked to, the medians and the totals."""
    rows = {name: [size(path) for path in files_of(name)] for name in names()}
    print(f"{'lines, tokens':28}{'exercise':>16}{'programs':>16}{'together':>16}")
    table = {name: [*row, tuple(map(sum, zip(*row, strict=True)))] for name, row in rows.items()}
    if "--all" in sys.argv:
        for name, row in table.items():
            print(f"{name:28}" + "".join(f"{f'{lines}, {t}':>16}" for lines, t in row))
    middle = [
        tuple(median(row[k][i] for row in table.values()) for i in range(2)) for k in range(3)
    ]
    print(f"{'median':28}" + "".join(f"{f'{lines:.0f}, {t:.0f}':>16}" for lines, t in middle))
    for what, paths in (("exercises", EXERCISES), ("programs", PROGRAMS)):
        lines, tokens = map(sum, zip(*(size(ROOT / path) for path in paths), strict=True))
        print(f"all {what}, shared code included: {lines:,} lines, {tokens:,} tokens")


if __name__ == "__main__":
    main()
