"""Figures of arrays from any library: they are brought home first."""

import numpy as np
import pytest

from tests.course_lib.libraries.library import Library


def test_figures(library: Library) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    from course_lib import plots

    values = library.array(np.array([[0.0, 0.0], [0.0, 2.0]]))
    for figure in (
        plots.activations({"1 ReLU": values}),
        plots.gradients({"1 ReLU": values}),
        plots.filters(library.array(np.ones((9, 2)))),
        plots.confusion(library.array(np.array([[3, 1], [0, 4]]))),
        plots.landscape_paths(lambda w: float(w @ w), {"one": values}),
    ):
        figure.canvas.draw()
        plt.close(figure)
    assert [t.get_text() for t in plots.activations({"1": values}).axes[0].texts] == ["75% zero"]
    plt.close("all")
