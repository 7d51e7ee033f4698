"""The form of all reports: order, structure for screen readers, what feedback pages let through."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag

from grader.checking.contract import loop, step
from grader.checking.contract.compare import Difference, same_values
from grader.checking.contract.families import SeveralSteps
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.checking.report import as_html as looks
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.blocks import Code, Fold, Item, Items, Report, Row, Table, Text
from grader.checking.report.of_verdict import first_help, report_on
from grader.grading.submission.clean_html import clean_html
from tests.browser.reports import momentum, of_function, reports, written


@cache  # made when a test asks, not whenever tests are collected
def typical() -> dict[str, Report]:
    return dict(reports())


@cache
def pages() -> dict[str, BeautifulSoup]:
    return {title: BeautifulSoup(as_html(one), "html.parser") for title, one in typical().items()}


def styles(html: str) -> list[tuple[str, list[str]]]:
    """Tag and declarations of every element."""
    found = BeautifulSoup(html, "html.parser").find_all(True)
    return [
        (tag.name, sorted(filter(None, re.sub(r"\s", "", tag.get("style", "")).split(";"))))
        for tag in found
    ]


def attributes(html: str) -> list[tuple[str, str]]:
    return [
        (name, " ".join(value) if isinstance(value, list) else value)
        for tag in BeautifulSoup(html, "html.parser").find_all(True)
        for name, value in tag.attrs.items()
        if name not in ("style", "class")
    ]


def test_a_feedback_page_shows_all_of_a_report():
    for report in typical().values():
        html = as_html(report)
        cleaned = clean_html(html)
        assert styles(cleaned) == styles(html)
        assert attributes(cleaned) == attributes(html)
        text, kept = (BeautifulSoup(page, "html.parser").get_text() for page in (html, cleaned))
        assert kept == text


def test_a_report_has_no_heading_tables_with_headers_and_no_nameless_fold():
    for soup in pages().values():
        # A heading would break the order of the levels below "### Your turn".
        assert soup.find(re.compile("h[1-6]")) is None
        assert soup.select_one(".check-report > p:first-child").get_text().strip()
        for row in soup.select("tbody tr"):
            first = row.find(["td", "th"])
            assert isinstance(first, Tag) and first.name == "th"
            assert first["scope"] in ("row", "rowgroup")
        assert all(cell["scope"] == "col" and cell.get_text() for cell in soup.select("thead th"))
        assert all(fold.find("summary").get_text() for fold in soup.find_all("details"))
        assert all(item.parent.name == "ul" for item in soup.find_all("li"))
        assert not soup.find_all(["script", "style", "a", "img", "svg"])


def test_text_and_html_say_the_same_things_in_the_same_order():
    said = pages()["one mistake, hint"].get_text()
    parts = ["0 of 2 points", "Hint:", "w after one step from rest", "yours", "2 of 5 properties"]
    parts += ["Help, step 1 of", "Help, step 2 of", "The smallest input"]
    assert [said.index(part) for part in parts] == sorted(said.index(part) for part in parts)
    text = as_text(typical()["one mistake, hint"])
    parts = ["0 of 2 points", "Hint:", "w after one step from rest", "yours", "✓ shapes"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "costs" not in said + text


def test_the_second_step_of_help_is_inside_the_first():
    (first,) = (
        fold
        for fold in pages()["one mistake, hint"].find_all("details")
        if fold.summary.get_text().startswith("Help, step 1")
    )
    assert first.details.summary.get_text().startswith("Help, step 2")
    assert not first.has_attr("open")


LOOP = """
    for i in range(len(x)):
        if x[i] < 0 & 1:
            y[i] = `0`
"""


@pytest.mark.parametrize(
    "first", [loop(LOOP), step("Which rows?")], ids=["loop first", "a sentence first"]
)
def test_a_loop_keeps_its_lines_in_every_report(first):
    wanted = "for i in range(len(x)):\n    if x[i] < 0 & 1:\n        y[i] = `0`"
    exercise = replace(find("one_hot"), hints=(first, loop(LOOP)), mistakes=())
    cases = make_cases(exercise, 0)
    outcomes = outcomes_of(exercise, [lambda *given: np.zeros(3)], cases)
    report = report_on(verdict(exercise, cases, outcomes))
    html = as_html(report)
    for page in (html, clean_html(html)):  # at home, and on a feedback page
        fold = BeautifulSoup(page, "html.parser").select("details details")[-1]
        assert fold.summary.get_text() == "Help, step 2 of 2" and fold.pre.get_text() == wanted
        assert "white-space:pre-wrap" in fold.pre["style"].replace(" ", "")
        assert fold.p.get_text() == "The same with loops, slowly:"
    assert "x[i] &lt; 0 &amp; 1" in html
    shown = "\n".join(f"  {line}" for line in wanted.splitlines())
    assert (f"  Help: The same with loops, slowly:\n{shown}" in as_text(report)) == (
        first == loop(LOOP)
    )
    assert ("Help: Which rows?" in as_text(report)) == (first != loop(LOOP))


def test_what_is_left_out_of_a_long_print_is_said():
    def linear_forward(x, W, b):
        print("a line of text\n" * lines)
        return x @ W - b, (x, W)

    for lines in (3, 3000):
        said = as_html(of_function("linear_forward", linear_forward))
        assert ("after this is left out" in said) == (lines > 3)


def test_the_first_help_for_an_empty_page_may_be_a_loop():
    fold = first_help([loop(LOOP).text, "Which rows?"])
    assert [type(block) for block in fold.blocks] == [Text, Code, Text]


def test_a_loop_belongs_to_the_properties_that_it_names():
    exercise = find("one_hot")
    title = exercise.judge[0].title
    only = replace(exercise, hints=(loop(LOOP, title), step("Which rows?")))
    assert LOOP.strip().splitlines()[0] in only.ladder([title])[-2]
    assert [text for text in only.ladder([]) if "\n" in text] == []


def test_what_differs_stands_in_a_table_and_only_the_first_is_open():
    open_tables = [
        t for t in pages()["one mistake, hint"].find_all("table") if not t.find_parent("details")
    ]
    (table,) = open_tables  # fmt: skip
    head = [cell.get_text() for cell in table.select("thead th")]
    assert head == ["value", "yours", "expected"]
    first = [cell.get_text() for cell in table.select("tbody tr")[0].find_all(["td", "th"])]
    assert first[0] == "w[0] in step 1" and float(first[1]) != float(first[2])


def test_the_smallest_input_is_told_by_the_arguments_of_one_call():
    (fold,) = (
        fold
        for fold in pages()["one mistake, hint"].find_all("details")
        if fold.summary.get_text() == "The smallest input that fails"
    )
    said = dict(line.split(" = ") for line in fold.find("pre").get_text().strip().split("\n"))
    assert set(said) == {"w", "v", "dw", "lr", "mu"}
    assert said["dw"].count("[") == 1 and float(said["lr"]) > 0


def test_arguments_of_several_calls_say_in_which_step_they_come():
    case = {"w": np.zeros(2), "dw": np.eye(2), "lr": [0.1, 0.2], "mu": 0.5}
    told = SeveralSteps(["w", "dw"], ["lr", "mu"], ["w"]).shown(case)
    assert told.keys() == {
        *("w", "mu", "dw in step 1", "lr in step 1", "dw in step 2", "lr in step 2")
    }
    assert told["lr in step 2"] == 0.2 and list(told["dw in step 1"]) == [1, 0]


def test_a_value_of_a_later_call_says_in_which():
    found = same_values(
        "w", {"in step 1": 1.0, "in step 2": 3.0}, {"in step 1": 1.0, "in step 2": 2}
    )
    assert isinstance(found, Difference)
    assert found == "in step 2: w = 3, expected 2"
    assert found.rows() == [("w in step 2", "3", "2")]


def points_in(report: Report) -> list[tuple[str, float, float]]:
    """Title of each property, what it earned and what it is worth."""
    soup = BeautifulSoup(as_html(report), "html.parser")
    (table,) = [t for t in soup.find_all("table") if "property" in t.get_text()]
    rows = []
    for row in table.select("tbody tr"):
        got, of = row.td.get_text().split(" of ")
        rows.append((row.th.get_text(), float(got), float(of)))
    return rows


def test_each_property_has_its_points_and_they_add_up():
    report = of_function("momentum_step", momentum(shape=lambda w: w.astype("f4").astype("f8")))
    rows = points_in(report)
    assert sum(of for _, _, of in rows) == pytest.approx(2, abs=0.05)
    assert sum(got for _, got, _ in rows) == pytest.approx(float(report.badge.split(" ")[0]))


def test_a_property_is_worth_the_same_whatever_else_holds():
    attempts = [
        momentum(),
        momentum(-1.0),
        momentum(shape=np.sum),
        momentum(shape=lambda w: w[None]),
        written("in place"),
    ]
    reports = [of_function("momentum_step", attempt) for attempt in attempts]
    tables = [points_in(report) for report in reports]
    assert {tuple(of for _, _, of in table) for table in tables} == {(0.2, 1.2, 0.4, 0.1, 0.1)}
    earned = [sum(got for _, got, _ in table) for table in tables]
    badges = [float(report.badge.split(" ")[0]) for report in reports]
    assert earned == pytest.approx(badges, abs=0.02) and len(set(badges)) > 3
    titles = [title for table in tables for title, got, of in table if "✓" in title and got < of]
    assert titles and all("earns" in title for title in titles)


def test_differences_name_the_first_places_that_differ():
    got = np.array([[1.0, 2.0], [3.0, 0.0], [5.0, 0.0], [0.0, 0.0]])
    found = same_values("w", got, np.ones((4, 2)))
    assert isinstance(found, Difference)
    assert found == "w[0, 1] = 2, expected 1 (7 of 8 values differ)"
    assert found.note == "7 of 8 values differ"
    assert found.rows() == [
        ("w[0, 1]", "2", "1"), ("w[1, 0]", "3", "1"), ("w[1, 1]", "0", "1"), ("w[2, 0]", "5", "1"),
    ]  # fmt: skip
    transposed = same_values("u", np.ones((2, 1)), np.ones((1, 3)))
    assert isinstance(transposed, Difference)
    assert transposed.rows() == [("shape of u", "(2, 1)", "(1, 3)")]


def test_plain_text_has_the_table_of_a_folded_item():
    table = Table(("value", "yours", "expected"), (Row(("`u`", "`2`", "`1`")),))
    item = Item("✗", "values of u", (Text("In the case “one row”:"), table), folded=True)
    text = as_text(Report("wrong", "f", "", "", (Items((item,)),)))
    assert text.splitlines()[-3:] == [
        "      In the case “one row”:",
        "      value  yours  expected",
        "      u      2      1",
    ]


EVIL = "<img src=x onerror=alert(1)> `</code><script>` & '\"<b>`"


def test_every_part_of_a_report_is_escaped():
    blocks = (
        Text(EVIL, EVIL),
        Code(EVIL),
        Items((Item("✗", EVIL, (Text(EVIL),)), Item("?", EVIL, (Text(EVIL),), folded=True))),
        Table((EVIL, EVIL), (Row((EVIL,), part=True), Row((EVIL, EVIL)))),
        Fold(EVIL, (Text(EVIL),)),
    )
    html = as_html(Report("wrong", EVIL, EVIL, EVIL, blocks, status=EVIL))
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["img", "script", "b"])
    assert soup.get_text().count("<img src=x onerror=alert(1)>") >= 12
    assert not [tag for tag in soup.find_all(True) if any(k.startswith("on") for k in tag.attrs)]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", looks.LOOKS.values())
def test_badges_are_readable_and_seen_on_white_and_on_black_pages(look):
    assert contrast(look.colour, "#ffffff") >= 4.5  # its own words are white
    assert min(contrast(look.colour, page) for page in ("#ffffff", "#111111")) >= 3


def test_words_have_a_colour_of_their_own_only_on_their_own_background():
    """All others take the page's colour, which is readable on it; tints let the page through."""
    for tag in (tag for page in pages().values() for tag in page.find_all(style=True)):
        style = dict(part.split(":", 1) for part in tag["style"].split(";") if part)
        if style.get("color", "inherit") != "inherit":
            assert style["background-color"] in {look.colour for look in looks.LOOKS.values()} | {
                looks.GREY
            }
