"""Links from the notebooks to the glossary: each term where a notebook has it first."""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx

from docs.site import ROOT
from docs.site.pages import anchor_of, terms

CLOSED = (nodes.title, nodes.literal, nodes.literal_block, nodes.reference, nodes.math, nodes.raw)
PAGE = "glossary"
SOURCE = ROOT / "docs" / "glossary.md"
# What sentences write in place of a term that the glossary has in another form.
ALSO = {
    "bias and variance": ("squared bias",),
    "eigenvector and eigenvalue": ("eigenvector", "eigenvalue"),
    "float32 and float64": ("float32", "float64"),
    "Glorot initialisation": ("Glorot's",),
    "He initialisation": ("He's",),
    "LeCun initialisation": ("LeCun's",),
}


def _link_terms(app: Sphinx, tree: nodes.document) -> None:
    name = app.env.current_document.docname
    if not name.startswith("notebooks/ps"):
        return
    app.env.note_dependency(SOURCE)
    spelled = {form: term for term in terms(SOURCE.read_text("utf-8")) for form in forms(term)}
    place = app.builder.get_relative_uri(name, PAGE)
    for text in list(tree.findall(nodes.Text)):
        if not _inside(text, CLOSED):
            parts = list(_parts(str(text), spelled, place))
            if len(parts) > 1:
                text.parent.replace(text, parts)


def _parts(text: str, spelled: dict[str, str], place: str) -> Iterator[nodes.Node]:
    """The text with links; the forms of a term that was linked leave ``spelled``."""
    while spelled:
        longest = sorted(spelled, key=len, reverse=True)
        found = re.search(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})s?(?![\w-])", text)
        if found is None:
            break
        term = spelled[found[1]]
        for form in forms(term):
            del spelled[form]
        yield nodes.Text(text[: found.start()])
        yield nodes.reference(
            "", found[0], refuri=f"{place}#{anchor_of(term)}", internal=True, classes=["term"]
        )
        text = text[found.end() :]
    yield nodes.Text(text)


def forms(term: str) -> set[str]:
    """What sentences write for a term of the glossary: ``bias (of a unit)`` is written bias.

    A sentence may begin with it, and Sphinx has made its apostrophes typographic.
    """
    plain = re.sub(r" \(.*\)$", "", term)
    found = {form.replace("'", "’") for form in (plain, *ALSO.get(term, ()))}
    return found | {form[0].upper() + form[1:] for form in found}


def _inside(node: nodes.Node, kinds: tuple[type[nodes.Element], ...]) -> bool:
    above = node.parent
    while above is not None and not isinstance(above, kinds):
        above = above.parent
    return above is not None


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("doctree-read", _link_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
