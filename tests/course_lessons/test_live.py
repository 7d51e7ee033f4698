"""What `live` writes; tests/browser moves it in a browser."""

import base64
import io
import json
import re
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from course_lessons.figures import Live, Trace, live

pytestmark = pytest.mark.usefixtures("painted")

RATES = [0.1, 0.5, 1.0]
MOMENTA = [0.0, 0.9]
ALT = "A line whose slope is rate times momentum"


def axes() -> Axes:
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(0, 2), ylim=(0, 4))
    return ax


def slopes() -> np.ndarray:
    return np.multiply.outer(RATES, MOMENTA)


def sentences() -> list[list[str]]:
    return [[f"rate {r} with {m}" for m in MOMENTA] for r in RATES]


def shown(ax: Axes, *traces: Trace, **changed: Any) -> Live:
    arguments = {"says": sentences(), "alt": ALT, **changed}
    return live(ax.figure, {"rate": RATES, "momentum": MOMENTA}, traces, **arguments)


def places(figure: Live, number: int = 0) -> np.ndarray:
    """In pixels, (rates, momenta, places, 2)."""
    part = figure.filled["PARTS"][number]
    tenths = np.frombuffer(base64.b64decode(part["places"]), dtype="<i2")
    return tenths.reshape(len(RATES), len(MOMENTA), part["n"], 2) / 10


def test_places_are_where_matplotlib_draws_them() -> None:
    ax = axes()
    x = np.array([0.0, 1.0, 2.0])
    figure = shown(ax, Trace(ax, x, slopes()[..., None] * x))
    left, top, width, height = figure.filled["PARTS"][0]["box"]
    seen = places(figure)
    np.testing.assert_allclose(
        seen[..., 0], np.broadcast_to(left + x / 2 * width, (3, 2, 3)), atol=0.1
    )
    expected = top + height * (1 - slopes()[..., None] * x / 4)
    np.testing.assert_allclose(seen[..., 1], expected, atol=0.1)


def test_places_on_a_logarithmic_axis() -> None:
    figure, ax = plt.subplots()
    ax.set(xlim=(0, 1), ylim=(1, 100), yscale="log")
    result = shown(ax, Trace(ax, [0.5], [10.0]))
    _left, top, _width, height = result.filled["PARTS"][0]["box"]
    np.testing.assert_allclose(places(result)[..., 1], top + height / 2, atol=0.1)


def test_nan_is_a_gap_and_what_is_far_away_keeps_its_direction() -> None:
    ax = axes()
    figure = shown(ax, Trace(ax, [0.0, np.nan, np.inf, 1e9], [1.0, 1.0, 1.0, 2e9]))
    left, top, width, height = figure.filled["PARTS"][0]["box"]
    one = places(figure)[0, 0]
    np.testing.assert_array_equal(one[1:3], np.full((2, 2), -3276.8))
    away = one[3] - [left + width / 2, top + height / 2]
    assert away[0] > width and away[1] < -height
    assert -away[1] / away[0] == pytest.approx(2 * (height / 4) / (width / 2), rel=1e-2)


def test_the_still_picture_shows_the_start_and_the_ground_does_not() -> None:
    grounds, stills = [], []
    for momentum in MOMENTA:
        ax = axes()
        trace = Trace(ax, np.arange(3), slopes()[..., None] * np.arange(3), label="path")
        figure = shown(ax, trace, start={"rate": 1.0, "momentum": momentum})
        grounds.append(figure.filled["GROUNDS"])
        stills.append(figure.still.png)
        assert figure.says == f"rate 1.0 with {momentum}"
        assert [k for _, _, k in figure.filled["SETTINGS"]] == [2, MOMENTA.index(momentum)]
    assert grounds[0] == grounds[1]
    assert stills[0] != stills[1]
    assert plt.get_fignums() == []


def test_figures_of_a_row_stand_beside_each_other() -> None:
    first, second = axes(), axes()
    traces = [Trace(first, [1], [1]), Trace(second, [1], [2])]
    figure = live([[first.figure, second.figure]], {"rate": RATES}, traces, says=RATES, alt=ALT)
    assert [part["sheet"] for part in figure.filled["PARTS"]] == [0, 1]
    assert figure.still.width == 800
    assert [len(row) for row in figure.filled["GROUNDS"]] == [2]


def test_a_label_near_the_right_edge_is_before_its_place() -> None:
    sides = []
    for x in (0.2, 1.9):  # axes from 0 to 2
        ax = axes()
        shown(ax, Trace(ax, [x], [1.0], label="here"))
        (label,) = ax.texts
        sides.append(label.get_horizontalalignment())
    assert sides == ["left", "right"]


def test_rows_stand_below_each_other() -> None:
    wide, narrow = plt.figure(figsize=(4, 2)), plt.figure(figsize=(3, 1))
    figure = live([[wide], [narrow]], {"rate": RATES}, [], says=RATES, alt=ALT)
    assert plt.imread(io.BytesIO(figure.still.png)).shape[:2] == (300, 400)
    sizes = [[size for _, *size in row] for row in figure.filled["GROUNDS"]]
    assert sizes == [[[400, 200]], [[300, 100]]]


def test_a_click_finds_the_nearest_values() -> None:
    ax = axes()
    figure = shown(ax, Trace(ax, [1], [1]), choose=ax)
    left, top, width, height = figure.filled["CHOOSE"]["box"]
    np.testing.assert_allclose(
        figure.filled["CHOOSE"]["x"], left + np.array(RATES) / 2 * width, atol=0.1
    )
    np.testing.assert_allclose(
        figure.filled["CHOOSE"]["y"], top + height * (1 - np.array(MOMENTA) / 4), atol=0.1
    )


def test_the_page_refers_to_nothing_and_no_text_ends_its_script() -> None:
    ax = axes()
    says = [[f"</script><b>{r}{m}" for m in MOMENTA] for r in RATES]
    html = shown(ax, Trace(ax, [1], [1], label="</script>"), says=says).html()
    assert html.count("</script>") == 1
    assert (
        "&lt;/script&gt;&lt;b&gt;0.10.0" in html
    )  # the sentence that stands there without scripts
    assert set(re.findall(r"https?://[^\s\"']+", html)) == {"http://www.w3.org/2000/svg"}
    assert not re.findall(r"@[A-Z]+@", html)


def test_a_name_of_the_script_in_a_sentence_stays_text() -> None:
    ax = axes()
    says = [[f"@WIDTH@ and @SAYS@ {r} {m}" for m in MOMENTA] for r in RATES]
    html = shown(ax, Trace(ax, [1], [1]), says=says).html()
    assert html.count("@WIDTH@ and @SAYS@") == 7  # six sentences, and the first one below


def test_the_same_numbers_give_the_same_bytes() -> None:
    pages = []
    for _ in range(2):
        ax = axes()
        pages.append(shown(ax, Trace(ax, [1], [1])).html())
    assert pages[0] == pages[1]


def test_text_for_terminals_and_a_picture_for_pages_without_scripts() -> None:
    ax = axes()
    bundle = shown(ax, Trace(ax, [1], [1]))._repr_mimebundle_()
    assert bundle["text/plain"] == f"{ALT} rate 0.1 with 0.0"
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert json.dumps(bundle)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"says": ["a", "b"]}, r"says has shape \(2,\), expected \(3, 2\)"),
        ({"start": {"rate": 0.2}}, r"start has rate = 0.2, expected one of \[0.1, 0.5, 1.0\]"),
        ({"start": {"mu": 0.2}}, r"start has 'mu', the settings are \['rate', 'momentum'\]"),
        ({"alt": " "}, "alt is empty"),
        ({"limit": 1000}, r"6 settings take [\d,]+ bytes, the limit is 1,000"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], message: str) -> None:
    ax = axes()
    with pytest.raises(ValueError, match=message):
        shown(ax, Trace(ax, [1], [1]), **changed)
    plt.close("all")


def test_a_trace_must_belong_to_the_settings_and_to_the_figure() -> None:
    ax, other = axes(), axes()
    with pytest.raises(ValueError, match=r"y of a trace has shape \(2, 3, 5\), expected \(T,\) or"):
        shown(ax, Trace(ax, np.arange(5), np.zeros((2, 3, 5))))
    with pytest.raises(ValueError, match="not in the figures"):
        shown(ax, Trace(other, [1], [1]))
    with pytest.raises(ValueError, match="one setting or two"):
        live(ax.figure, {}, [], says=[], alt=ALT)
    with pytest.raises(ValueError, match="choose needs two settings"):
        live(ax.figure, {"rate": RATES}, [], says=RATES, alt=ALT, choose=ax)
    plt.close("all")


def test_numbers_have_a_minus_sign() -> None:
    ax = axes()
    figure = live(
        ax.figure,
        {"place": np.array([-1.5, 2e-7])},
        [Trace(ax, [1], [1])],
        says=["The others' reach from -1.04 to -.5; a two-sided range 3-5 of plug-in 7", "1e-05"],
        alt=ALT,
    )
    assert figure.filled["SETTINGS"] == [["place", ["−1.5", "2e−07"], 0]]
    said = "The others' reach from −1.04 to −.5; a two-sided range 3-5 of plug-in 7"
    assert figure.says == said
    assert figure.filled["SAYS"] == [said, "1e−05"]
