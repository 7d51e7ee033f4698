"""What the notebook on learned distances trains, measures and draws."""

from typing import Any

import numpy as np
import pytest

from course_lessons import distances as lesson
from course_lib.losses import triplet_loss
from course_lib.plots import Picture


def test_a_training_is_repeated_by_its_seed() -> None:
    assert lesson.accuracy(4, 3.0, 3) == lesson.accuracy(4, 3.0, 3) > 0.85


def test_new_pictures_of_two_cameras_come_from_two_other_groups() -> None:
    x, _ = lesson.small_emoji()
    a, b, new_a, new_b = lesson.two_cameras(np.random.default_rng(0), pictures=50, new=20)
    assert a.shape == b.shape == (50, 192) and new_a.shape == new_b.shape == (20, 192)
    assert a.dtype == np.float32 and not np.allclose(a, b, atol=0.1)
    # A camera keeps which pixels of a picture have the same colour.
    same = [(rows[0].reshape(64, 1, 3) == rows[0].reshape(1, 64, 3)).all(axis=2) for rows in (a, b)]
    assert same[0].sum() == same[1].sum() > 64
    again = lesson.two_cameras(np.random.default_rng(0), pictures=50, new=20)
    assert np.array_equal(a, again[0]) and len(x) == 2120


def test_two_cameras_are_learned_better_with_hard_negatives() -> None:
    def hard(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return np.where(np.eye(len(table), dtype=bool), np.inf, table).argmin(axis=1)

    shares = [lesson.learn_cameras(triplet_loss, way, 0, steps=150) for way in (None, hard)]
    assert shares[0] + 0.1 < shares[1] and shares[1] > 0.5


def test_a_share_is_found_by_the_largest_cosine() -> None:
    points = np.eye(4)
    assert lesson.share_found(3 * points, points) == 1
    assert lesson.share_found(points[[0, 1, 3, 2]], points) == 0.5


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


def test_distances_are_euclidean() -> None:
    a, b = np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([[0.0, 0.0]])
    assert lesson.distances(a, b) == pytest.approx(np.array([[5.0], [0.0]]))


def test_pixels_of_digits_need_no_network() -> None:
    assert lesson.by_pixels() == pytest.approx(0.99, abs=0.006)


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
    one = dict.fromkeys(lesson.CHANGES, 0.25)
    figures = {
        "originals are found": lesson.draw_found(),
        "Two rows of six": lesson.draw_cameras(),
        "quarter turn 0.25": lesson.draw_changes(
            {"pixels": [one], "learned": [one, one], "others": [one]}
        ),
        "all labels right: 0.50": lesson.draw_candidates(
            {"all labels right": np.full((6, 2), 0.5)}
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
