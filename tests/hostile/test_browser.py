"""A feedback page in a browser: nothing of the submission runs, loads, or leads away by itself."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from playwright.sync_api import Browser, Page, Request

from grader.classroom.record import autograde, generate_feedback
from tests.grading.test_sanitize import ATTACKS
from tests.hostile.classroom import ASSIGNMENT, hand_in, make_class
from tests.hostile.course import Course, of_this_course, to_bytes

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

MARK = "window.ran = (window.ran || []).concat(document.currentScript ? 1 : 2)"
EVIL = "https://evil.example"
MORE = [
    f"<script>{MARK}</script>",
    f"<script src='{EVIL}/a.js'></script>",
    f"<img src='{EVIL}/a.png' onerror='{MARK}'>",
    f"<img src=x onerror='{MARK}' onload='{MARK}'>",
    f"<svg onload='{MARK}'><script>{MARK}</script><image href='{EVIL}/b.png'/></svg>",
    f"<iframe src='{EVIL}/frame' srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"<object data='{EVIL}/o'></object><embed src='{EVIL}/e'>",
    f"<meta http-equiv='refresh' content='0;url={EVIL}/gone'>",
    f"<base href='{EVIL}/'><link rel='stylesheet' href='{EVIL}/a.css'>",
    f"<style>@import '{EVIL}/b.css'; body {{ background: url({EVIL}/c.png) }}</style>",
    f"<div style='background:url({EVIL}/d.png);list-style:url({EVIL}/e.png)'>x</div>",
    f"<p style='list-style-type:url({EVIL}/f.png);border:url({EVIL}/g.png) 1px'>x</p>",
    f"<a href='javascript:{MARK}' class='bait'>bait</a>",
    f"<a href=' &#106;avascript:{MARK}' class='bait'>bait</a>",
    f"<a href='data:text/html,<script>{MARK}</script>' class='bait'>bait</a>",
    f"<details open ontoggle='{MARK}'><summary>x</summary></details>",
    f"<input autofocus onfocus='{MARK}'><video src='{EVIL}/v' onerror='{MARK}'></video>",
    f"<form action='{EVIL}/form'><button autofocus onfocus='{MARK}'>x</button></form>",
    f"<math><a xlink:href='javascript:{MARK}' class='bait'>bait</a></math>",
    f"<p id='notebook' name='body' onclick='{MARK}'>x</p>",
    f"$\\href{{javascript:{MARK}}}{{x}}$ and \\(\\style{{background:url({EVIL}/h.png)}}{{x}}\\)",
    f"$&#92;href{{javascript:{MARK}}}{{x}}$",
    f"![x](javascript:{MARK}) [bait](javascript:{MARK}) <javascript:{MARK}>",
    f"![x]({EVIL}/i.png)",
    "\x1b]8;;javascript:1\x1b\\link\x1b]8;;\x1b\\ \x1b[31m<script>1</script>\x1b[0m",
    f"```html\n<script>{MARK}</script>\n```\n",
    f"<!--><script>{MARK}</script>-->",
    f"<noscript><p title='</noscript><script>{MARK}</script>'>",
    f"<textarea></textarea><script>{MARK}</script>",
    f"<div class='mermaid'>graph TD; A[<img src={EVIL}/j.png onerror={MARK}>]</div>",
]


def feedback(folder: Path, submissions: dict[str, bytes]) -> dict[str, Path]:
    """The feedback pages of a class."""
    group, name = make_class(folder)
    for student, content in submissions.items():
        hand_in(group, student, name, content)
    autograde(group, ASSIGNMENT)
    made = generate_feedback(group, ASSIGNMENT)
    return {student: made / student / ASSIGNMENT / f"{name}.html" for student in submissions}


def hostile_notebook(course: Course) -> bytes:
    """Every trick as text, HTML, LaTeX, a stream, an error, and as words of a function."""
    notebook = course.perfect()
    tricks = [*ATTACKS, *MORE]
    notebook.cells += [new_markdown_cell(trick) for trick in tricks]
    notebook.cells += [new_raw_cell(trick) for trick in tricks]
    show = (
        "from IPython.display import display\nimport sys\n"
        f"for trick in {tricks!r}:\n"
        "    for kind in ('text/html', 'text/markdown', 'text/latex', 'text/plain',\n"
        "                 'image/svg+xml', 'application/javascript', 'image/png'):\n"
        "        display({kind: trick}, raw=True)\n"
        "    print(trick)\n    print(trick, file=sys.stderr)"
    )
    notebook.cells.append(new_code_cell(show))
    notebook.cells += [new_code_cell(f"raise ValueError({trick!r})") for trick in tricks]
    head = f"def {course.functions[0]}("
    (written,) = (cell for cell in notebook.cells if cell.source.startswith(head))
    written.source = f"{head}*a, **k):\n    raise ValueError({''.join(MORE)!r})"
    return to_bytes(notebook)


def opened(chromium: Browser, path: Path) -> tuple[Page, list[str], list[str]]:
    page = chromium.new_page()
    asked: list[str] = []
    events: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith("data:") and request.url != path.as_uri():
            asked.append(request.url)

    page.on("request", note)
    page.on("dialog", lambda dialog: (events.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: events.append(popup.url))
    page.on("framenavigated", lambda frame: events.append(frame.url))
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(500)
    return page, asked, events


def test_nothing_runs_and_nothing_is_loaded(chromium: Browser, tmp_path: Path) -> None:
    course = of_this_course(ASSIGNMENT)
    submissions = {"ada": to_bytes(course.perfect()), "eve": hostile_notebook(course)}
    pages = feedback(tmp_path, submissions)
    # The template itself loads MathJax from its usual place; a submission must add nothing.
    page, usual, _ = opened(chromium, pages["ada"])
    page.close()
    path = pages["eve"]
    assert path.stat().st_size < 5_000_000
    page, asked, events = opened(chromium, path)
    assert set(asked) <= set(usual)
    assert page.evaluate("window.ran") is None
    for bait in page.locator("#notebook a", has_text="bait").all():
        bait.evaluate("a => a.click()")
    for element in page.locator("#notebook details").all():
        element.evaluate("d => { d.open = !d.open }")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert [event for event in events if event.split("#")[0] != path.as_uri()] == []
    assert (
        page.locator("#notebook script, #notebook iframe, #notebook svg, #notebook form").count()
        == 0
    )
    # What is ours works: the report unfolds, and shows that it can.
    summary = page.locator(".check-report summary").first
    assert summary.evaluate("s => getComputedStyle(s).display") == "list-item"
    page.close()
