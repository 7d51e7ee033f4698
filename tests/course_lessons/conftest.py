"""Figures are made and laid out once, and not painted: their words and numbers are looked at here.

Whole notebooks paint each of them (tests/authoring/test_notebooks.py), and tests/course_lib/plots
tries what paints. A test that looks at pixels takes the fixture ``painted``.
"""

from collections.abc import Iterator
from importlib import import_module

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.plots import pictures

PAINTING = [
    pictures,
    *(import_module(f"course_lessons.figures.{m}") for m in ("draw_frames", "live", "trace")),
]


def blank(figure: Figure, dpi: float) -> np.ndarray:
    figure.set_dpi(dpi)
    if engine := figure.get_layout_engine():
        engine.execute(figure)  # warns, which is an error here, where nothing is left for the axes
    width, height = (round(inches * dpi) for inches in figure.get_size_inches())
    return np.full((height, width, 3), 255, np.uint8)


@pytest.fixture
def painted() -> None:
    """For a test that looks at pixels."""


@pytest.fixture(autouse=True)
def unpainted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "painted" not in request.fixturenames:
        monkeypatch.setattr(Figure, "draw_without_rendering", lambda figure: None)
        for module in PAINTING:
            monkeypatch.setattr(module, "pixels", blank)


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")
