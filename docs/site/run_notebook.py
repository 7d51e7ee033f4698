"""Run one notebook in a kernel: ``python -m docs.site.run_notebook IN OUT``, a process of its own.

All guesses count as revealed, so no cell waits for one.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from grader.checking.home.local_store import Guess, Notes, write

GUESS = re.compile(r"""\bguess\(["'](\w+)["']""")


def main(source: Path, target: Path) -> None:
    """Execute the notebook ``source``; the first error of a cell ends this process."""
    notebook = nbformat.read(source, as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    write(Notes(guesses={name: Guess(None, revealed=True) for name in GUESS.findall(code)}))
    place = {"metadata": {"path": str(source.parent)}}
    # The process that started this one limits its time.
    NotebookClient(notebook, timeout=None, resources=place).execute()
    nbformat.write(notebook, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
