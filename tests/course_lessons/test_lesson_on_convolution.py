"""What the notebook on convolution and pooling draws and trains."""

import numpy as np
import pytest

from course_lessons import convolution as lesson
from course_lessons.pairs import CallsSpent
from course_lessons.unknown_pooling import (
    CALLS,
    FAULTS,
    RULES,
    UnknownPooling,
    random_pooling,
    tell_apart,
)
from course_lib import functional
from course_lib.plots import Picture


def pooling(fault="", one=0, **more):
    numbers = random_pooling(np.random.default_rng(0), fault or "ties", one) | {"fault": fault}
    return UnknownPooling(numbers | more)


def dx_of(unknown, x, size, stride):
    """The gradient with dy = 1, 2, 3, …, and the library's."""
    y, cache = functional.max_pool2d_forward(x, size=size, stride=stride)
    dy = np.arange(1.0, y.size + 1).reshape(y.shape)
    return unknown.backward(dy, x, size, stride), functional.max_pool2d_backward(dy, cache)


@pytest.mark.parametrize("rule", RULES)
def test_a_right_pooling_agrees_with_the_library_where_pixels_differ(rule):
    x = np.random.default_rng(1).normal(size=(2, 3, 7, 6))
    for size, stride in ((3, 2), (2, 2), (2, 3), (3, 1)):
        np.testing.assert_allclose(*dx_of(pooling(rule=rule), x, size, stride))


@pytest.mark.parametrize("rule", RULES)
def test_equally_large_pixels_share_the_gradient_of_their_window(rule):
    x = np.zeros((2, 2, 4, 4))
    dx, wanted = dx_of(pooling(rule=rule), x, 2, 2)
    windows = [d.reshape(2, 2, 2, 2, 2, 2).sum(axis=(3, 5)) for d in (dx, wanted)]
    np.testing.assert_allclose(*windows)
    assert np.allclose(dx, wanted) == (rule == "first")


ONE_ROW = np.array([[[[1.0, 1, 0], [0, 0, 0], [0, 0, 0]]]])  # two equally large pixels
ALL = np.zeros((1, 1, 3, 3))
CORNER = np.array([[[[1.0, 1, 0], [1, 0, 0], [0, 0, 0]]]])
SHARES = {  # of the images above, by poolings of the kinds 0 and 1
    "too much": ((0, 0, 0), (2, 9, 3)),
    "smaller": ((1, 1, 1), (1, 1, 1)),
    "sign": ((1, 1, 1), (1, 1, 1)),
    "lines": ((2, 3, 2), (1, 3, 2)),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("one", [0, 1])
def test_a_fault_shows_where_pixels_tie_alone(fault, one, rule):
    unknown = pooling(fault, one, rule=rule)
    different = np.random.default_rng(2).normal(size=(2, 3, 6, 7))
    np.testing.assert_allclose(*dx_of(unknown, different, 3, 2))
    sums = [dx_of(unknown, x, 3, 1)[0].sum() for x in (ONE_ROW, ALL, CORNER)]
    np.testing.assert_allclose(sums, SHARES[fault][one])


@pytest.mark.parametrize("one", [0, 1])
def test_smaller_pixels_and_negative_shares(one):
    dx, _ = dx_of(pooling("smaller", one, rule="first"), ONE_ROW, 3, 1)
    assert dx[0, 0, 2, 2] > 0 and dx[0, 0, 0, 0] >= dx[0, 0, 2, 2]
    dx, _ = dx_of(pooling("sign", one, rule="first"), ONE_ROW, 3, 1)
    assert (dx.min() < 0) == (one == 1)
    dx, _ = dx_of(pooling("sign", one, rule="first"), CORNER, 3, 1)
    assert dx[0, 0, 0, 0] == 2 and dx[0, 0, 1, 0] == -1


@pytest.mark.parametrize("fault", FAULTS)
def test_some_faults_need_a_number_of_equally_large_pixels(fault):
    images = [np.ravel([1.0] * k + [0] * (4 - k))[[0, 2, 3, 1]] for k in (2, 3, 4)]
    images = [np.reshape(x, (1, 1, 2, 2)) for x in images]
    shown = set()
    for one in range(8, 16):
        faulty = [dx_of(pooling(fault, one), x, 2, 2)[0] for x in images]
        right = [dx_of(pooling("", one), x, 2, 2)[0] for x in images]
        differ = [not np.allclose(*pair) for pair in zip(faulty, right, strict=True)]
        assert sum(differ) <= 1
        shown |= {k for k, d in zip((2, 3, 4), differ, strict=True) if d}
    assert shown == ({2, 3} if fault == "smaller" else {2, 3, 4})


def test_a_pooling_refuses_what_is_too_much_or_does_not_fit():
    one = pooling()
    for _ in range(CALLS):
        one.backward(np.ones((1, 1, 1, 1)), np.ones((1, 1, 2, 2)), 2, 2)
    with pytest.raises(CallsSpent, match="4 backward passes"):
        one.backward(np.ones((1, 1, 1, 1)), np.ones((1, 1, 2, 2)), 2, 2)
    with pytest.raises(ValueError, match="expected one number a window"):
        pooling().backward(np.ones((1, 1, 2, 1)), np.ones((1, 1, 2, 2)), 2, 2)
    with pytest.raises(ValueError, match="at most 1000"):
        pooling().backward(np.ones((1, 1, 20, 20)), np.ones((1, 1, 40, 40)), 2, 2)
    with pytest.raises(ValueError, match="do not fit"):
        pooling().backward(np.ones((1, 1, 1, 1)), np.ones((1, 1, 2, 2)), 3, 1)


def test_a_comparison_tells_some_pairs_apart_and_counts_them_without_names(capsys):
    x = np.zeros((1, 1, 4, 4))
    found = tell_apart(lambda pooling: dx_of(pooling, x, 2, 2)[0].sum() == 10, pairs=2)
    assert found == {"too much": 2, "smaller": 0, "sign": 0, "lines": 2} and list(found) == [
        *FAULTS
    ]
    said = capsys.readouterr().out
    assert "fault 4:  2 of 2" in said and "lines" not in said


def test_gradients_are_compared_with_central_differences(capsys):
    good = lesson.compare_gradients(functional.conv2d_forward, functional.conv2d_backward)
    assert list(good) == ["dx", "dW", "db"] and max(good.values()) < 1e-6

    def halved(du, cache):
        dx, dW, db = functional.conv2d_backward(du, cache)
        return dx, dW / 2, db

    assert lesson.compare_gradients(functional.conv2d_forward, halved)["dW"] > 0.1
    assert "dW: relative error" in capsys.readouterr().out


def test_the_outputs_of_the_filters_are_recognised():
    def filter_image(image, weights):
        windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)
        return np.sum(windows * weights, axis=(2, 3))

    assert lesson.recognise(filter_image) == "".join(lesson.SHUFFLED)


def test_a_training_reports_the_test_images_of_each_seed(monkeypatch):
    monkeypatch.setattr(lesson, "SEEDS", range(2))
    accuracies = lesson.reached_in_tests("perceptron", shuffled=True, epochs=1)
    assert accuracies.shape == (2,) and np.all(accuracies > 1 / 8)
    x = np.arange(2 * 3 * 256.0).reshape(2, 3, 16, 16)
    mixed = lesson.permuted(x, 0).reshape(2, 3, 256)
    assert np.array_equal(np.sort(mixed[0, 0]), x[0, 0].ravel())
    assert np.array_equal(mixed[1, 2] - mixed[0, 0], np.full(256, 5 * 256.0))


def test_each_figure_says_what_it_shows():
    rows = {("convolutional", "as they are"): np.array([0.3, 0.4])}
    figures = {
        "train": lesson.draw_filters(),
        "nine columns": lesson.draw_matrix(),
        "x3": lesson.draw_uses(),
        "0.35": lesson.draw_accuracies(rows),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
