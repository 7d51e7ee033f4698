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


SHOWS = {  # a call that shows the fault, and one that hides it: shape, size, stride
    "overlap": (((1, 1, 7, 7), 3, 2), ((2, 2, 6, 6), 2, 2)),
    "gaps": (((1, 1, 8, 8), 2, 3), ((2, 2, 5, 6), 3, 2)),
    "left over": (((1, 1, 6, 6), 3, 2), ((2, 2, 7, 5), 3, 2)),
    "first of all": (((2, 2, 4, 4), 2, 2), ((1, 1, 4, 6), 2, 2)),
}


@pytest.mark.parametrize("fault", SHOWS)
@pytest.mark.parametrize("one", [0, 1])
def test_a_fault_shows_in_some_calls_alone(fault, one):
    for is_seen, (shape, size, stride) in zip((True, False), SHOWS[fault], strict=True):
        x = np.random.default_rng(2).normal(size=shape)
        dx, wanted = dx_of(pooling(fault, one), x, size, stride)
        assert np.allclose(dx, wanted) != is_seen


@pytest.mark.parametrize("one", [0, 1])
def test_ties_and_sides_have_two_kinds(one):
    high = np.random.default_rng(3).normal(size=(1, 1, 8, 4))
    both = high, high.swapaxes(2, 3)
    seen = [not np.allclose(*dx_of(pooling("one side", one), x, 2, 2)) for x in both]
    assert seen == ([False, True] if one else [True, False])
    dx, wanted = dx_of(pooling("ties", one), np.zeros((1, 1, 2, 2)), 2, 2)
    assert dx.sum() == (4 if one else 0) and wanted.sum() == 1


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
    x = np.random.default_rng(0).normal(size=(2, 2, 4, 4))
    found = tell_apart(lambda pooling: np.allclose(*dx_of(pooling, x, 2, 2)), pairs=2)
    assert list(found) == list(FAULTS) and found["first of all"] == 2
    assert sum(found.values()) == 2
    said = capsys.readouterr().out
    assert "fault 5:  2 of 2" in said and "first" not in said


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


def test_a_search_reports_the_test_images_of_each_seed(monkeypatch):
    monkeypatch.setattr(lesson, "SEEDS", range(2))
    accuracies = lesson.search("perceptron", shuffled=True, epochs=1)
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
