"""Each figure shows the numbers it was given."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from course_lib.plots import (
    activations,
    confusion,
    filters,
    gradients,
    landscape_paths,
    learning_rates,
    theme,
)
from course_lib.training import RangeTest


def bowl(w: Any) -> float:
    return float(w[0] ** 2 + 3.0 * w[1] ** 2)


# --- Paths on a landscape ------------------------------------------------------------------


def test_each_path_is_a_line_of_its_own_colour_and_marker() -> None:
    paths = {"a": np.array([[2.0, 1.0], [1.0, 0.0]]), "b": np.array([[2.0, 1.0], [0.0, 0.5]])}
    (ax,) = landscape_paths(bowl, paths, minimum=(0.0, 0.0)).axes
    lines = {line.get_label(): line for line in ax.lines}
    for name, path in paths.items():
        np.testing.assert_array_equal(lines[name].get_xydata(), path)
        assert lines[name].get_color() != theme.GRADIENT  # orange is for gradients
    assert lines["a"].get_color() != lines["b"].get_color()
    assert lines["a"].get_marker() != lines["b"].get_marker()
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert left < 0.0 and right > 2.0 and bottom < 0.0 and top > 1.0


def test_a_frame_shows_some_steps_within_the_bounds_of_all() -> None:
    path = {"a": np.array([[2.0, 1.0], [1.0, 0.0], [-3.0, 0.0]])}
    whole, frame = landscape_paths(bowl, path), landscape_paths(bowl, path, steps=1)
    assert len(np.asarray(frame.axes[0].lines[0].get_xdata())) == 2
    assert frame.axes[0].get_xlim() == whole.axes[0].get_xlim()


def test_a_path_that_runs_away_and_one_that_stands_still_can_be_drawn() -> None:
    away = np.array([[1.0, 1.0], [9.0, -9.0], [np.inf, np.nan]])
    landscape_paths(bowl, {"away": away, "still": np.zeros((3, 2))}).canvas.draw()
    landscape_paths(bowl, {"still": np.zeros((3, 2))}).canvas.draw()
    landscape_paths(lambda w: 1.0, {"flat": np.zeros((3, 2))}).canvas.draw()
    bounds = ((-1.0, 1.0), (-2.0, 2.0))
    (ax,) = landscape_paths(bowl, {"away": away}, bounds=bounds).axes
    assert (ax.get_xlim(), ax.get_ylim()) == bounds


def test_paths_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"path 'a' has shape \(3, 3\), expected \(T, 2\)"):
        landscape_paths(bowl, {"a": np.zeros((3, 3))})
    with pytest.raises(ValueError, match="give paths or bounds"):
        landscape_paths(bowl, {})


# --- Distributions by layer ----------------------------------------------------------------


def shapes(ax: Any) -> list[PolyCollection]:
    return [c for c in ax.collections if isinstance(c, PolyCollection)]


def test_activations_are_blue_and_gradients_orange() -> None:
    layers = {"1 Linear": np.linspace(-1, 1, 50), "2 Tanh": np.linspace(-0.5, 0.5, 50)}
    for draw, colour in [(activations, theme.FORWARD), (gradients, theme.GRADIENT)]:
        (ax,) = draw(layers).axes
        assert [to_hex(s.get_facecolor()[0]).upper() for s in shapes(ax)] == [colour] * 2
        assert [label.get_text() for label in ax.get_xticklabels()] == list(layers)


def test_a_histogram_stands_at_its_layer_and_reaches_over_its_values() -> None:
    rng = np.random.default_rng(0)
    layers = {"a": rng.uniform(2.0, 3.0, 500), "b": rng.uniform(-9.0, -7.0, 500)}
    (ax,) = activations(layers).axes
    for position, (shape, values) in enumerate(zip(shapes(ax), layers.values(), strict=True)):
        box = shape.get_paths()[0].get_extents()
        assert (box.y0, box.y1) == pytest.approx((values.min(), values.max()))
        assert (box.x0 + box.x1) / 2 == pytest.approx(position)
    medians = [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o"]  # type: ignore[index]
    assert medians == [np.median(values) for values in layers.values()]


def test_gradients_are_drawn_by_their_size_on_a_log_scale() -> None:
    (ax,) = gradients({"a": np.array([-1e-6, 1e-4, 1e-2])}).axes
    assert ax.get_yscale() == "log"
    box = shapes(ax)[0].get_paths()[0].get_extents()
    assert (box.y0, box.y1) == pytest.approx((1e-6, 1e-2))


def test_exact_zeros_are_counted_apart() -> None:
    for draw in (activations, gradients):
        (ax,) = draw(
            {"relu": np.array([0.0, 0.0, 0.0, 2.0]), "dead": np.zeros(4), "full": np.ones(3)}
        ).axes
        assert [text.get_text() for text in ax.texts] == ["75% zero", "100% zero"]
        assert len(shapes(ax)) == 2
        ax.figure.canvas.draw()


def test_layers_without_numbers() -> None:
    with pytest.raises(ValueError, match="there are no layers"):
        activations({})
    with pytest.raises(ValueError, match="layer 'a' has no finite number"):
        gradients({"a": np.array([np.nan])})


# --- Filters -------------------------------------------------------------------------------


def pictures(figure: Any) -> list[np.ndarray]:
    return [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]


def test_columns_become_pictures_on_one_scale_around_zero() -> None:
    W = np.random.default_rng(0).normal(size=(12, 5))
    figure = filters(W, (3, 4))
    for n, picture in enumerate(pictures(figure)):
        np.testing.assert_array_equal(picture, W[:, n].reshape(3, 4))
    limits = {ax.images[0].get_clim() for ax in figure.axes if ax.images}
    assert limits == {(-np.max(np.abs(W)), np.max(np.abs(W)))}


def test_filters_of_convolutions() -> None:
    W = np.random.default_rng(0).normal(size=(10, 1, 3, 3))
    for n, picture in enumerate(pictures(filters(W))):
        np.testing.assert_array_equal(picture, W[n, 0])
    colour = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    first = pictures(filters(colour))[0]
    assert first.shape == (5, 4, 3)
    # Grey means a weight of zero, and the order of the values is kept.
    assert np.all((first > 0.5) == (colour[0].transpose(1, 2, 0) > 0.0))
    assert 0.0 <= first.min() and first.max() <= 1.0


def test_not_more_than_asked_for_and_zeros_too() -> None:
    assert len(pictures(filters(np.ones((4, 50)), most=7))) == 7
    filters(np.zeros((4, 2))).canvas.draw()


def test_other_shapes_than_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="10 rows, not those of a picture of 3 x 3"):
        filters(np.ones((10, 2)))
    with pytest.raises(ValueError, match=r"shape \(2, 2, 3, 3\), expected"):
        filters(np.ones((2, 2, 3, 3)))


# --- Confusion matrix and rates ------------------------------------------------------------


def test_counts_are_written_and_shares_are_coloured() -> None:
    (ax, _) = confusion(np.array([[30, 10], [0, 2]]), ["many", "few"]).axes
    assert {t.get_position(): t.get_text() for t in ax.texts} == {
        (0, 0): "30", (1, 0): "10", (1, 1): "2",
    }  # fmt: skip
    np.testing.assert_allclose(ax.images[0].get_array(), [[0.75, 0.25], [0.0, 1.0]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["many", "few"]
    confusion(np.zeros((3, 3), dtype=int)).canvas.draw()


def test_a_table_that_is_none() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 3\), expected \(K, K\)"):
        confusion(np.ones((2, 3)))
    with pytest.raises(ValueError, match="3 names for 2 classes"):
        confusion(np.eye(2, dtype=int), ["a", "b", "c"])


def test_the_suggested_rate_is_marked() -> None:
    found = RangeTest([0.1, 1.0, 10.0], [2.0, 1.0, 50.0], [2.0, 1.5, 9.0], 0.1, True)
    (ax,) = learning_rates(found).axes
    assert ax.get_xscale() == "log"
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), found.smoothed)
    np.testing.assert_array_equal(ax.lines[2].get_xdata(), [0.1, 0.1])
    assert ax.get_ylim()[1] < 9.0  # the explosion is cut off
    plt.close("all")
    without = RangeTest([0.1, 1.0], [1.0, 2.0], [1.0, 2.0], None, True)
    assert len(learning_rates(without).axes[0].lines) == 2
