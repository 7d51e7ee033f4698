"""What the notebook on augmentation trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import augmentation as lesson
from course_lib.augmentation import rotate, sample
from course_lib.plots import Picture
from grader.checking.contract.registry import find


def test_a_training_is_repeated_by_its_seed() -> None:
    assert lesson.train(0.4, 0.1, 3) == lesson.train(0.4, 0.1, 3) > 0.5


def test_the_table_holds_the_trainings_of_the_lesson() -> None:
    exercise = find("strength_experiment")
    table = np.load(exercise.table) / 10_000
    assert table[2, 3, 7] == pytest.approx(lesson.train(0.4, 0.1, 7), abs=0.04)
    assert table[0, 3, 7] == pytest.approx(lesson.train(0, 0.1, 7), abs=0.04)


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


def test_invented_accuracies_have_the_gains_that_the_notebook_states() -> None:
    def gain(strength: float, lr: float) -> float:
        pairs = [
            lesson.made_up(strength, lr, seed) - lesson.made_up(0, 0.03, seed)
            for seed in range(600)
        ]
        return float(np.mean(pairs))

    assert gain(0.6, 0.1) == pytest.approx(0.02, abs=0.004)
    assert gain(0.6, 0.03) == pytest.approx(-0.01, abs=0.004)


def test_a_rehearsal_says_what_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    def plan(trial: lesson.Trials) -> tuple[float, float, float]:
        trial(0.6, 0.1, 0)
        return 0.6, -0.1, 0.1

    lesson.rehearse(plan)
    said = capsys.readouterr().out
    assert "1 of 30" in said and "true gain of this strength is 0.02" in said


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
        lesson.draw_mirror(*lesson.mnist()),
        lesson.draw_patches(photo, photo[..., :40, :40]),
        lesson.draw_changes(
            sample, lambda change, amount, H, W: np.mgrid[:H, :W] * 1.0, {"shift": 1.0}
        ),
    ]
    assert all(isinstance(picture, Picture) and picture.alt for picture in pictures)
