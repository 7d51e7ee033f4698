"""Which numbers of a text are found that no claim covers."""

import pytest

from grader.authoring.build import build
from grader.authoring.release import release
from grader.authoring.sentences import sentences
from grader.authoring.source import SourceCell
from grader.authoring.unclaimed import unclaimed
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, write_course

RUN = "\n# %% practice=true\nprint(1)\n"
CODE = "\n# %%\nx = 1\n"


def found(tmp_path, text, *, above=RUN, below=""):
    lines = "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
    root = write_course(tmp_path, f"{SOURCE}{above}\n# %% [markdown]\n{lines}\n{below}")
    return unclaimed("ps98", root)


RESULTS = [
    "The network reaches an accuracy of 0.95 in two epochs.",
    "Most of the units end near 90 % after training.",
    "*In words: two curves that fall to 1,000.5.*",
    "*In words: two curves. The solid one ends at 12 per cent.*",
]
NO_RESULTS = [
    "Which network reaches an accuracy of 0.95?",
    "With the rate 0.95:",
    "The network has a shape of 64 × 32 and 10 outputs.",
    "The gradient is $0.95\\,x$, and `x = 0.95`.",
    "Section 5 says more.",
    "| accuracy | 0.95 | higher |",
    "- a: the accuracy falls below 0.95",
    "```\nthe accuracy falls below 0.95\n```",
    "<details><summary>The derivation</summary>\n\nThe loss is 0.95.\n\n</details>",
]


@pytest.mark.parametrize("text", RESULTS)
def test_numbers_are_found(tmp_path, text):
    [sentence] = found(tmp_path, text)
    assert sentence.text in " ".join(text.split())


@pytest.mark.parametrize("text", NO_RESULTS)
def test_other_numbers_are_not(tmp_path, text):
    assert found(tmp_path, text) == []


def test_the_line_in_the_source_is_told(tmp_path):
    [sentence] = found(tmp_path, "A first line.\nA second one.\n\nThe accuracy is 0.95 here.")
    source = (tmp_path / "solutions/ps98/ps98_small.py").read_text("utf-8")
    assert source.splitlines()[sentence.line - 1] == "# The accuracy is 0.95 here."


def test_below_a_heading_a_number_is_not_about_the_run_above(tmp_path):
    text = "The mean of three runs reached 0.95."
    assert len(found(tmp_path / "below", text)) == 1
    assert found(tmp_path / "heading", f"### More\n\n{text}") == []
    assert found(tmp_path / "other", text, above=CODE) == []


@pytest.mark.parametrize("quote", ["an accuracy\n        of 0.95", "in two epochs. Its loss"])
def test_a_claim_covers_the_sentences_of_its_quote(tmp_path, quote):
    code = f'\n# %% claims=true\nfor words in ("""{quote}""",):\n    claim(words, x, above=1)\n'
    text = "The network reaches an accuracy of 0.95\nin two epochs. Its loss is below 0.9."
    left = found(tmp_path, text, below=code)
    assert [s.text[:3] for s in left] == (["Its"] if "accuracy" in quote else [])


def test_a_mark_says_why_no_claim_is_needed_and_is_not_published(tmp_path):
    mark = "<!-- no claim: derived -->"
    text = f"The network reaches 0.95. {mark} Its loss falls below 0.5.\n{mark}\nA third sentence."
    assert found(tmp_path, text) == []
    for notebook in (build("ps98", tmp_path), release("ps98", tmp_path)):
        assert "no claim" not in (text := notebook.read_text("utf-8"))
        assert "The network reaches 0.95. Its loss falls below 0.5.\\n" in text


def test_a_mark_stands_for_the_sentence_before_it_only(tmp_path):
    mark = "<!-- no claim: derived -->"
    [sentence] = found(tmp_path, f"The network reaches 0.95. {mark} Its loss falls below 0.5.")
    assert sentence.text == "Its loss falls below 0.5."


@pytest.mark.parametrize("mark", ["obvious", ""])
def test_other_reasons_are_refused(tmp_path, mark):
    found(tmp_path, f"The network reaches 0.95. <!-- no claim: {mark} -->")
    with pytest.raises(AuthoringError, match="derived, definition, source, setting"):
        build("ps98", tmp_path)


def test_sentences_end_where_a_reader_ends_them():
    text = (
        "An accuracy of 0.9. A run, e.g. this one, has `a.B` and $x. Y$ in it! *Is it?* (No.)\n"
        "A new line\nof the same one.\n\n1. First. Second\n2. third\n\n## A heading. With two"
    )
    cell = SourceCell("text", "", {}, text, True, "here")
    assert [s.text for s in sentences(cell)] == [
        *("An accuracy of 0.9.", "A run, e.g. this one, has `a.B` and $x. Y$ in it!", "*Is it?*"),
        *("(No.)", "A new line of the same one.", "First.", "Second", "third"),
    ]
