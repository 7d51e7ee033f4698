"""Slides of the small notebook: what is on them, what is not, the keys, paper, accessibility."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page

from docs.site.formulas import MATH, font_for, mathml
from docs.slides import __main__ as command
from docs.slides.deck import deck
from docs.slides.slides_of import Slide, slides_of
from docs.slides.text import as_html, inline
from tests.authoring.course import write_course
from tests.classroom.accessible import broken_rules, views
from tests.site.course import SOURCE
from tests.site.links import loaded, soup
from tests.site.test_site import SECRETS


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), SOURCE)
    out = tmp_path_factory.mktemp("slides")
    command.write_decks(["ps98"], course, out, runs)
    return out / "ps98.html"


def titles(file: Path) -> list[str]:
    return [heading.get_text() for heading in soup(file).select("h1")]


def test_a_deck_has_the_guess_its_result_and_the_figures_in_order(slides: Path) -> None:
    assert titles(slides) == [
        "A small notebook",
        "Guess: the number of steps",
        "Result: the number of steps",
        "The steps",
        "The steps",
    ]
    _, question, result, figure, moving = soup(slides).select(".slide")
    assert "How many steps?" in question.get_text() and "41" not in question.get_text()
    assert "How many steps?" in result.get_text() and "The result: 41" in result.get_text()
    assert figure.select_one("img")["alt"] == "A line that rises to forty-one."
    assert "A line that rises to forty-one." in figure.select_one(".words").get_text()
    assert moving.select_one("[data-player] img")["alt"].startswith("a line that rises")


def test_a_deck_tells_no_solution_and_asks_for_nothing_outside(slides: Path) -> None:
    text = slides.read_text("utf-8")
    assert [secret for secret in SECRETS if secret in text] == []
    assert [one for one in loaded(slides) if not one.startswith("data:")] == []
    assert not re.search(r"(url\(|@import)\s*['\"]?(?!data:|\"data:)", text)
    assert soup(slides).select("a[href]") == []


def test_a_notebook_that_was_run_is_not_run_again(
    slides: Path, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = write_course(tmp_path, SOURCE)
    command.write_decks(["ps98"], course, tmp_path, runs)
    assert "running" not in capsys.readouterr().out
    assert (tmp_path / "ps98.html").read_bytes() == slides.read_bytes()


def test_an_unknown_notebook_is_named_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["slides", "--ps", "ps00,ps77"])
    assert command.main() == 1
    said = capsys.readouterr().err
    assert "no notebook ps77" in said and "ps15" in said


# --- What becomes a slide ------------------------------------------------------------------

PNG = "iVBORw0KGgo="


def drawn(source: str, said: str = "<Figure size 10x10>") -> object:
    picture = {"image/png": PNG, "text/plain": said}
    return new_code_cell(source, outputs=[new_output("display_data", data=picture)])


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Draw the two paths", "The two paths"),
        ("Train, draw the weights and count the zeros", "The weights"),
        ("Draw dy and dx", "dy and dx"),
        ("Draw and compare both forms", "Draw and compare both forms"),
        ("Count the steps", "Count the steps"),
    ],
)
def test_a_figure_is_called_after_what_is_drawn(title: str, shown: str) -> None:
    cells = [new_markdown_cell("# A"), new_markdown_cell("## 1 B"), drawn(f"# @title {title}\n1")]
    *_, slide = slides_of(new_notebook(cells=cells))
    assert (slide.title, slide.section) == (shown, "1 B")


def test_a_figure_without_title_and_words_is_called_as_its_section() -> None:
    cells = [new_markdown_cell("# A"), new_markdown_cell("## 1 B\n\nText."), drawn("draw()")]
    *_, slide = slides_of(new_notebook(cells=cells))
    assert (slide.title, slide.figure.alt) == ("1 B", "1 B")
    *_, slide = slides_of(new_notebook(cells=[*cells[:2], drawn("draw()", "A line.")]))
    assert slide.figure.alt == "A line."


def test_each_of_several_figures_of_a_cell_has_a_slide() -> None:
    two = drawn("# @title Draw both\n1")
    two.outputs += drawn("").outputs
    cells = [new_markdown_cell("# A"), new_markdown_cell("## 1 B"), two]
    *_, first, second = slides_of(new_notebook(cells=cells))
    assert (first.title, second.title) == ("Both (1 of 2)", "Both (2 of 2)")


def test_the_opening_picture_comes_first() -> None:
    text = f"# A title\n\n![a line][opening]\n\nText.\n\n[opening]: data:image/png;base64,{PNG}"
    (first,) = slides_of(new_notebook(cells=[new_markdown_cell(text)]))
    assert (first.title, first.figure.alt, first.figure.png) == ("A title", "a line", PNG)


def test_a_long_text_above_a_question_is_left_to_the_notebook() -> None:
    own = '<div id="guess-x" style="border-left: 1px">\n\n### ✍ Guess: x\n\n</div>\n\nWhich?'
    for words, kept in ((20, True), (400, False)):
        above = new_markdown_cell("## 1 B\n\n" + "word " * words)
        cells = [new_markdown_cell("# A"), above, new_markdown_cell(own)]
        *_, slide = slides_of(new_notebook(cells=[*cells, new_code_cell('guess("x", None)')]))
        assert slide.title == "Guess: x"
        assert slide.text.endswith("Which?") and ("word" in slide.text) == kept


def test_a_question_below_the_words_of_a_figure_stands_on_its_slide() -> None:
    band = '<div id="guess-x" style="border-left: 1px">\n\n### ✍ Guess: x\n\n</div>'
    words = "<details><summary>The figure in words</summary>\n\nA line.\n\n</details>\n\nWhich?"
    cells = [new_markdown_cell("# A"), new_markdown_cell("## 1 B\n\nText."), drawn("draw()")]
    cells += [new_markdown_cell(words), new_markdown_cell(band)]
    *_, slide = slides_of(new_notebook(cells=[*cells, new_code_cell('guess("x", None)')]))
    assert (slide.title, slide.text) == ("Guess: x", "Which?")


def test_a_question_with_two_guesses_is_one_slide_and_so_are_its_results() -> None:
    asked = new_code_cell('guess("x_one", None)\nguess("x_two", None)')
    said = ("The result: a\n  No guess was made.\n  Of two.", "The result: 7\n  No guess was made.")
    outputs = [new_output("display_data", data={"text/plain": text}) for text in said]
    shown = new_code_cell('reveal("x_one", 1)\nreveal("x_two", 2)', outputs=outputs)
    cells = [new_markdown_cell("# A"), new_markdown_cell("## 1 B\n\nWhich two?"), asked, shown]
    _, question, result = slides_of(new_notebook(cells=cells))
    assert question.text == "Which two?"
    assert result.text == "Which two?\n\n> **The result: a.** Of two.\n>\n> **The result: 7.**"


def test_texts_have_formulas_and_no_links() -> None:
    html = as_html("A [word](../x.ipynb) and $x^2$.\n\n$$\\sqrt{2}$$")
    assert "A word and" in html and len(MATH.findall(html)) == 2 and "<a" not in html
    assert re.match("<code>x</code> &amp; .*<math", inline("`x` & $y$"))


def test_text_is_escaped_and_the_font_is_there_only_for_formulas() -> None:
    plain = deck([Slide("x < y & z", text="a < b")], "C")
    assert b"x &lt; y &amp; z" in plain and b"font-face" not in plain
    assert b"font-face" in deck([Slide("$x$")], "C")


def test_the_font_has_the_sign_of_a_root() -> None:
    font = TTFont(BytesIO(font_for([mathml(r"\sqrt{x}", "inline")])))
    assert 0x221A in font.getBestCmap()


# --- In a browser --------------------------------------------------------------------------


@pytest.fixture
def page(chromium: Browser, slides: Path) -> Iterator[Page]:
    shown = chromium.new_page(viewport={"width": 1280, "height": 720})
    shown.route("http*://**", lambda route: route.abort())
    shown.goto(slides.as_uri())
    yield shown
    shown.close()


def number(page: Page) -> int:
    (visible,) = [k for k, one in enumerate(page.locator(".slide").all(), 1) if one.is_visible()]
    return visible


@pytest.mark.browser
def test_the_keys_show_one_slide_after_the_other(page: Page) -> None:
    places = [number(page)]
    for key in (
        "ArrowLeft",
        "ArrowRight",
        " ",
        "PageDown",
        "ArrowLeft",
        "End",
        "ArrowRight",
        "Home",
    ):
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        places.append(number(page))
    assert places == [1, 1, 2, 3, 4, 3, 5, 5, 1]


@pytest.mark.browser
def test_words_can_be_hidden_and_a_slide_be_linked(page: Page, slides: Path) -> None:
    page.goto(f"{slides.as_uri()}#4")
    page.reload()
    assert number(page) == 4
    words = page.locator(".here .words")
    assert words.is_visible()
    page.keyboard.press("w")
    assert not words.is_visible()
    page.get_by_role("button", name="Words").click()
    assert words.is_visible()


@pytest.mark.browser
def test_arrows_move_the_slider_of_a_figure_and_a_remote_control_the_slides(page: Page) -> None:
    page.keyboard.press("End")
    page.locator(".here input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".here").get_by_text("step 1").wait_for()
    assert number(page) == 5
    page.keyboard.press("PageUp")
    page.wait_for_timeout(50)
    assert number(page) == 4


@pytest.mark.browser
def test_a_figure_with_controls_that_is_higher_than_the_window_gets_smaller(page: Page) -> None:
    page.keyboard.press("End")
    player = page.locator(".here [data-player]")
    over = player.evaluate(
        """(box) => {
            const over = () => document.documentElement.scrollHeight - innerHeight;
            box.style.minHeight = "900px";
            const before = over();
            dispatchEvent(new Event("resize"));
            return [before, over()];
        }"""
    )
    assert over[0] > 300 and over[1] <= 1


@pytest.mark.browser
def test_each_slide_is_a_sheet_of_paper(page: Page) -> None:
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b[^s]", sheets)) == page.locator(".slide").count()


@pytest.mark.browser
def test_slides_keep_the_rules_of_accessibility(chromium: Browser, slides: Path) -> None:
    for view, shown_page in views(chromium, slides):
        for _ in range(5):
            assert broken_rules(shown_page) == [], view
            wide = shown_page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wide, view
            shown_page.keyboard.press("ArrowRight")


def test_without_scripts_all_slides_stand_below_each_other(slides: Path) -> None:
    page = BeautifulSoup(slides.read_text("utf-8"), "html.parser")
    assert page.select_one("nav").has_attr("hidden")
    assert not page.select(".slide[hidden]")
