"""What others rely on: how to cite, how to report, which names stay."""

import dataclasses
import re

import yaml

import course_lib
from grader import checking
from grader.authoring.distribution import released_on
from grader.settings import Settings
from tests.project import ROOT

# Of the Citation File Format 1.2.0 (its schema.json): the keys of the file and of an entity.
REQUIRED = {"authors", "cff-version", "message", "title"}
KEYS = REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
    *("license", "license-url", "preferred-citation", "references", "repository"),
    *("repository-artifact", "repository-code", "type", "url", "version"),
}
ENTITY = {
    *("address", "alias", "city", "country", "date-end", "date-start", "email", "fax"),
    *("location", "name", "orcid", "post-code", "region", "tel", "website"),
}


def test_the_citation_file_has_the_keys_of_its_format() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert set(citation) <= KEYS and set(citation) >= REQUIRED
    assert citation["cff-version"] == "1.2.0" and citation["type"] in {"software", "dataset"}
    for author in citation["authors"]:
        assert "name" in author and set(author) <= ENTITY
    assert all(isinstance(keyword, str) for keyword in citation["keywords"])


def test_the_citation_agrees_with_the_licence_and_the_readme() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert licence.startswith(f"{citation['license']} License")
    assert all(author["name"] in licence for author in citation["authors"])
    assert (ROOT / "README.md").read_text("utf-8").startswith(f"# {citation['title']}\n")


def test_the_citation_names_the_version_and_its_date() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == course_lib.__version__
    assert citation["date-released"] == released_on(ROOT, course_lib.__version__).date()


def test_the_page_on_public_names_has_what_students_and_settings_use() -> None:
    page = (ROOT / "docs/public_api.md").read_text("utf-8")
    for name in checking.__all__:
        assert f"`{name}`" in page, name
    sections = {field.name for field in dataclasses.fields(Settings)} - {"root"}
    assert set(re.findall(r"`\[(\w+)\]`", page)) == sections
