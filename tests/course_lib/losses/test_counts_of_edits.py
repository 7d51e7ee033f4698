"""The edit distance of strings, arrays and trees is one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_lib.losses import edit_distance, tree_distance

words = st.text("abc", max_size=7)


@given(a=words, b=words)
def test_letters_labels_and_leaves_have_the_same_distance(a: str, b: str) -> None:
    labels = [np.array([ord(letter) for letter in word], dtype=int) for word in (a, b)]
    leaves = [["root", *([letter] for letter in word)] for word in (a, b)]
    assert edit_distance(*labels) == edit_distance(list(a), list(b)) == edit_distance(a, b)
    assert tree_distance(*leaves) == edit_distance(a, b) == edit_distance(b, a)
