"""Run a notebook's cells as a kernel does: ``python run_notebook.py NOTEBOOK REPORT``.

Runs in environments of all kinds, so it knows nothing of this project.
"""

import contextlib
import io
import json
import platform
import sys
from importlib import import_module, metadata
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


def main(notebook: str, report: str) -> None:
    with contextlib.suppress(ModuleNotFoundError):
        import_module("google.colab")  # every kernel on Colab has it
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    scores, errors, stderr = {}, [], []
    printed = io.StringIO()
    for number, cell in enumerate(json.loads(Path(notebook).read_text("utf-8"))["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        source, said = "".join(cell["source"]), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            done = shell.run_cell(source, store_history=False)
        if error := done.error_before_exec or done.error_in_exec:
            errors.append(f"cell {number}: {type(error).__name__}: {error}")
        if said.getvalue():
            stderr.append(f"cell {number}: {said.getvalue()}")
        grading = cell["metadata"].get("nbgrader", {})
        if grading.get("grade"):
            scores[grading["grade_id"]] = done.result
    packages = ("numpy", "matplotlib", "ipython")
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {metadata.version(name)}" for name in packages]
    result = {"scores": scores, "errors": errors, "stderr": stderr, "versions": versions}
    Path(report).write_text(json.dumps({**result, "printed": printed.getvalue()}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
