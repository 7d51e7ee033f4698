"""Pictures of typical reports, in build/reports: one page, light, dark and narrow, and as text.

.venv/bin/python -m tests.browser.reports

It prints the height of every report in pixels. The page is also what a feedback page shows: every
report has passed the cleaner of outputs.
"""

import contextlib
import io
import linecache
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from playwright.sync_api import Page

from grader.checking.contract.registry import find
from grader.checking.home import findings, guess, progress
from grader.checking.home.check import check_choice
from grader.checking.home.judged_in_notebook import judge_in_notebook
from grader.checking.home.last_run import _in_words, with_earlier_run_warning
from grader.checking.home.local_store import Notes
from grader.checking.home.notebook_file import code_cells
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.blocks import Report, Text
from grader.checking.report.of_choice import report_on_choice
from grader.checking.report.of_guess import report_on_guess
from grader.checking.report.of_verdict import report_on
from grader.grading.submission.clean_html import clean_html
from tests.browser.jupyterlab import browser
from tests.needs import find_chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "reports"
LOOKS = {  # width of the window, colours of the page
    "light": (900, "#ffffff", "#1f1f1f"),
    "dark": (900, "#111111", "#ffffff"),
    "narrow": (390, "#ffffff", "#1f1f1f"),
    "narrow_dark": (390, "#111111", "#ffffff"),
}
WORKED = {"a": "a smaller rate", "b": "the same rate", "c": "a rate almost twice as large"}
PLAN = [
    ("3 A velocity", "momentum_step", "check", 2.0),
    ("4 How fast in the end", "growth", "check", 1.0),
    ("5 Look first, then step", "nesterov_path", "check", 3.0),
    ("10 Questions", "trajectory", "choice", 1.0),
    ("10 Questions", "same_speed", "choice", 1.0),
    ("10 Questions", "larger_rate", "manual", 3.0),
]


def momentum(
    sign: float = 1.0, shape: Callable[[np.ndarray], np.ndarray] = np.asarray
) -> Callable[..., object]:
    def momentum_step(w, dw, v, *, lr, mu):
        v = mu * v - sign * lr * dw
        return shape(w + v), v

    return momentum_step


SOURCES = {
    "not written": "raise NotImplementedError",
    "misspelt": "print('learning rate', lr)\nv = mu * v - lr * gradient\nreturn w + v, v",
    "without rate": "v = mu * v - dw\nreturn w + v, v + 0.1",
    "one value": "v = mu * v - lr * dw\nreturn w + v",
    "product": "v = mu * v - lr * (dw @ np.ones((2, 2)))\nreturn w + v, v",
    "in place": "v *= mu\nv -= lr * dw\nw += v\nreturn w, v",
}


def written(body: str) -> Callable[..., object]:
    """A student's momentum_step with this body, in a cell that errors can quote."""
    head = "def momentum_step(w, dw, v, *, lr, mu):\n"
    source = head + textwrap.indent(SOURCES[body], "    ")
    linecache.cache[f"<{body}>"] = (len(source), None, source.splitlines(True), f"<{body}>")
    names: dict[str, Any] = {"__name__": "__main__", "np": np}
    exec(compile(source, f"<{body}>", "exec"), names)
    return names["momentum_step"]


def row_sums(x, W, b):
    return (x @ W + b).T, (x, W)


def of_function(name: str, *functions: Callable[..., object]) -> Report:
    exercise = find(name)
    taken = (*exercise.reference[: -len(functions)], *functions)
    return report_on(judge_in_notebook(exercise, taken))


def revealed(value: object, result: object, text: str) -> Report:
    return report_on_guess(value, result, text, WORKED)


def of_progress(plan: list[progress.Task]) -> Report:
    notes = Notes({"momentum_step": 2.0, "nesterov_path": 1.45}, {}, {"trajectory": True})
    with mock.patch.object(progress, "written_answers", return_value={"larger_rate": ""}):
        return progress._of_one("ps12", plan, notes, whole=True)


def of_submission(*sources: str) -> Report:
    notebook = {"cells": [{"cell_type": "code", "source": s, "metadata": {}} for s in sources]}
    notebook["cells"][1:1] = [{"cell_type": "markdown", "source": "## 3 A velocity"}]
    run = findings.CleanRun(scores={3: 2.0, 4: 1.0, 5: 1.45}, answers={"lost": ""}, last=6)
    run.scores = {n: {3: 2.0, 4: 1.0, 5: 2.0}.get(n) for n in range(9)}
    if len(sources) > 4:
        run.scores[5] = 1.45
        run.errors = {6: {"kind": "NameError", "words": "name 'chift' is not defined", "line": 2}}
    else:
        run.answers = {"lost": "a"}
    saved = Text("Checked: `ps12_momentum.ipynb`, saved just now.")
    return findings.report_on_run(notebook, code_cells(notebook), run, saved)


def reports() -> Iterator[tuple[str, Report]]:
    """Title and report of each of the typical answers."""
    library = find("momentum_step").reference[-1]
    checks = [f'check("{n}", {n})' for n in ("momentum_step", "growth", "nesterov_path")]
    why = {
        "a": "The velocity of step 1 is still there.",
        "b": "`mu` multiplies the old velocity in every step, so it shrinks.",
        "c": "The gradient is not what is kept.",
    }
    yield "complete", of_function("momentum_step", lambda *a, **k: library(*a, **k))
    yield "not written", of_function("momentum_step", written("not written"))
    yield "one mistake, hint", of_function("momentum_step", momentum(-1.0))
    yield "two failing", of_function("momentum_step", written("without rate"))
    yield "inputs changed", of_function("momentum_step", written("in place"))
    yield "wrong shape", of_function("linear_forward", row_sums)
    yield "reduced", of_function("momentum_step", momentum(shape=np.sum))
    yield "exception", of_function("momentum_step", written("misspelt"))
    yield "one value", of_function("momentum_step", written("one value"))
    yield "product", of_function("momentum_step", written("product"))
    failed = of_function("momentum_step", momentum(-1.0))
    yield "earlier run", with_earlier_run_warning(failed, _in_words("momentum_step", "v = mu * v)"))
    yield (
        "no hint",
        of_function("linear_forward", lambda x, W, b: (x @ W + 17 * b**2, (x, W))),
    )
    yield "not judged", of_function("momentum_step", 3)  # type: ignore[arg-type]
    yield "choice at home", check_choice_report("b")
    yield "choice, right", report_on_choice("same_speed", "b", "b", 1, why)
    yield "choice, wrong", report_on_choice("same_speed", "c", "b", 1, why)
    yield (
        "guess",
        Report(
            "news",
            "",
            "",
            "Your guess: b, the same rate",
            (Text("You may change it until you see the result."),),
        ),
    )
    yield "asked", guess._ask("ps12_stable")
    yield "letter", revealed("b", "c", "The letter of the limit in this run.")
    yield "letter, right", revealed("c", "c", "The letter of the limit in this run.")
    yield "number", revealed(30, 74, "Balls in the deep valley at momentum 0.99, out of 100.")
    yield "number, close", revealed(0.9, 0.93, "Accuracy on the test set (mean of 3 seeds).")
    yield "number, far", revealed(10, 3000, "Steps until the loss is below 0.01.")
    yield "progress", of_progress(PLAN)
    yield "ready to hand in", of_submission("import numpy as np", *checks)
    yield "not ready", of_submission("import numpy as np", *checks, "shift = 1\nprint(chift)")


def check_choice_report(letter: str) -> Report:
    with contextlib.redirect_stdout(io.StringIO()):
        return check_choice("same_speed", letter).report


def main() -> None:
    path = find_chromium()
    if path is None:
        raise SystemExit("no chromium on PATH (Debian: apt-get install chromium)")
    shown = list(reports())
    PICTURES.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(f"--- {title}\n{as_text(report)}" for title, report in shown)
    (PICTURES / "reports.txt").write_text(text, "utf-8")
    with browser(path) as running:
        for look, (width, background, colour) in LOOKS.items():
            page = running.new_page(viewport={"width": width, "height": 900})
            page.set_content(page_of(shown, background, colour))
            heights = measured(page)
            page.screenshot(path=PICTURES / f"{look}.png", full_page=True)
            for opened in page.locator("details").all():
                opened.evaluate("element => { element.open = true }")
            page.screenshot(path=PICTURES / f"{look}_open.png", full_page=True)
            page.close()
            print(f"{look}: {sum(heights.values())} px", heights)


def page_of(shown: list[tuple[str, Report]], background: str, colour: str) -> str:
    body = "".join(
        f"<h4>{title}</h4><div class=one title='{title}'>{clean_html(as_html(report))}</div>"
        for title, report in shown
    )
    style = f"background:{background};color:{colour};font:14px/1.6 system-ui,sans-serif"
    return f"<!doctype html><html lang=en><title>Reports</title><body style='{style}'>{body}"


def measured(page: Page) -> dict[str, int]:
    return {
        str(one.get_attribute("title")): round(one.bounding_box()["height"])
        for one in page.locator(".one").all()
        if one.bounding_box()
    }


if __name__ == "__main__":
    main()
