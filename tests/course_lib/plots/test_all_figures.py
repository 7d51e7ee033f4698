"""What every figure has: a title, names on its axes, white paper; and it leaves the look alone."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.plots import theme
from course_lib.training import History, RangeTest
from tests.course_lib.exports import exports

RNG = np.random.default_rng(0)
LAYERS = {"1 Linear": RNG.normal(size=(9, 4)), "2 ReLU": np.maximum(RNG.normal(size=(9, 4)), 0.0)}
PATHS = {"one": np.array([[1.0, 1.0], [0.5, 0.2], [0.1, 0.1]]), "two": np.zeros((1, 2))}

FIGURES: dict[str, Callable[[], Figure]] = {
    "training_curves": lambda: plots.training_curves(History([2.0, 1.0], [0.1, 0.2], [3.0, 2.0])),
    "landscape_paths": lambda: plots.landscape_paths(lambda w: float(w @ w), PATHS),
    "activations": lambda: plots.activations(LAYERS),
    "gradients": lambda: plots.gradients(LAYERS),
    "filters": lambda: plots.filters(RNG.normal(size=(9, 5))),
    "confusion": lambda: plots.confusion(np.array([[3, 1], [0, 4]]), ["cat", "dog"]),
    "learning_rates": lambda: plots.learning_rates(
        RangeTest([0.1, 1.0, 10.0], [2.0, 1.0, 3.0], [2.0, 1.5, 2.0], 0.1, True)
    ),
}
NO_FIGURES = {"Picture", "with_alt"}
IN_AXES = {"class_points", "label_lines", "paired_differences"}


def test_every_figure_of_the_package_is_listed() -> None:
    assert set(exports(plots)) == set(FIGURES) | NO_FIGURES | IN_AXES


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("page", ["default", "dark_background"])
def test_titles_labels_and_paper(name: str, page: str) -> None:
    with plt.style.context(page):
        before = dict(plt.rcParams)
        figure = FIGURES[name]()
        figure.canvas.draw()
        assert dict(plt.rcParams) == before
    # Dark ink on white paper, whatever the notebook's look is.
    assert to_hex(figure.get_facecolor()).upper() == theme.PAPER
    shown = [ax for ax in figure.axes if ax.axison and ax.get_label() != "<colorbar>"]
    assert name == "filters" or shown
    for ax in shown:
        assert ax.get_xlabel() and ax.get_ylabel()
        assert to_hex(ax.get_facecolor()).upper() == theme.PAPER
        assert to_hex(ax.xaxis.label.get_color()).upper() == theme.INK
        assert to_hex(ax.get_xticklabels()[0].get_color()).upper() == theme.INK
    assert figure.get_suptitle() or all(ax.get_title(loc="left") for ax in shown)


@pytest.mark.parametrize("name", [n for n in FIGURES if n != "training_curves"])
def test_the_title_says_what_one_wants(name: str) -> None:
    draw: Any = getattr(plots, name)
    arguments: dict[str, tuple[Any, ...]] = {
        "landscape_paths": (lambda w: float(w @ w), PATHS),
        "activations": (LAYERS,),
        "gradients": (LAYERS,),
        "filters": (np.ones((4, 2)),),
        "confusion": (np.eye(2, dtype=int),),
        "learning_rates": (RangeTest([0.1, 1.0], [2.0, 1.0], [2.0, 1.5], None, False),),
    }
    figure = draw(*arguments[name], title="See here")
    titles = [figure.get_suptitle(), *(ax.get_title(loc="left") for ax in figure.axes)]
    assert "See here" in titles
