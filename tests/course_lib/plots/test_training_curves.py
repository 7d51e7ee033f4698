import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.lines import Line2D

from course_lib.plots import theme, training_curves
from course_lib.training import History

FULL = History([2.0, 1.0], [0.5, 0.7], [2.5, 1.5], [0.4, 0.6], [0.1, 0.1])


def heights(line: Line2D) -> list[float]:
    return [float(height) for height in np.asarray(line.get_ydata())]


def test_what_was_recorded_is_drawn() -> None:
    figure = training_curves(FULL, title="Both fall")
    losses, accuracies = figure.axes
    assert [heights(line) for line in losses.lines] == [[2.0, 1.0], [2.5, 1.5]]
    assert [heights(line) for line in accuracies.lines] == [[0.5, 0.7], [0.4, 0.6]]
    np.testing.assert_array_equal(losses.lines[0].get_xdata(), [1, 2])
    assert (losses.get_xlabel(), losses.get_ylabel()) == ("epoch", "loss")
    assert figure.get_suptitle() == "Both fall"
    figure.canvas.draw()


def test_training_is_solid_and_validation_dashed() -> None:
    for ax in training_curves(FULL).axes:
        assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
        assert [line.get_color() for line in ax.lines] == [theme.FORWARD] * 2


def test_regression_without_validation_is_one_line() -> None:
    (ax,) = training_curves(History([2.0, 1.0])).axes
    assert len(ax.lines) == 1


def test_a_loss_of_zero_and_a_single_epoch_can_be_drawn() -> None:
    zero = training_curves(History([1.0, 0.0]))
    assert zero.axes[0].get_yscale() == "linear"
    single = training_curves(History([1.0]))
    assert single.axes[0].lines[0].get_marker() == "o"
    zero.canvas.draw()
    single.canvas.draw()


def test_the_look_is_left_as_it_was() -> None:
    before = dict(plt.rcParams)
    training_curves(FULL)
    assert dict(plt.rcParams) == before


def test_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="run fit first"):
        training_curves(History())


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_forward_and_gradient_differ_in_hue_for_the_colour_blind() -> None:
    # Blue against orange: what blue cones see and what the others see is opposite.
    def blue_minus_red(colour: str) -> int:
        return int(colour[5:7], 16) - int(colour[1:3], 16)

    assert blue_minus_red(theme.FORWARD) > 128
    assert blue_minus_red(theme.GRADIENT) < -128
    assert len(set(theme.CYCLE)) == len(theme.CYCLE)
