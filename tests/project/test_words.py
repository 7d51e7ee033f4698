"""What people read uses the field's terms."""

import pytest

from tests.project import ROOT
from tests.project.words import Term, files, finds, report, terms

ENTRIES = terms()
FOUND = [(term, sample) for term in ENTRIES for sample in term.found]
PASSES = [(term, sample) for term in ENTRIES for sample in term.passes]


def test_no_file_has_a_private_word() -> None:
    assert report(files()) == []


@pytest.mark.parametrize(("term", "sample"), FOUND, ids=[sample for _, sample in FOUND])
def test_every_phrase_is_found(term: Term, sample: str) -> None:
    assert list(term.spans(sample))


@pytest.mark.parametrize(("term", "sample"), PASSES, ids=[sample for _, sample in PASSES])
def test_allowed_contexts_pass(term: Term, sample: str) -> None:
    assert not finds(sample, ENTRIES)


@pytest.mark.parametrize("term", ENTRIES, ids=[term.write for term in ENTRIES])
def test_every_pattern_finds_a_sample_and_the_advice_passes(term: Term) -> None:
    for pattern in term.patterns:
        alone = Term(term.write, (pattern,), (), (), term.allowed)
        assert any(list(alone.spans(sample)) for sample in term.found), pattern
    assert not finds(term.write, ENTRIES)


def test_the_page_on_language_and_the_patterns_agree() -> None:
    page = (ROOT / "docs" / "language.md").read_text("utf-8")
    table = page.split("## Terms")[1].split("##")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line[:2] == "| "][1:]
    assert len(rows) > 20
    for write, avoid in rows:
        assert not finds(write, ENTRIES), write
        for phrase in [] if avoid.endswith("*") else avoid.split(", "):
            assert finds(phrase, ENTRIES), phrase


def test_a_find_names_its_line_and_what_to_write() -> None:
    (find,) = finds("x = 1\n# the way\n# back\n", ENTRIES)
    assert (find.line, find.words) == (2, "way # back")
    assert "backward pass" in find.write


def test_a_picture_may_stand_once_in_the_text_of_a_notebook() -> None:
    text = "# %% [markdown]\n# Nudge a weight.\n# Nudge it again.\n"
    assert len(finds(text, ENTRIES, notebook=True)) == 1
    assert len(finds(text, ENTRIES)) == 2
    assert len(finds("nudged = 1\n", ENTRIES, notebook=True)) == 1  # a name is no picture


def test_quotations_of_notebooks_are_not_counted_twice() -> None:
    row = "| slide | {} | shown | [ps08](../notebooks/ps08/ps08.ipynb) Five ways back |"
    assert not finds(row.format("momentum"), ENTRIES)
    assert finds(row.format("the way back"), ENTRIES)
