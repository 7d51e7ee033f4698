"""What the notebook on learned distances trains, measures and draws."""

from typing import Any

import numpy as np
import pytest

from course_lessons import distances as lesson
from course_lib.losses import triplet_loss
from course_lib.plots import Picture
from grader.checking.contract.registry import find


def test_a_training_is_repeated_by_its_seed() -> None:
    assert lesson.train(4, 3.0, 3) == lesson.train(4, 3.0, 3) > 0.85


def test_the_table_holds_the_trainings_of_the_lesson() -> None:
    exercise = find("negatives_experiment")
    table = np.load(exercise.table) / 10_000
    assert table[2, 3, 7] == pytest.approx(lesson.train(4, 3.0, 7), abs=0.03)


def test_a_negative_is_the_nearest_of_its_candidates() -> None:
    rng = np.random.default_rng(0)
    table, labels = rng.random((30, 30)), rng.integers(0, 3, 30)
    masked = np.where(labels[:, None] == labels, np.inf, table)
    every = lesson.among(30, table, labels, rng, lesson.smallest)
    assert np.array_equal(every, masked.argmin(axis=1))
    drawn = [lesson.among(1, table, labels, rng, lesson.smallest) for _ in range(300)]
    assert all(np.all(labels[k] != labels) for k in drawn)
    others = np.flatnonzero(labels != labels[0])
    assert set(others) == {int(k[0]) for k in drawn}  # each of them is drawn at some time


def test_wrong_labels_change_the_training_and_right_ones_the_test() -> None:
    right, wrong = (lesson.accuracy(40, 1.0, 0, wrong=share) for share in (0.0, 0.3))
    assert right > 0.9 and wrong < 0.7


def test_a_loss_of_pairs_gets_both_pairs_of_a_triplet() -> None:
    a, p, n = (np.full((2, 3), number) for number in (1.0, 2.0, 4.0))

    def loss(a: np.ndarray, b: np.ndarray, same: np.ndarray, margin: float) -> tuple[Any, ...]:
        return margin * b[0, 0], same[:, None] * a + b, b

    value, da, dp, dn = lesson.as_pairs(loss)(a, p, n, 0.5)
    assert value == 3.0 and np.array_equal(da, a + p + n)
    assert np.array_equal(dp, p) and np.array_equal(dn, n)


def test_each_kind_of_negatives_has_a_margin_from_other_seeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    best = {1: 0.3, lesson.BATCH: 3.0}

    def accuracy(count: int, margin: float, seed: int, **own: Any) -> float:
        return float(margin == best[count]) if seed >= 10 else margin

    monkeypatch.setattr(lesson, "accuracy", accuracy)
    assert lesson.reached(triplet_loss, lesson.smallest) == pytest.approx((0.3, 3.0))


def test_distances_are_euclidean() -> None:
    a, b = np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([[0.0, 0.0]])
    assert lesson.distances(a, b) == pytest.approx(np.array([[5.0], [0.0]]))


def test_pixels_of_digits_need_no_network() -> None:
    assert lesson.by_pixels() == pytest.approx(0.99, abs=0.006)


def test_invented_accuracies_have_the_gain_that_the_notebook_states() -> None:
    def gain(margin: float) -> float:
        pairs = [lesson.made_up(4, 3.0, s) - lesson.made_up(1, margin, s) for s in range(400)]
        return float(np.mean(pairs))

    assert gain(0.3) == pytest.approx(0.01, abs=0.004)
    assert gain(3.0) == pytest.approx(0.07, abs=0.004)
    assert np.mean([lesson.made_up(32, 3.0, s) for s in range(400)]) < 0.8


def test_views_keep_the_picture_and_exchange_its_colours() -> None:
    rng = np.random.default_rng(0)
    pictures = lesson.emoji()[0][:20]
    rows = lesson.view(pictures, rng)
    assert rows.shape == (20, 768) and rows.dtype == np.float32
    plain = lesson.view(np.repeat(pictures[:1], 20, axis=0), rng, colours=False)
    assert len(np.unique(plain.round(4), axis=0)) > 5


def test_pixels_find_a_picture_itself() -> None:
    found = lesson.found()
    assert set(found) == set(lesson.CHANGES)
    _, new = lesson.emoji()
    rows = lesson.rows_of(new[:50])
    assert np.array_equal(lesson.nearest_by_cosine(rows, rows), np.arange(50))


def test_networks_that_learn_from_views_need_no_labels() -> None:
    calls = []

    def loss(a: np.ndarray, b: np.ndarray, temperature: float) -> tuple[float, ...]:
        calls.append((a.shape, temperature))
        return 0.0, 0 * a, 0 * b

    lesson.learn_views(loss, 0, steps=2)
    assert calls == [((125, 32), 0.2)] * 2


def test_each_figure_says_what_it_shows() -> None:
    places = {0: lesson.digits()[2][:, :2], 5: lesson.digits()[2][:, 10:12]}
    one = dict.fromkeys(lesson.CHANGES, 0.25)
    figures = {
        "originals are found": lesson.draw_found(),
        "overlap in one cloud": lesson.draw_embedding(places),
        "quarter turn 0.25": lesson.draw_changes(
            {"pixels": [one], "learned": [one, one], "others": [one]}
        ),
        "all labels right: 0.50": lesson.draw_candidates(
            {"all labels right": np.full((6, 2), 0.5)}
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
