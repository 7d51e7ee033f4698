"""What a notebook's text says about results is covered by claims; what is not may only get less."""

from tests.project.unclaimed import complaints, counts, left, lower


def test_no_notebook_states_more_results_without_a_claim_than_are_listed() -> None:
    assert not complaints(counts(), left())


def test_numbers_may_only_get_smaller() -> None:
    allowed = {"ps01": 2, "ps02": 2, "ps03": 2, "ps04": 2}
    present = {"ps01": 2, "ps02": 3, "ps03": 1, "ps04": 0, "ps05": 1}
    said = "\n".join(complaints(present, allowed))
    assert "ps01" not in said
    assert all(f"{name}: " in said for name in ("ps02", "ps03", "ps04", "ps05"))
    assert lower(present, allowed) == {"ps01": 2, "ps02": 2, "ps03": 1}
