"""Unusually similar answers: copies are found, what many write or were given is not listed."""

import csv
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.extras.similarity.cells import MODEL, WrittenCell
from grader.extras.similarity.pairs import (
    Similarity,
    compare,
    similarity_of,
    write_similarity,
)
from grader.extras.similarity.sequences import Texts
from grader.extras.similarity.tokens import pieces_of, sequences_of
from grader.problems import Problem
from tests.classroom.accessible import broken_rules, unfold, views
from tests.classroom.answered_class import ASSIGNMENT, CODE, answered_class

GIVEN = "def f(x, W, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
HOSTILE = "<script>window.ran = 1</script>"
# Each line has its own operations, so that two answers with other lines have nothing in common.
LINES = [
    f"{{a}} = {function}({{b}}.{method}(axis={axis}) {sign} {number})"
    for function, method, axis, sign, number in zip(
        ["np.exp", "np.log", "np.sqrt", "abs", "np.tanh", "np.abs", "np.sin", "np.cos", "max"] * 4,
        ["sum", "mean", "max", "min", "var", "std", "prod"] * 6,
        [0, 1, -1, 0] * 9,
        ["+", "-", "*", "/", "**"] * 8,
        range(36),
        strict=False,
    )
]


def answer(chance: random.Random, names: str = "uvwz") -> str:
    """A function of seven lines that nobody else writes in this order."""
    lines = chance.sample(LINES, 7)
    body = [line.format(a=chance.choice(names), b=chance.choice(names)) for line in lines]
    return "\n    ".join(["def f(x, W, b):", *body, f"return {names[0]}"])


def renamed(text: str) -> str:
    """What somebody makes of a text to hide where it is from."""
    for old, new in zip("uvwz", ("one", "two", "other", "last"), strict=True):
        text = re.sub(rf"\b{old}\b", new, text)
    lines = text.splitlines()
    lines[3:3] = ["", "    # my own idea", '    """and a text"""']
    return "\n".join(lines).replace(" + ", "+")


def texts(count: int = 20, seed: int = 0) -> dict[str, str]:
    chance = random.Random(seed)
    return {f"student-{number:02}": answer(chance) for number in range(count)}


def found_in(cell: WrittenCell) -> Similarity:
    return similarity_of(ASSIGNMENT, len(cell.texts), [cell], {})


def pairs(cell: WrittenCell) -> set[tuple[str, str]]:
    return {(pair.first, pair.second) for pair in found_in(cell).pairs}


def cell_of(written: dict[str, str], kind: str = "code", given: str = GIVEN) -> WrittenCell:
    return WrittenCell("n", "f", kind, given, written)


def test_names_comments_and_layout_do_not_count() -> None:
    text = texts()["student-00"]
    assert renamed(text) != text
    assert sequences_of(pieces_of(text, "code")) == sequences_of(pieces_of(renamed(text), "code"))
    other = text.replace("return", "yield")
    assert sequences_of(pieces_of(text, "code")) != sequences_of(pieces_of(other, "code"))


@pytest.mark.parametrize("text", ["", "def f(:\n  (((", "%%bash\nls\n!pip", "'''", "\0\udc80", "x"])
def test_broken_code_is_read_as_far_as_it_goes(text: str) -> None:
    for piece in pieces_of(text, "code"):
        assert text[piece.start : piece.end].strip()


def test_a_copy_is_found_though_it_was_renamed_and_nobody_else() -> None:
    written = texts()
    assert pairs(cell_of(written)) == set()
    written["student-19"] = renamed(written["student-02"])
    found = found_in(cell_of(written))
    assert [(pair.first, pair.second) for pair in found.pairs] == [("student-02", "student-19")]
    (alike,) = found.pairs[0].cells
    assert alike.likeness.share == pytest.approx(1) and not alike.same
    written["student-19"] = written["student-02"].replace("    ", "\t")
    assert found_in(cell_of(written)).pairs[0].cells[0].same


def test_a_copy_with_lines_of_its_own_is_found() -> None:
    written = texts()
    more = answer(random.Random(99)).splitlines()[1:3]
    lines = renamed(written["student-02"]).splitlines()
    written["student-19"] = "\n".join([lines[0], *more, *lines[1:]])
    assert pairs(cell_of(written)) == {("student-02", "student-19")}


def test_what_many_write_is_not_listed() -> None:
    same = answer(random.Random(7))
    written = dict.fromkeys(texts(), same)
    assert pairs(cell_of(written)) == set()
    # A short formula that half of the class writes in one way, and the others in another.
    short = [f"def f(x, W, b):\n    return {how} + b, (x, W)" for how in ("x @ W", "np.dot(x, W)")]
    assert pairs(cell_of({who: short[n % 2] for n, who in enumerate(written)})) == set()


def test_what_was_given_does_not_count() -> None:
    long = answer(random.Random(7))
    written = {who: f"{long}\n{text}" for who, text in texts().items()}
    assert pairs(cell_of(written, given=long)) == set()
    untouched = texts() | {"student-03": GIVEN, "student-04": GIVEN}
    found = Texts(untouched, "code", GIVEN)
    found.compare()
    assert len(found.students) == 18 and not found.unusual


def test_answers_in_prose_are_compared_by_their_words() -> None:
    chance = random.Random(3)
    words = [f"word{number}" for number in range(300)]
    written = {who: " ".join(chance.sample(words, 60)) for who in texts()}
    written["student-05"] = written["student-11"].upper().replace(" ", ",\n")
    assert pairs(cell_of(written, "markdown", "")) == {("student-05", "student-11")}


def test_who_is_close_to_a_reference_is_marked() -> None:
    written = texts()
    model = answer(random.Random(50))
    written["student-07"] = renamed(model)
    cell = cell_of(written)
    cell.references = {MODEL: ["", model]}
    found = found_in(cell)
    assert found.pairs == []
    assert [(one.student, one.reference) for one in found.like_references] == [
        ("student-07", MODEL)
    ]
    written["student-08"] = model
    (pair,) = found_in(cell).pairs
    assert pair.cells[0].references == (MODEL,)


def test_pairs_with_more_in_common_come_first() -> None:
    one, two = texts(seed=1), texts(seed=2)
    one["student-03"] = one["student-09"] = renamed(one["student-01"])
    two["student-03"] = two["student-01"]
    cells = [cell_of(one), WrittenCell("n", "g", "code", GIVEN, two)]
    found = similarity_of(ASSIGNMENT, 20, cells, {})
    assert (found.pairs[0].first, found.pairs[0].second) == ("student-01", "student-03")
    assert {cell.cell for cell in found.pairs[0].cells} == {"f", "g"}
    assert len(found.pairs) == 3 and found.pairs[0].likeness.score > found.pairs[1].likeness.score


def test_the_page_shows_both_texts_escaped_and_marks_what_is_alike(tmp_path: Path) -> None:
    written = {f"=cmd|{HOSTILE}{who}": text for who, text in texts().items()}
    first, second = sorted(written)[:2]
    written[first] += f"\n    note = '{HOSTILE}'"
    written[second] = renamed(written[first])
    found = found_in(cell_of(written))
    page = write_similarity(found, tmp_path).read_text("utf-8")
    assert HOSTILE not in page and "proves nothing" in page
    marked = found.pairs[0].cells[0].marked(first, second)
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    assert type(marked)(plain).unescape() == written[first] and "<mark>" in marked
    with (tmp_path / "similarity.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["cell"] for row in rows] == ["f"] and rows[0]["first"].startswith("'=cmd")


def test_a_class_is_compared_from_its_graded_copies(tmp_path: Path) -> None:
    written = {who: text.replace("def f", "def linear_forward") for who, text in texts(9).items()}
    written["student-08"] = renamed(written["student-00"])
    group = answered_class(tmp_path, dict.fromkeys(written, "Because."), written)
    missing = group.folder / "autograded" / "student-04" / ASSIGNMENT / "ps98_small.ipynb"
    missing.write_text("{}")
    found, page = compare(group, ASSIGNMENT)
    assert page == group.folder / "results" / ASSIGNMENT / "similarity.html" and page.is_file()
    assert [(pair.first, pair.second) for pair in found.pairs] == [("student-00", "student-08")]
    assert set(found.left_out) == {"student-04"}
    before = page.read_bytes()
    compare(group, ASSIGNMENT)
    assert page.read_bytes() == before


def test_too_few_to_say_what_is_usual_is_a_problem(tmp_path: Path) -> None:
    few = dict.fromkeys(["ada", "ben", "cleo", "dan"], "The same.")
    with pytest.raises(Problem, match=r"4 submissions of ps98 can be compared.* from 5 on"):
        compare(answered_class(tmp_path, few, dict.fromkeys(few, CODE)), ASSIGNMENT)


@pytest.mark.browser
def test_no_rule_of_accessibility_is_broken(chromium: Browser, tmp_path: Path) -> None:
    written = texts()
    written["student-19"] = renamed(written["student-02"])
    written["student-18"] = HOSTILE
    cell = cell_of(written)
    cell.references = {MODEL: [written["student-02"]]}
    path = write_similarity(found_in(cell), tmp_path)
    for view, page in views(chromium, path):
        unfold(page)
        assert broken_rules(page) == [], view
        assert page.evaluate("window.ran") is None
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], view
