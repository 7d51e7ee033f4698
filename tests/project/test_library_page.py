"""What docs/students.md shows of a student's file is what the notebooks of today have."""

from tests.browser.library import PAGE, library, listing


def test_the_page_lists_the_functions_of_today() -> None:
    assert listing(library()) in PAGE.read_text("utf-8")
