"""The glossary: in alphabetical order, short, and each term where the notebook has it."""

import re
from dataclasses import dataclass

import pytest

from grader.authoring.assignments import assignments
from tests.project import ROOT, sections_of, source_of
from tests.project.coverage import PAGE

TEXT = (ROOT / "docs/glossary.md").read_text("utf-8")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*: (.+?)(?=^- \*\*|^## |\Z)", re.M | re.S)
REFERENCE = re.compile(r"\((\d\d), section (\d+)\)")
SEE = re.compile(r"See \*\*(.+?)\*\*\.$")


@dataclass(frozen=True)
class Entry:
    """One term, what it means, and the notebook and section that introduce it."""

    term: str
    text: str

    @property
    def places(self) -> list[tuple[str, str]]:
        return REFERENCE.findall(self.text)


TERMS, _, SOURCES = TEXT.partition("\n## Sources\n")
ENTRIES = [Entry(term, " ".join(text.split())) for term, text in ENTRY.findall(TERMS)]


def order(term: str) -> str:
    """What decides the place in the alphabet: letters, digits and spaces only."""
    return re.sub(r"[^a-z0-9 ]", "", term.casefold().replace("-", " "))


def occurs(words: str, text: str) -> bool:
    """Whether the words are in the text: any case, -ise or -ize, hyphen or none, plural."""
    words, text = (re.sub(r"iz(?=e|ing|ation)", "is", s.casefold()) for s in (words, text))
    parts = re.findall(r"[\w']+", words)
    pattern = r"[\s#_*-]*".join(map(re.escape, parts))
    both = f"{text}\n{text.replace('-', '')}"
    return re.search(rf"(?<![^\W_]){pattern}(?:s|es)?(?![^\W_])", both) is not None


def introduces(term: str, text: str) -> bool:
    """Whether a text has the term, singular or plural, by itself in bold or italics."""
    alone = re.findall(r"(?<![\w*])\*{1,2}(\w[^*]*)\*", re.sub(r"\n# ", " ", text))
    return any(order(words) in (order(term) + end for end in ("", "s", "es")) for words in alone)


def test_every_line_of_the_list_is_an_entry() -> None:
    assert len(ENTRIES) == len(re.findall(r"^- ", TERMS, re.M)) > 90


def test_terms_are_in_alphabetical_order_and_each_is_there_once() -> None:
    terms = [order(entry.term) for entry in ENTRIES]
    assert terms == sorted(terms)
    assert len(terms) == len(set(terms))


def test_a_heading_has_the_letter_of_its_terms() -> None:
    for letter, text in re.findall(r"^## (\w)\n(.+?)(?=^## |\Z)", TERMS, re.M | re.S):
        assert {order(term)[0].upper() for term, _ in ENTRY.findall(text)} == {letter}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)
def test_an_entry_is_short_and_says_where_the_term_is(entry: Entry) -> None:
    assert len(re.findall(r"\w+", REFERENCE.sub("", entry.text))) <= 60
    see = SEE.search(REFERENCE.sub("", entry.text).rstrip())
    assert not see or see[1] in {other.term for other in ENTRIES}, see
    assert entry.places or see, "name a notebook and a section, or another term"
    for notebook, section in entry.places:
        sections = sections_of(notebook)
        assert section in sections, f"section {section} of notebook {notebook}"
        term = re.sub(r" \(.+\)", "", entry.term)
        words = (term, term.split()[0])
        assert any(occurs(one, sections[section]) for one in words), f"not in {notebook}, {section}"
        # A guess, in section 1, may need a term before the notebook explains it.
        before = [one for one in sections if 1 < int(one) < int(section)]
        earlier = [one for one in before if introduces(term, sections[one])]
        assert not earlier, f"notebook {notebook} introduces it in {earlier}"


def test_the_sources_have_the_titles_that_the_notebooks_give_them() -> None:
    rows = re.findall(r"^\| (S\d) \| (.+) \|$", SOURCES, re.M)
    assert [name for name, _ in rows] == ["S0", "S1", "S2", "S3", "S4"]
    page = PAGE.read_text("utf-8")
    notebooks = re.sub(r"\n# ", " ", "".join(source_of(name[2:]) for name in assignments(ROOT)))
    init = " ".join((ROOT / "course_lib/__init__.py").read_text("utf-8").split())
    for name, title in rows:
        assert f"\n## {name} {title}\n" in page
        assert f'{name} "{title}"' in notebooks
        assert f'{name} "{title}"' in init
