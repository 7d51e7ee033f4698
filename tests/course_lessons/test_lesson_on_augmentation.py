"""What the notebook on augmentation trains, measures and draws."""

import numpy as np

from course_lessons import augmentation as lesson
from course_lib.augmentation import rotate, sample
from course_lib.plots import Picture


def test_a_training_is_repeated_by_its_seed() -> None:
    assert lesson.train(0.4, 0.1, 3) == lesson.train(0.4, 0.1, 3) > 0.5


def test_images_are_changed_by_their_own_numbers() -> None:
    x = lesson.digits()[2][:3]
    none = np.zeros((4, 3))
    np.testing.assert_allclose(lesson.changed_by(x, none), x, atol=1e-6)
    one = none.copy()
    one[0, 1] = 2.0  # 90 degrees
    changed = lesson.changed_by(x, one)
    np.testing.assert_allclose(changed[[0, 2]], x[[0, 2]], atol=1e-6)
    np.testing.assert_allclose(changed[1], np.rot90(x[1], axes=(1, 2)), atol=1e-4)
    one = none.copy()
    one[3] = 2 / 3  # one pixel to the right
    np.testing.assert_allclose(lesson.changed_by(x, one)[..., 1:], x[..., :-1], atol=1e-5)


def test_the_camera_shows_the_test_digits_changed() -> None:
    pictures, labels = lesson.camera()
    _, _, x, t = lesson.digits()
    assert pictures.shape == x.shape and np.array_equal(labels, t)
    assert not np.allclose(pictures, x)


def test_the_scanner_turns_clockwise_and_moves_to_the_right() -> None:
    x, t = lesson.scanned(400, np.random.default_rng(0))
    assert x.shape == (400, 1, 18, 18) and np.all(np.bincount(t) == 40)
    columns = np.arange(18) - 8.5
    right = (x.sum(axis=(1, 2)) * columns).sum(axis=1) / x.sum(axis=(1, 2, 3))
    assert 1.5 < right.mean() < 2.5 and right.min() > -2
    ones = x[t == 1, 0]
    lean = [np.sum(one * np.outer(columns, columns)) for one in ones - ones.mean()]
    assert np.mean(lean) < 0  # the upper end is on the right


def test_a_network_reaches_more_with_the_changes_of_the_scanner() -> None:
    rng = np.random.default_rng(0)
    (x, t), (x_new, t_new) = lesson.upright(200, rng), lesson.scanned(300, rng)
    assert lesson.reached([x], t, x_new, t_new, 0) < 0.5
    assert lesson.reached([np.full_like(x, np.nan)], t, x_new, t_new, 0) < 0.3
    seen = [lesson.changed_by(x, np.stack([-u, 0 * u, 0 * u, 2 * u])) for u in rng.random((9, 200))]
    assert lesson.reached(seen, t, x_new, t_new, 0) > 0.5


def test_what_changes_reach_is_printed(capsys, monkeypatch) -> None:
    def own_changes(images, rng):
        raise NotImplementedError

    lesson.try_changes(own_changes)
    assert capsys.readouterr().out == "`own_changes` is not written yet.\n"
    monkeypatch.setattr(lesson, "reached", lambda *given: len(given[0]) / 100)
    lesson.try_changes(lambda images, rng: images, seeds=(3,))
    assert capsys.readouterr().out == "seed 3: 0.200 of the validation images\n"


def test_a_longer_training_lets_larger_changes_help() -> None:
    assert lesson.train(1, 0.03, 0, epochs=60) > lesson.train(1, 0.03, 0) + 0.1


def test_validation_copies_divide_as_they_should() -> None:
    orders = lesson.two_orders(lambda images, rng: rotate(images, 15, rng))
    first, proper = (values.mean(axis=0) for values in orders.values())
    assert first[0] > first[1] + 0.05
    assert abs(proper[0] - proper[1]) < 0.08


def test_every_figure_has_a_text() -> None:
    x, t, _, _ = lesson.digits()
    network, history = lesson.trained(x[:100], t[:100], 0, epochs=2, validation=(x[:50], t[:50]))
    by = [-1.0, 0.0, 1.0]
    found = {"a": lesson.shifted_accuracy([network], sample, by)}
    table = lesson.confusions(network, x, t)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    photo = lesson.photograph()
    pictures = [
        lesson.draw_shifts(by, found),
        lesson.draw_losses({"a": history, "b": history}),
        lesson.draw_digits(np.stack([np.diag(table), np.diag(table) + 0.1])),
        lesson.draw_scanned(photo[:, :1], photo[:, :1], count=1),
        lesson.draw_patches(photo, photo[..., :40, :40]),
        lesson.draw_changes(
            sample, lambda change, amount, H, W: np.mgrid[:H, :W] * 1.0, {"shift": 1.0}
        ),
    ]
    assert all(isinstance(picture, Picture) and picture.alt for picture in pictures)
