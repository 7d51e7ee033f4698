"""Run a notebook's code cells from a clean start: ``python -m grader.checking.home.clean_run``.

The process that :func:`grader.checking.submit_check` starts. It writes one JSON line per cell into
the file REPORT at once, so that the lines before an endless loop are kept.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.checking.home.notebook_file import code_cells
from grader.checking.report.of_choice import chosen

CHOICE = re.compile(r"^check_choice\(\s*[\"'](\w+)[\"'],\s*(\w+)", re.M)  # question and variable
Run = Callable[[str], tuple[Any, BaseException | None]]


def main(notebook: str, report: str) -> None:
    """Run all code cells of the file ``notebook``; note value and error of each in ``report``."""
    cells = code_cells(json.loads(Path(notebook).read_text("utf-8")))
    run = _in_ipython()
    with open(report, "w", encoding="utf-8") as file:
        for number, _, source in cells:
            print(json.dumps({"begun": number}), file=file, flush=True)
            value, error = run(source)
            entry: dict[str, Any] = {
                "cell": number,
                "score": _number(value),
                "error": _error_entry(error),
            }
            if question := CHOICE.search(source):
                entry["question"], entry["answer"] = question[1], chosen(run(question[2])[0])
            print(json.dumps(entry), file=file, flush=True)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _error_entry(error: BaseException | None) -> dict[str, Any] | None:
    if error is None:
        return None
    try:
        words = str(error)
    except Exception:
        words = "a message that cannot be shown"
    line = error.lineno if isinstance(error, SyntaxError) else _line(error.__traceback__)
    return {"kind": type(error).__name__, "words": words[:500], "line": line or 0}


def _line(traceback: TracebackType | None) -> int:
    """The innermost line of a cell in the traceback."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith("<ipython-input"):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _in_ipython() -> Run:
    """Cells as a kernel runs them, magics included."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def enable_gui(self, gui: Any = None) -> None:
            """``%matplotlib`` asks for it; there are no windows in this process."""

    config = Config()
    config.HistoryManager.enabled = False
    shell: InteractiveShell = Shell.instance(config=config)

    def run(source: str) -> tuple[Any, BaseException | None]:
        done = shell.run_cell(source, store_history=False)
        return done.result, done.error_before_exec or done.error_in_exec

    return run


if __name__ == "__main__":
    main(*sys.argv[1:])
