"""What the notebook on distances between structures measures and draws."""

import numpy as np
import pytest

from course_lessons import structures as lesson
from course_lib.losses import edit_distance, soft_dtw, tree_distance
from course_lib.plots import Picture


def two_humps() -> tuple[np.ndarray, np.ndarray]:
    return np.array([0.0, 1, 2, 1, 0, 0])[:, None], np.array([0.0, 0, 0, 1, 2, 1])[:, None]


def test_each_typed_word_is_one_edit_from_its_term() -> None:
    assert all(edit_distance(typed, word) == 1 for typed, word in lesson.typed())
    assert {word for _, word in lesson.typed()} == set(lesson.TERMS.split())


def test_places_that_differ_count_those_that_one_string_lacks() -> None:
    assert lesson.places_that_differ("graph", "grapes") == 2
    assert lesson.places_that_differ("radient", "gradient") == 8


def test_a_perfect_distance_corrects_all_words() -> None:
    right = dict(lesson.typed())
    assert lesson.corrected(lambda typed, word: right[typed] != word) == 1
    assert lesson.corrected(lambda typed, word: 0.0) == pytest.approx(1 / 56)


def test_the_list_of_alignments_agrees_with_the_table() -> None:
    x, y = two_humps()
    for gamma in (0.1, 1.0):
        dx = soft_dtw(x, y, gamma)[1]
        E = lesson.cell_probabilities(x, y, gamma)
        assert 2 * np.sum(E[:, :, None] * (x[:, None] - y[None]), axis=1) == pytest.approx(dx)


def test_the_squared_error_predicts_the_mean_and_soft_dtw_a_pulse() -> None:
    up, down = lesson.learn_recordings(lesson.squared_error, 1)
    assert up.max() < 0.5 and down.min() > -0.5
    assert lesson.learn_recordings(lambda z, y: soft_dtw(z, y, 0.1), 1)[0].max() > 0.7


def test_answers_have_the_distances_that_the_notebook_states() -> None:
    found = {key: tree_distance(lesson.CORRECT, tree) for key, tree in lesson.ANSWERS.items()}
    assert found == {"(a+b)·d": 1, "a+b·c": 6, "(x−y)·z": 4}


def test_the_distance_of_graphs_does_not_depend_on_the_numbers_of_the_nodes() -> None:
    found = [lesson.graph_distance(lesson.GRAPHS["ring"], B) for B in lesson.GRAPHS.values()]
    assert found == [0, 0, 4, 1]


def test_each_figure_says_what_it_shows() -> None:
    x, y = two_humps()
    curves = np.linspace(-0.5, 0.38, 32).reshape(2, 16)
    figures = {
        "contains 3": lesson.draw_edit_table(edit_distance, "kitten", "sitting"),
        "squares: 1": lesson.draw_tree_match(["+", ["a"]], ["+", ["b"], ["c"]], [(0, 0), (1, 1)]),
        "chain: 3 and 1": lesson.draw_numbered(dict.fromkeys(lesson.GRAPHS, (3.0, 1.0))),
        "cells above 0.1": lesson.draw_cells(x, y, (0.1, 10.0)),
        "loss: 0.38": lesson.draw_predictions(dict.fromkeys(("one", "a loss"), curves)),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt


def test_a_wrong_distance_is_drawn_too() -> None:
    assert lesson.draw_edit_table(lambda a, b: 7, "ab", "abc").alt
