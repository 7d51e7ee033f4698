"""Nothing of a student's runs in the page that an instructor opens."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from grader.grading.process.limits import time_limit
from grader.grading.submission.clean_html import clean_html, harmless
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.sanitize import FILTERS, clean_outputs, shorten_slow_texts

ROOT = Path(__file__).parents[2]

ACTIVE = {"script", "iframe", "object", "embed", "svg", "form", "input", "base", "meta", "link"}
ACTIVE |= {"style", "video", "audio", "button", "textarea", "math", "template", "noscript"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<form action="https://x.example"><input type=submit></form>',
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<img src="https://tracker.example/pixel.png">',
    '<base href="https://x.example/">',
    '<meta http-equiv="refresh" content="0;url=https://x.example">',
    "<style>@import 'https://x.example/a.css';</style>",
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '"><script>alert(1)</script>',
    "</pre></div></body><script>alert(1)</script>",
]


def active_parts(html: str | Tag) -> list[str]:
    found = []
    page = html if isinstance(html, Tag) else BeautifulSoup(html, "html.parser")
    for tag in page.find_all(True):
        if tag.name in ACTIVE:
            found.append(str(tag)[:80])
        for name, value in tag.attrs.items():
            link = str(value).strip().lower()
            if name.startswith("on") or name in ("srcdoc", "action", "formaction"):
                found.append(f"{name}={value}")
            if name == "href" and not link.startswith(("http", "mailto:", "#")):
                found.append(link)
            if name == "src" and not link.startswith("data:image/"):
                found.append(link)
            if name == "src" and link.startswith("data:image/svg"):
                found.append(link)
            if name == "style" and "url" in link:
                found.append(link)
    return found


def page_of(cells: list[Any]) -> str:
    config = Config()
    config.HTMLExporter.template_name = "classic"
    config.HTMLExporter.filters = FILTERS
    html, _ = HTMLExporter(config=config).from_notebook_node(new_notebook(cells=cells))
    body = BeautifulSoup(html, "html.parser").find("body")
    return str(body)


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_in_html_are_defused(attack: str) -> None:
    assert active_parts(clean_html(attack)) == []


@given(
    st.lists(st.sampled_from(ATTACKS) | st.text("<>/=\"' aonsimgscript", max_size=20), max_size=5)
)
@settings(max_examples=200, deadline=None)
def test_mixtures_of_attacks_are_defused(parts: list[str]) -> None:
    assert active_parts(clean_html("".join(parts))) == []


def test_attacks_in_cells_do_not_reach_the_page() -> None:
    cells = [new_markdown_cell(attack) for attack in ATTACKS]
    cells += [new_markdown_cell(f"text before {attack} after") for attack in ATTACKS]
    raw = [
        {
            "output_type": "display_data",
            "data": {kind: attack},
            "metadata": {"width": '1" onload="x'},
        }
        for attack in ATTACKS
        for kind in ("text/html", "text/plain", "text/markdown", "text/latex", "image/png")
    ]
    raw += [{"output_type": "stream", "name": "stdout", "text": attack} for attack in ATTACKS]
    raw += [
        {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack]}
        for attack in ATTACKS
    ]
    raw += [
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload=alert(1)></svg>"}},
    ]
    cells += [new_code_cell("x", outputs=clean_outputs(raw, PageBudget()))]
    assert active_parts(page_of(cells)) == []


def test_what_is_harmless_stays() -> None:
    table = "<table><tr><th>a</th><td style='color: red;'>1</td></tr></table>"
    assert "<th>a</th>" in clean_html(table) and "color:red" in clean_html(table)
    page = page_of([new_markdown_cell("**bold** $a < b$ and $c > d$, [a link](https://x.example)")])
    text = BeautifulSoup(page, "html.parser").get_text()
    assert "$a < b$ and $c > d$" in text
    assert "<strong>bold</strong>" in page and 'href="https://x.example"' in page


def test_the_report_of_a_check_survives_cleaning() -> None:
    from grader.checking.contract.registry import find
    from grader.checking.judging.apply import Failure, Outcome
    from grader.checking.judging.judge import make_cases, verdict
    from tests.reports import html_of

    exercise = find("linear_forward")
    cases = make_cases(exercise, 1)
    image = "<img src=x onerror=alert(1)>"
    for evil in (
        Failure("<script>", image, source="<svg>", clue=image),
        Failure("<script>", image, False, function=image, returned="<svg>"),
        Failure("<script>", image, False, function=image),
    ):
        report = html_of(verdict(exercise, cases, [Outcome(failure=evil)] * len(cases)))
        assert active_parts(report) == []
        assert "tex2jax_ignore" in report  # MathJax looks at no words of a student's in it
        assert (
            BeautifulSoup(clean_html(report), "html.parser").get_text()
            == BeautifulSoup(report, "html.parser").get_text()
        )


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["output_type", "data", "name", "text", "text/plain"]), inner
        )
    ),
    max_leaves=8,
)
outputs = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result", "x"]),
        "name": st.sampled_from(["stdout", "stderr", 3]),
        "text": anything,
        "ename": anything,
        "evalue": anything,
        "traceback": anything,
        "data": st.dictionaries(
            st.sampled_from(["text/plain", "image/png", "text/html"]), anything
        ),
    }
)


@given(st.lists(anything | outputs, max_size=4))
@settings(deadline=None)
def test_any_claimed_outputs_give_a_valid_notebook(raw: list[Any]) -> None:
    import nbformat

    cell = new_code_cell("x", outputs=clean_outputs(raw, PageBudget(pictures=1000)))
    nbformat.validate(new_notebook(cells=[cell]))


def test_pictures_are_bounded_together() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 600, "text/plain": "fig"}}
    cleaned = clean_outputs([picture] * 3, PageBudget(pictures=1000))
    assert sum("image/png" in output.data for output in cleaned) == 1
    assert len(cleaned) == 3


def test_empty_outputs_are_bounded_too() -> None:
    """Each is an element of the page, whatever it shows."""
    empty = {"output_type": "stream", "name": "stdout", "text": ""}
    shown = [len(clean_outputs([empty] * many, PageBudget(text=10_000))) for many in (200, 2_000)]
    assert 0 < shown[0] == shown[1] < 200


@pytest.mark.parametrize(
    "classes", ["a" * 60 + "!", "a1 " * 30_000 + "!", "hl-" + "_" * 90_000 + "!"]
)
def test_cleaning_takes_time_in_proportion_to_the_text(classes: str) -> None:
    with time_limit(20):  # with backtracking it would take longer than the course
        assert "!" not in clean_html(f'<p class="{classes}">x</p>')


def test_of_several_classes_the_known_ones_stay() -> None:
    assert clean_html('<pre class="highlight hl-python evil-script">x</pre>') == (
        '<pre class="highlight hl-python">x</pre>'
    )


ACTIVE_TEX = """
    href url style class cssId require unicode data mmlToken bbox enclose toggle texttip mathtip
    action def let newcommand renewcommand newenvironment renewenvironment DeclareMathOperator
    Newextarrow gdef global begingroup definecolor colorbox fcolorbox pagecolor label ref eqref
    raise lower moveleft moveright kern mkern hskip mskip hspace mspace llap rlap rule Rule Space
    smash uproot leftroot ce cee cf verb mathchoice HREF Href htmlId htmlClass htmlStyle htmlData
"""


@pytest.mark.parametrize("name", ACTIVE_TEX.split())
@pytest.mark.parametrize("kind", ["text/latex", "text/html", "text/markdown"])
def test_a_formula_in_an_output_sets_no_links_styles_or_places(name: str, kind: str) -> None:
    (output,) = clean_outputs(
        [{"output_type": "display_data", "data": {kind: formula(name)}}], PageBudget()
    )
    assert f"\\{name}" not in str(dict(output.data).values()).replace("\\\\", "\\")


def formula(name: str) -> str:
    return f"$x \\{name}{{y}}{{z}} &#92;{name}$"


def test_a_formula_in_a_text_sets_no_links_styles_or_places() -> None:
    """One page for all names: a page takes a tenth of a second."""
    names = ACTIVE_TEX.split()
    page = page_of([new_markdown_cell(formula(name)) for name in names])
    assert [name for name in names if f"\\{name}" in page] == []


def test_the_formulas_of_the_course_stay_as_they_are() -> None:
    for source in sorted((ROOT / "solutions").glob("*/*.py")):
        for formula in re.findall(r"\$[^$]+\$", source.read_text("utf-8")):
            assert harmless(formula) == formula or "\n" in formula, formula


SLOW = {
    "blanks": "a" + " " * 150_000 + "b",
    "blanks, as many as are rendered": "a" + " " * 49_000 + "b",
    "tabs": "a" + "\t" * 49_000 + "b",
    "brackets": "[" * 40_000,
    "links in each other": "[a](" * 12_000,
    "backticks": " ".join("`" * i for i in range(1, 300)),
    "stars": "*a **b " * 6_000,
    "columns": "|" * 16_000 + "\n" + "|-" * 16_000 + "\n",
    "less than": "<" * 49_000,
    "tags that are not closed": "<a href='" * 5_000,
    "dollars": "$a" * 24_000,
    "formulas that are not closed": "\\\\(" * 16_000,
    "environments that are not closed": "\\begin{a}" * 5_000,
    "quotations in each other": ">" * 49_000,
    "lists in each other": "".join("  " * i + "- x\n" for i in range(220)),
    "entities": "&amp;" * 9_900,
    "definitions": "a\n: b\n\n" * 7_000,
}


# Hypothesis' callback of the garbage collector may swallow the interrupt, which comes again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_markdown_that_is_slow_costs_seconds_once(name: str) -> None:
    """In outputs and in texts of cells; the page is then made without delay."""
    shown = [{"output_type": "display_data", "data": {"text/markdown": SLOW[name]}}] * 10
    started = time.process_time()
    cell = new_code_cell("x", outputs=clean_outputs(shown, PageBudget(seconds=1)))
    notebook = new_notebook(cells=[new_markdown_cell(SLOW[name]), cell])
    PageBudget().shorten_sources(notebook)
    shorten_slow_texts(notebook, ())
    assert time.process_time() - started < 10
    started = time.process_time()
    page_of(notebook.cells)
    assert time.process_time() - started < 10
