"""What stands in place of a legend: names at lines, marks of classes, rows of differences."""

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.text import Text

from course_lib.plots import class_points, label_lines, paired_differences, theme
from tests.course_lib.plots.test_on_dark_pages import contrast, turned


def axes(**settings: Any) -> Axes:
    with theme.style():
        figure, ax = plt.subplots(figsize=(5, 3))
    ax.set(**settings)
    return ax


def named(ax: Axes) -> dict[str, Any]:
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]
    return {text.get_text(): text for text in ax.texts}


def extent(label: Any) -> Any:
    """Of the text without the line that leads to it."""
    return Text.get_window_extent(label)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_name_is_beside_the_end_of_its_line_in_its_colour(scale: str) -> None:
    ax = axes(yscale=scale)
    for k, name in enumerate(("low", "middle", "high")):
        ax.plot([0, 1, 2], [1, 2, 10.0**k], label=name)
    ax.plot([0, 2], [1, 1])  # without a name
    label_lines(ax)
    labels = named(ax)
    assert list(labels) == ["low", "middle", "high"]
    for line in ax.lines[:3]:
        label = labels[str(line.get_label())]
        x, y = ax.transData.transform((2, np.asarray(line.get_ydata())[-1]))
        box = extent(label)
        assert 0 < box.x0 - x < 25
        assert abs((box.y0 + box.y1) / 2 - y) < box.height
        assert label.get_color() == theme.for_text(line.get_color())


def test_names_of_lines_with_the_same_end_do_not_lie_on_each_other() -> None:
    ax = axes(ylim=(0, 2))
    for k in range(6):
        ax.plot([0, 1], [k, 0.01 * k], label=f"line {k}")
    label_lines(ax)
    boxes = [extent(label).padded(-1) for label in named(ax).values()]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    middles = [(box.y0 + box.y1) / 2 for box in boxes]
    assert middles == sorted(middles)  # in the order of the lines' ends
    assert boxes[0].y0 > ax.bbox.y0  # not below the axis, where its label is
    # They stand in one column, and a line leads to each of them.
    assert max(box.x0 for box in boxes) - min(box.x0 for box in boxes) < 1
    leaders = [label.arrow_patch.get_alpha() for label in named(ax).values()]
    assert leaders == [0.7] * 6


def test_names_of_lines_that_leave_side_by_side_stand_in_one_column() -> None:
    ax = axes(xlim=(0, 20), ylim=(0, 1))
    for k in (1.0, 1.5, 2.2):
        ax.plot([0, k, 2 * k], [0, 1, 2], label=f"slope {1 / k:.2f}")
    ax.plot([0, 19], [0.5, 0.5], label="flat, with a long name")
    label_lines(ax)
    boxes = {name: extent(label) for name, label in named(ax).items()}
    pairs = itertools.combinations([box.padded(-1) for box in boxes.values()], 2)
    assert not any(one.overlaps(other) for one, other in pairs)
    leaving = [box.x0 for name, box in boxes.items() if not name.startswith("flat")]
    assert max(leaving) - min(leaving) < 1
    assert named(ax)["flat, with a long name"].arrow_patch.get_alpha() == 0.0


def test_names_to_the_right_get_the_space_they_need() -> None:
    ax = axes()
    ax.plot([0, 1], [0, 1], label="a name that needs a lot of space")
    label_lines(ax)
    (label,) = named(ax).values()
    assert extent(label).x1 <= ax.figure.bbox.x1


def test_a_line_that_leaves_the_axes_is_named_where_it_leaves() -> None:
    ax = axes(xlim=(0, 4), ylim=(0, 1))
    ax.plot([0, 1, 3], [0.0, 0.5, 2.5], label="diverges")  # it crosses the edge at x = 1.5
    ax.plot([0, 1, np.nan], [0.2, 0.2, np.nan], label="stops")
    ax.plot([0, 1], [7, 8], label="nowhere")
    label_lines(ax)
    labels = named(ax)
    assert set(labels) == {"diverges", "stops"}
    assert labels["diverges"].xy == pytest.approx((1.5, 1.0))
    assert labels["stops"].xy == pytest.approx((1, 0.2))


def test_lines_with_error_bars_have_names_and_axes_without_names_are_refused() -> None:
    ax = axes()
    ax.errorbar([1, 2], [1, 2], [0.1, 0.1], label="with bars")
    label_lines(ax)
    assert set(named(ax)) == {"with bars"}
    with pytest.raises(ValueError, match="no line of the axes has a label"):
        label_lines(axes())


def test_what_is_nan_has_no_name_and_raises_nothing() -> None:
    ax = axes()
    ax.plot([0, 1], [np.nan, np.nan], label="diverged at once")
    label_lines(ax)
    assert not named(ax)


@pytest.mark.parametrize("colour", theme.CYCLE)
def test_text_in_the_colour_of_a_line_can_be_read(colour: str) -> None:
    found = theme.for_text(colour).upper()
    assert contrast(found, theme.PAPER) > 4.49
    assert contrast(turned(found, "#111111"), turned(theme.PAPER, "#111111")) > 4.5
    if contrast(colour, theme.PAPER) > 4.5:
        assert found == colour


def test_ten_classes_have_ten_marks_without_a_colour() -> None:
    rng = np.random.default_rng(0)
    points, classes = rng.normal(size=(100, 2)), np.arange(100) % 10
    for names in (None, [f"class {k}" for k in range(10)]):
        ax = axes()
        class_points(ax, points, classes, names)
        assert len(ax.collections) == 10
        shapes = {c.get_paths()[0].vertices.tobytes() for c in ax.collections}
        assert len(shapes) == 10
        colours = [to_hex(c.get_edgecolor()[0]) for c in ax.collections]
        assert len(set(colours)) == len(theme.CYCLE)
        for k, drawn in enumerate(ax.collections):
            np.testing.assert_array_equal(drawn.get_offsets(), points[classes == k])
        assert [text.get_text() for text in ax.texts] == (names or [])


def test_points_that_do_not_fit_their_classes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(N, 2\), \(N,\)"):
        class_points(axes(), np.zeros((3, 2)), np.zeros(2, dtype=int))
    with pytest.raises(ValueError, match=r"classes \[0 5\] with 2 names"):
        class_points(axes(), np.zeros((2, 2)), np.array([0, 5]), ["a", "b"])


def test_a_row_of_differences_has_each_pair_the_mean_and_the_deviation() -> None:
    ax = axes()
    gains = {"up": np.array([1.0, 2.0, 3.0]), "equal": np.zeros(4), "down": np.array([-0.1, -0.3])}
    paired_differences(ax, gains)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["up\n+2.0 ± 1.0", "equal\n+0.00 ± 0.00", "down\n−0.20 ± 0.14"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    for line, values in zip(dots, gains.values(), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), values)
    low, high = ax.get_xlim()
    assert low < 0 < high  # 0 is always in sight
    bars = [np.asarray(line.get_xdata()) for line in ax.lines if line not in dots]
    assert any(np.array_equal(bar, [1.0, 3.0]) for bar in bars)
    (key,) = ax.texts
    assert key.get_text().replace("\n", " · ") == (
        "dot: one pair · bar: mean · line: ± one standard deviation"
    )
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]
    first_bar = ax.transData.transform((0, -0.28))[1]
    assert first_bar < key.get_window_extent().y0  # the key lies on no row
    with pytest.raises(ValueError, match="two differences or more"):
        paired_differences(axes(), {"one": np.array([1.0])})
