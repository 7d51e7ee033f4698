"""What the notebook "A first network" trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import first_network as lesson
from course_lib.gradient_check import numerical_gradient
from course_lib.plots import Picture
from course_lib.preprocessing import one_hot


def test_the_test_images_are_others_than_those_for_training() -> None:
    data = lesson.digits()
    assert data.images.shape == (1077, 8, 8) and data.images_test.shape == (360, 8, 8)
    same = (data.images[:, None] == data.images_test).all(axis=(2, 3))
    assert not same.any()
    assert len(np.unique(data.labels_test)) == len(np.unique(data.labels)) == 10


def test_perfect_predictions_of_the_wrong_shape_have_the_loss_two() -> None:
    t = lesson.patients()
    assert t.shape == (442,)
    assert np.mean((t[:, None] - t) ** 2) == pytest.approx(2)


def test_a_model_trained_with_the_wrong_shape_predicts_the_mean() -> None:
    found, t = lesson.fits()
    right, wrong = found.values()
    assert right.predicted.shape == wrong.predicted.shape == t.shape
    assert np.corrcoef(right.predicted, t)[0, 1] > 0.6
    assert wrong.predicted.std() < 0.1 < right.predicted.std()
    assert wrong.losses[-1] == pytest.approx(1, abs=0.02)


def test_gradients_agree_with_finite_differences() -> None:
    rng = np.random.default_rng(0)
    weights = tuple(w.astype(float) + rng.normal(size=w.shape) for w in lesson.initial(3, rng))
    images, d = rng.normal(size=(5, 8, 8)), rng.normal(size=(5, 10))
    z, y = lesson.scores_of(weights, images)
    found = lesson.gradients(images, z, y, d, weights)
    for place, gradient in enumerate(found):

        def loss(value: np.ndarray, place: int = place) -> float:
            changed = (*weights[:place], value, *weights[place + 1 :])
            return float(np.mean((lesson.scores_of(changed, images)[1] - d) ** 2))

        measured = numerical_gradient(loss, weights[place], 1e-6)
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-8)


def test_a_training_learns_with_the_rows_that_it_is_given() -> None:
    run = lesson.train(one_hot, steps=300)
    again = lesson.train(one_hot, steps=300)
    assert lesson.test_accuracy(run.weights) == run.accuracies[299] > 0.85
    assert np.array_equal(run.losses, again.losses)
    assert [w.dtype for w in run.weights] == [np.dtype("float32")] * 4

    def rotated(labels: np.ndarray, n_classes: int) -> np.ndarray:
        return one_hot((labels + 1) % n_classes, n_classes)

    assert lesson.test_accuracy(lesson.train(rotated, steps=300).weights) < 0.1


def test_times_are_of_the_cpu_alone_where_there_is_no_gpu() -> None:
    found = lesson.times("cpu", n=50)
    assert list(found) == ["CPU"] and found["CPU"] > 0


def test_figures_have_alternative_texts_that_name_what_they_show() -> None:
    data, run = lesson.digits(), lesson.train(one_hot, steps=100)
    _, y = lesson.scores_of(run.weights, data.images_test)
    image = data.images_test[0]
    pictures = [
        lesson.draw_differences(lesson.patients()),
        lesson.draw_fits(*lesson.fits(20)),
        lesson.draw_training(run),
        lesson.draw_answers(data.images_test, data.labels_test, y),
        lesson.draw_neighbours([(image, image)], [("2, network: 3", "nearest: 2")]),
        lesson.draw_neighbours([], []),
    ]
    assert all(isinstance(picture, Picture) for picture in pictures)
    assert "2, network: 3" in pictures[4].alt


def test_answers_are_drawn_even_if_none_is_wrong() -> None:
    data = lesson.digits()
    right = one_hot(data.labels_test, 10)
    assert "with answer" in lesson.draw_answers(data.images_test, data.labels_test, right).alt
