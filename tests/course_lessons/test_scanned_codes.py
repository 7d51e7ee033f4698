"""The codes of a scanner, whose costs are learned from examples."""

import numpy as np

from course_lessons import scanned_codes
from course_lessons.scanned_codes import FAR, GROUPS, KINDS, NEAR, matches, share_right
from course_lib.losses import edit_distance


def test_the_cheapest_match_is_the_edit_distance() -> None:
    for read, code in (("A1-", "A1-"), ("A1-", "1-a"), ("7Ka", "aK"), ("a-", "A/:7")):
        found = matches(read, code)
        assert found.shape == (len(found), len(KINDS)) and len(np.unique(KINDS)) == 24
        assert found.sum(axis=1).min() == edit_distance(read, code)


def test_a_match_names_the_kinds_of_its_edits() -> None:
    of_one = {tuple(KINDS[k] for k in np.flatnonzero(row)) for row in matches("A", "7")}
    assert of_one == {("capital by digit",), ("insert digit", "delete capital")}
    assert [""] == [" ".join(KINDS[k] for k in np.flatnonzero(matches("A", "A")[-1]))]
    assert set(GROUPS) == {word for kind in KINDS for word in kind.split()} & set(GROUPS)


def test_the_right_code_is_the_cheapest_with_the_costs_of_the_scanner() -> None:
    rng = np.random.default_rng(0)
    costs = scanned_codes.draw_costs(rng)
    drawn = scanned_codes.draw_scans(costs, 60, rng)
    assert share_right(costs, drawn.matches, drawn.right) == 1
    assert share_right(np.ones(24), drawn.matches, drawn.right) < 0.7
    for codes, place in zip(drawn.matches, drawn.right, strict=True):
        more = np.delete([(m @ costs).min() for m in codes], place) - (codes[place] @ costs).min()
        assert (more > NEAR - 1e-9).all() and (more < FAR + 1e-9).all()
    for read, words, of in zip(drawn.read, drawn.codes, drawn.matches, strict=True):
        assert all(np.array_equal(m, matches(read, w)) for m, w in zip(of, words, strict=True))
