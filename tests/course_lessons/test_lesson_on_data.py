"""What the notebook on data trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import data as lesson
from course_lib import preprocessing
from course_lib.plots import Picture


def test_columns_are_chosen_by_the_gap_of_the_groups_and_samples_by_the_closer_mean() -> None:
    t = np.array([0, 0, 1, 1])
    x = np.array([[0.0, 5, 1], [1, 5, 0], [9, 5, 3], [9, 5, 4]])
    assert lesson.most_different(x, t, 2).tolist() == [0, 2]
    assert lesson.closer_group(x, t, x[::-1]).tolist() == [1, 1, 0, 0]


def test_small_tests_scatter_as_the_standard_error_says() -> None:
    p = lesson.answers_of_one_network().mean()
    for m, scores in lesson.scores_of_small_tests((30, 300)).items():
        assert scores.std() == pytest.approx(np.sqrt(p * (1 - p) / m), rel=0.35)


def test_the_last_cloud_is_white() -> None:
    whitened = lesson.clouds()["3 whitened"]
    np.testing.assert_allclose(np.cov(whitened.T, bias=True), np.eye(2), atol=1e-4)


def test_a_tumour_is_classified_better_in_comparable_units() -> None:
    make = preprocessing.standardize
    assert lesson.tumour_accuracy(make, 0.1, 0) > lesson.tumour_accuracy(None, 1e-5, 0)
    assert lesson.tumour_accuracy(make, 0.1, 0) == lesson.tumour_accuracy(make, 0.1, 0)


def test_sorted_batches_are_worse_than_shuffled_and_drawn_ones() -> None:
    make = preprocessing.minibatch_indices
    of = {o: lesson.accuracy_of_order(o, 0, 0.05, make) for o in ("shuffled", "sorted")}
    assert of["sorted"] < 0.3 < 0.9 < of["shuffled"]


def test_photographs_of_a_digit_share_its_label() -> None:
    x, t, of_digit = lesson.photos(3)
    assert x.shape == (1200, 64) and np.bincount(of_digit).tolist() == [3] * 400
    assert np.array_equal(t[::3], t[1::3]) and np.array_equal(t[::3], t[2::3])
    assert not np.array_equal(x[0], x[1]) and np.abs(x[0] - x[1]).max() < 0.5
    assert not np.array_equal(lesson.photos(4)[1], t)


def test_whole_digits_are_held_out_only_where_the_split_says_so() -> None:
    given = []

    def folds(groups, k, rng):
        given.append(len(np.unique(groups)))
        return preprocessing.group_folds(groups, k, rng)

    train = lesson.trainer(folds, preprocessing.minibatch_indices)
    assert train("photos", 1, 5) == lesson.train("photos", 1, 5)
    train("digits", 1, 5)
    assert given == [1200, 400]


def test_the_leak_adds_to_the_score() -> None:
    assert lesson.train("photos", 64, 0) > lesson.train("digits", 4, 0) + 0.1
    assert lesson.train("digits", 4, 0) > lesson.train("digits", 64, 0)


def test_invented_accuracies_have_the_gain_that_the_notebook_states() -> None:
    def mean(split: str, epochs: int) -> float:
        return float(np.mean([lesson.made_up(split, epochs, seed) for seed in range(300)]))

    assert mean("photos", 32) - mean("digits", 4) == pytest.approx(0.25, abs=0.01)
    assert mean("photos", 32) == pytest.approx(0.9, abs=0.015)
    assert mean("digits", 32) == pytest.approx(0.55, abs=0.015)
    for split, best in (("photos", 32), ("digits", 4)):
        of = {epochs: mean(split, epochs) for epochs in lesson.OPTIONS["epochs"]}
        assert max(of, key=lambda e: of[e]) == best


def test_each_figure_says_what_it_shows() -> None:
    figures = {
        "coin: 0.50": lesson.draw_teams({"coin": [0.4, 0.6]}),
        "test sets of 10": lesson.draw_scores(lesson.scores_of_small_tests(), 0.9),
        "Four clouds": lesson.draw_clouds(lesson.clouds()),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
