"""What notebook 08 draws, and what a submission is told of the images that judge it."""

import numpy as np

from course_lessons import own_network as lesson
from grader.checking.contract.registry import find
from grader.checking.contract.wire import Unusable, from_bytes, to_bytes


def test_a_seed_draws_the_same_images_and_another_seed_others():
    (x, t), (again, _), (other, _) = (
        lesson.fresh_digits(40, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(x, again)
    assert x.shape == (40, lesson.SIDE**2) and np.all(np.bincount(t) == 4)
    assert not np.isin(other.ravel(), x.ravel()).all() and np.ptp(x, axis=1).min() > 0.3


def test_each_way_of_writing_a_digit_is_drawn_with_ink_on_an_empty_edge():
    t = np.repeat(np.arange(10), 30)
    ink = lesson.ink(t, np.random.default_rng(0)).reshape(-1, lesson.SIDE, lesson.SIDE)
    assert ink.min() >= 0 and ink.max() <= 1
    assert np.all(ink.max(axis=(1, 2)) > 0.8)  # in each image a pixel lies under the pen
    assert np.all(np.median(ink, axis=(1, 2)) < 0.2)  # and most of it is paper


def test_light_is_a_sum_of_six_waves():
    fields = lesson.light(50, np.random.default_rng(0))
    assert np.linalg.matrix_rank(fields) == 6


def test_the_sets_of_the_notebook_are_copies():
    first = lesson.digits()
    first.x_train[:] = 0
    again = lesson.digits()
    assert np.ptp(again.x_train) > 1
    assert len(again.x_train) == 3000 and len(again.t_validation) == 1000


def test_the_nearest_neighbour_is_the_nearest():
    x, t = lesson.fresh_digits(30, np.random.default_rng(0))
    new, _ = lesson.fresh_digits(5, np.random.default_rng(1))
    by_loop = [t[np.argmin([np.linalg.norm(one - row) for row in x])] for one in new]
    np.testing.assert_array_equal(lesson.nearest_neighbour(x, t, new), by_loop)


def test_what_is_printed_before_a_function_is_written(capsys):
    def recognise(x_train, t_train, x_new, rng):
        raise NotImplementedError

    data = lesson.digits()
    lesson.print_accuracies(recognise, data)
    assert capsys.readouterr().out == "`recognise` is not written yet.\n"
    lesson.print_accuracies(lambda x, t, new, rng: data.t_validation, data, seeds=(4,))
    assert capsys.readouterr().out == "seed 4: 1.000\n"


def test_the_labels_of_the_judges_images_do_not_travel():
    """What is sent to a submission: images and a seed for its training, which draws neither."""
    first, second = find("recognise").draw(np.random.default_rng(3))
    sent = from_bytes(to_bytes(first))
    assert sent["truth"] == Unusable("kept by the judge")
    assert sent.keys() == {"about", "x_train", "t_train", "x_new", "seed", "truth"}
    assert not np.array_equal(first["x_new"], second["x_new"])
    drawn, _ = lesson.fresh_digits(len(first["x_new"]), np.random.default_rng(sent["seed"]))
    assert not np.array_equal(drawn, sent["x_new"])
