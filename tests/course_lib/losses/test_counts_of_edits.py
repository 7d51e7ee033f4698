"""What holds for the edit distance of strings and of trees beyond their definitions."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_lib.losses import edit_distance, tree_distance

words = st.text("abc", max_size=7)
trees = st.recursive(
    st.sampled_from("abc").map(lambda label: [label]),
    lambda children: st.tuples(st.sampled_from("abc"), st.lists(children, max_size=3)).map(
        lambda parts: [parts[0], *parts[1]]
    ),
    max_leaves=6,
)


@given(a=words, b=words, c=words)
def test_the_edit_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


@given(s=trees, t=trees, u=trees)
def test_the_tree_distance_is_a_distance(s: Any, t: Any, u: Any) -> None:
    assert (tree_distance(s, t) == 0) == (s == t)
    assert tree_distance(s, t) == tree_distance(t, s)
    assert tree_distance(s, u) <= tree_distance(s, t) + tree_distance(t, u)


@given(a=words, b=words)
def test_letters_labels_and_leaves_have_the_same_distance(a: str, b: str) -> None:
    labels = [np.array([ord(letter) for letter in word], dtype=int) for word in (a, b)]
    leaves = [["root", *([letter] for letter in word)] for word in (a, b)]
    assert edit_distance(*labels) == edit_distance(list(a), list(b)) == edit_distance(a, b)
    assert tree_distance(*leaves) == edit_distance(a, b)
