"""Four submissions of three kinds: graded once, and copies of which nothing is graded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell

from tests.classroom.small_class import NAME, SmallClass, make_class

# What is shown of its results depends on the random cases: the same only with the same seeds.
WRONG = "def linear_forward(x, W, b):\n    return x @ W + 2 * b, (x, W)"


def graded_class(root: Path) -> SmallClass:
    """Four submissions of three kinds, graded by two jobs at once."""
    small = make_class(root)
    wrong = small.notebook()
    for cell in wrong.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "linear_forward":
            cell.source = WRONG
    slow = small.notebook()  # one of two workers is still busy with it when the first is done
    slow.cells.insert(1, new_code_cell("import time\ntime.sleep(3)"))
    for number, notebook in enumerate([wrong, slow, small.release, wrong]):
        small.hand_in(f"student-{number}", notebook)
    assert set(small.autograde(jobs=2).values()) == {"not graded yet"}
    return small


def copied(small: SmallClass, root: Path) -> SmallClass:
    """The same class, with the same secret, and nothing graded."""
    copy = small.copy(root)
    for name in ("results", "autograded", "gradebook.db"):
        path = root / "class" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return copy


def results(small: SmallClass) -> dict[str, Any]:
    """All that was found, but for the time it took."""
    files = (small.settings.classroom / "results" / "ps98").glob(f"*/{NAME}.json")
    return {path.parent.name: json.loads(path.read_text()) | {"seconds": 0} for path in files}
