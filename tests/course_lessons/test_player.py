"""What `animation` and `slider` write; tests/browser looks at it in a browser."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from course_lessons.figures import Player, animation, slider
from course_lib.plots import with_alt

pytestmark = pytest.mark.usefixtures("painted")


def draw(k: Any) -> Figure:
    figure, ax = plt.subplots(figsize=(2, 1.5))
    ax.plot([0, float(k)])
    return figure


def player(n: int = 9) -> Player:
    return animation(draw, range(n), alt='A line rises & is "steep"')


def test_a_frame_for_each_step_and_no_figure_left_open() -> None:
    shown = player()
    assert [label for label, _ in shown.frames] == [str(k) for k in range(9)]
    assert len({data for _, data in shown.frames}) == 9
    assert plt.get_fignums() == []


def test_values_are_labels() -> None:
    shown = slider(draw, [0.1, 1 / 3, 2.0], name="rate", alt="Lines")
    assert [label for label, _ in shown.frames] == ["0.1", "0.3333", "2"]
    assert (shown.name, shown.seconds) == ("rate", None)


def test_the_page_names_no_address(tmp_path: Path) -> None:
    shown = player()
    shown.save(tmp_path / "page.html")
    for html in (shown.html(), (tmp_path / "page.html").read_text("utf-8")):
        text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", html)  # without the pictures
        assert not re.search(r"https?:|//\w|url\(|@import|<link|\bsrc=\"(?!data:)", text)


def test_without_scripts_there_is_a_still_picture_with_its_text() -> None:
    soup = BeautifulSoup(player().html(), "html.parser")
    (image,) = soup.find_all("img")  # the script adds the other one
    assert image["alt"] == 'A line rises & is "steep"'
    data = base64.b64decode(str(image["src"]).removeprefix("data:image/png;base64,"))
    assert plt.imread(io.BytesIO(data), format="png").shape[2] in (3, 4)
    bundle = player()._repr_mimebundle_()
    assert bundle["text/plain"] == 'A line rises & is "steep"'
    assert base64.b64decode(bundle["image/png"]) == data


COLOURS = ["#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff"]


def coloured(k: int) -> Figure:
    figure = plt.figure(figsize=(1, 1))
    figure.set_facecolor(COLOURS[k])
    return figure


def colours_of(still: Any) -> set[tuple[int, ...]]:
    image = np.rint(255 * plt.imread(io.BytesIO(still.png), format="png"))[..., :3]
    return {tuple(int(v) for v in c) for c in np.unique(image.reshape(-1, 3), axis=0)}


def test_the_still_picture_shows_the_first_and_the_last_frame() -> None:
    found = colours_of(animation(coloured, range(5), alt="Five colours").still)
    assert {(255, 0, 0), (0, 0, 255), (0, 255, 0)} <= found
    assert not {(255, 255, 0), (0, 255, 255)} & found


def test_the_still_picture_shows_as_many_frames_as_asked_for() -> None:
    whole = slider(coloured, range(5), name="k", alt="Five colours", stills=5).still
    wanted = {(255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255)}
    assert wanted <= colours_of(whole)


def test_a_single_still_picture_is_the_last_frame() -> None:
    found = colours_of(animation(coloured, range(5), alt="Five colours", stills=1).still)
    end = colours_of(animation(coloured, [4], alt="Five colours").still)
    assert found == end


def test_nothing_in_a_label_or_name_can_end_the_script() -> None:
    evil = "</script><b>"
    html = slider(draw_any, [evil], name=evil, alt=evil).html()
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("b") is None
    assert len(soup.find_all("script")) == 1


def draw_any(value: Any) -> Figure:
    return plt.figure(figsize=(1, 1))


def test_two_players_on_one_page_do_not_mix() -> None:
    ids = {
        BeautifulSoup(p.html(), "html.parser").div["data-player"] for p in (player(2), player(3))
    }  # type: ignore[index]
    assert len(ids) == 2
    assert player(3).html() == player(3).html()


def test_the_size_is_limited_and_the_way_out_is_named() -> None:
    with pytest.raises(ValueError, match=r"9 frames take [\d,]+ bytes, the limit is 10,000; draw"):
        animation(draw, range(9), alt="Lines", limit=10_000)


def test_saving_a_picture_or_a_page(tmp_path: Path) -> None:
    shown = player(2)
    shown.save(tmp_path / "still.png")
    assert (tmp_path / "still.png").read_bytes() == shown.still.png
    with pytest.raises(ValueError, match=r"should end in \.html or \.png"):
        shown.save(tmp_path / "film.gif")


def test_it_begins_at_the_value_that_was_asked_for() -> None:
    assert slider(draw, [0.1, 0.5, 2.0], name="rate", alt="Lines").first == 0
    assert slider(draw, [0.1, 0.5, 2.0], name="rate", alt="Lines", start=0.5).first == 1
    assert animation(draw, range(9), alt="Lines", start=8).first == 8
    with pytest.raises(ValueError, match=r"slider: start is 0\.4, expected one of \[0\.1, 0\.5"):
        slider(draw, [0.1, 0.5, 2.0], name="rate", alt="Lines", start=0.4)


def test_nothing_to_draw_and_nothing_to_read() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        slider(draw, [], name="rate", alt="Lines")
    with pytest.raises(ValueError, match="alt is empty"):
        animation(draw, [1], alt=" ")


def test_a_figure_with_alternative_text() -> None:
    picture = with_alt(draw(1), "A <line> rises")
    soup = BeautifulSoup(picture.html(), "html.parser")
    (image,) = soup.find_all("img")
    assert image["alt"] == "A <line> rises"
    assert plt.get_fignums() == []
    assert picture._repr_mimebundle_()["text/plain"] == "A <line> rises"
    with pytest.raises(ValueError, match="alt is empty"):
        with_alt(draw(1), "")
