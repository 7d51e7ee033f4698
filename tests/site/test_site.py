"""The site of one small notebook: links, folds, secrets, formulas, the reference, a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from docs.site import ROOT
from docs.site.glossary import ALSO, SOURCE, forms
from docs.site.pages import anchor_of, terms
from docs.site.reference import parts, public
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.setup import TITLE
from tests.classroom.accessible import broken_rules, unfold, views
from tests.site.links import broken, loaded, pages, soup

pytestmark = pytest.mark.slow  # builds the site
# What of the solution only its author could have written.
SECRETS = ("product_of_both", "belongs to one output unit", 'answer_rows = "a"')


def test_every_link_leads_to_a_page_and_to_its_anchor(site: Path) -> None:
    assert len(pages(site)) > 30
    assert list(broken(site)) == []


def test_pages_ask_for_nothing_outside_the_site(site: Path) -> None:
    for page in pages(site):
        assert [one for one in loaded(page) if re.match(r"(https?:)?//", one)] == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", sheet.read_text("utf-8"))


def test_nothing_in_the_site_tells_the_solution(site: Path) -> None:
    texts = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}
    assert any(b"linear_forward: all checks pass" in _plain(text) for text in texts.values())
    for secret in SECRETS:
        assert [file for file, text in texts.items() if secret.encode() in _plain(text)] == []


def _plain(text: bytes) -> bytes:
    """Without the tags in which code and its colours come."""
    return re.sub(rb"<[^>]*>", b"", text).replace(b"&quot;", b'"')


def test_the_cells_to_fill_in_are_empty_and_their_checks_pass(notebook: Path) -> None:
    text = soup(notebook).get_text()
    assert "raise NotImplementedError" in text
    assert "linear_forward: all checks pass" in text
    assert "not answered yet" in text  # the question
    assert "SOLUTION" not in text and "HIDDEN" not in text
    *_, last = soup(notebook).select("div.cell")
    assert "Show your points" in last.get_text() and not last.select(".cell_output")


def test_what_follows_a_guess_is_folded_and_nothing_else(notebook: Path) -> None:
    (fold,) = soup(notebook).select("details.after-guess")
    shown = BeautifulSoup(str(soup(notebook).article), "html.parser")
    for closed in shown.select("details"):
        closed.decompose()
    for said in ("The result is forty-one", "The result: 41", "rises to forty-one"):
        assert said in fold.get_text(), said
        assert said not in shown.get_text(), said
    assert fold.find_next("h2").get_text().startswith("2 A function")
    assert "u=xW+b" in shown.get_text().replace(" ", "")


def test_setup_and_drawing_cells_are_folded_under_their_titles(notebook: Path) -> None:
    titles = {one.get_text().strip() for one in soup(notebook).select("details.hide > summary p")}
    assert titles >= {TITLE, "Draw the steps", "Play the steps"}


def test_a_figure_has_the_words_below_it_as_its_alternative_text(notebook: Path) -> None:
    (figure,) = soup(notebook).select(".after-guess .cell_output > img, .after-guess .output img")
    assert figure["alt"] == "A line that rises to forty-one."


def test_the_notebook_to_download_is_the_released_one(notebook: Path) -> None:
    (link,) = soup(notebook).select(".doors a[download]")
    release = nbformat.read(notebook.parent / link["href"], as_version=4)
    assert not any(cell.get("outputs") for cell in release.cells)
    assert "NotImplementedError" in "".join(cell.source for cell in release.cells)


def test_terms_of_a_notebook_link_to_the_glossary_once(notebook: Path, site: Path) -> None:
    links = [one for one in soup(notebook).select("a.term") if one.get_text() == "bias"]
    (link,) = links
    assert link["href"] == "../../glossary.html#term-bias-of-a-unit"
    target = soup(site / "glossary.html").find(id="term-bias-of-a-unit")
    assert target and target.get_text() == "bias (of a unit)"


def test_a_term_is_linked_in_the_forms_that_sentences_have(notebook: Path) -> None:
    found = soup(notebook).select(".term")
    links = {one.get_text(): one["href"].partition("#")[2] for one in found}
    assert links["Gradient descent"] == "term-gradient-descent"
    assert links["He’s"] == "term-he-initialisation"
    assert set(ALSO) <= set(terms(SOURCE.read_text("utf-8")))


def test_every_term_stands_in_a_notebook_in_a_form_that_is_linked() -> None:
    cells = [cell for name in assignments(ROOT) for cell in solution_notebook(name, ROOT).cells]
    blocks = [b for c in cells if c.cell_type == "markdown" for b in c.source.split("\n\n")]
    closed = re.compile(r"^#.*|`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)")
    text = "\n".join(" ".join(closed.sub("|", b).split()) for b in blocks).replace("'", "’")
    for term in terms(SOURCE.read_text("utf-8")):
        assert anchor_of(term).isascii()
        words = "|".join(map(re.escape, forms(term)))
        assert re.search(rf"(?<![\w-])({words})s?(?![\w-])", text), f"no notebook links to {term}"


def test_commands_have_no_colours_and_code_in_docstrings_has(site: Path) -> None:
    commands = soup(site / "students.html").select(":not(.highlight-python) > .highlight pre")
    assert any("git clone" in block.get_text() for block in commands)
    assert not [block for block in commands if block.select("span[class]")]
    (code,) = soup(site / "api" / "layers.html").select(".highlight-python pre")
    assert code.select("span[class]")


def test_formulas_are_written_without_scripts(notebook: Path, site: Path) -> None:
    formulas = soup(notebook).select("math")
    assert len(formulas) == 3
    assert formulas[0]["alttext"] == "u = x W + b"
    assert not any("\\" in one.get_text() for one in formulas)
    assert (site / "_static" / "math.woff").stat().st_size < 100_000


def test_the_reference_has_every_public_name_and_links_signatures(site: Path) -> None:
    described = {part.__name__: public(part) for part in parts()}
    assert len(described) > 15
    for part, things in described.items():
        page = soup(site / "api" / f"{part.removeprefix('course_lib.')}.html")
        for name in things:
            assert page.find(id=f"{part}.{name}"), f"{part}.{name}"
    entry = soup(site / "api" / "functional.html").find(id="course_lib.functional.linear_backward")
    links = {link.get("href", "").partition("#")[2] for link in entry.select("a")}
    assert "course_lib.array.Array" in links  # the type in the signature
    described_by = entry.find_next_sibling("dd")
    assert "dW – (n_in, n_out)" in " ".join(described_by.get_text().split())
    assert "#course_lib.functional.linear_forward" in str(described_by)
    layers = soup(site / "api" / "layers.html")  # Linear's own base is not exported
    assert "Bases: Layer" in layers.find(id="course_lib.layers.Linear").parent.get_text()
    assert "object" not in layers.find(id="course_lib.layers.Layer").parent.p.get_text()


def test_guides_link_files_without_a_page_only_in_the_repository(site: Path) -> None:
    assert (ROOT / "docs" / "authoring.md").exists()
    for page in pages(site):
        links = [a["href"] for a in soup(page).find_all("a", href=True) if ".md" in a["href"]]
        assert links == [], page


# --- In a browser --------------------------------------------------------------------------


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    shown = chromium.new_page(viewport={"width": 390, "height": 844})
    shown.route("http*://**", lambda route: route.abort())
    yield shown
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "notebooks/ps98/ps98_small", "api/graph"])
def test_it_keeps_the_rules_of_accessibility(chromium: Browser, site: Path, name: str) -> None:
    for view, shown in views(chromium, site / f"{name}.html"):
        unfold(shown)
        assert broken_rules(shown) == [], f"{name}, {view}"
        wide = shown.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{name}, {view}: it must be scrolled to the side"


@pytest.mark.browser
def test_the_search_finds_a_function_without_a_server(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri() + "?q=linear_backward")
    found = page.locator("#search-results li a").filter(has_text="linear_backward").first
    found.wait_for()
    found.click()
    page.wait_for_url("**/api/**")


@pytest.mark.browser
def test_a_guess_is_unfolded_and_an_animation_moved_by_keyboard(page: Page, notebook: Path) -> None:
    page.goto(notebook.as_uri())
    summary = page.locator(".after-guess > summary")
    result = page.get_by_text("The result is forty-one")
    assert not result.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert result.is_visible()
    player = page.locator("[data-player]")
    player.get_by_role("button", name="Play").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    player.get_by_text("step 1").wait_for()


@pytest.mark.browser
def test_the_header_has_one_line_on_every_desk(page: Page, site: Path) -> None:
    # The theme reserves one line: a second one would lie on the heading that a link leads to.
    page.goto((site / "api" / "layers.html").as_uri())
    heights = set()
    for width in (960, 1100, 1199, 1200, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        heights.add(page.locator(".bd-header").evaluate("header => header.offsetHeight"))
    assert len(heights) == 1


@pytest.mark.browser
def test_the_look_can_be_changed_and_changes_the_pictures(page: Page, site: Path) -> None:
    page.emulate_media(color_scheme="light")
    page.goto((site / "index.html").as_uri())
    light, dark = page.locator("img.only-light").first, page.locator("img.only-dark").first
    assert (light.is_visible(), dark.is_visible()) == (True, False)
    page.emulate_media(color_scheme="dark")
    dark.wait_for(state="visible")
    assert not light.is_visible()
