"""Figures with one or two settings that the reader changes and that the page draws at once."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lessons.figures.page import LIMIT, label_of, moving, save
from course_lessons.figures.trace import GAP, LATE, Sheet, Trace
from course_lib.plots import theme
from course_lib.plots.pictures import Picture, has_images, pixels, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCRIPT = """
  const still = box.querySelector("img"), words = box.querySelector("p");
  const settings = @SETTINGS@, says = @SAYS@, choose = @CHOOSE@, grounds = @GROUNDS@;
  const draw = (parent, kind, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return parent.appendChild(element);
  };
  // On a narrow page the figures of a row stand below each other. The first one has the words.
  const panel = document.createElement("div"), sheets = [];
  for (const figures of grounds) {
    const side = add(panel, "div", {});
    side.style.cssText = "display: flex; flex-wrap: wrap; max-width: @WIDTH@px";
    for (const [data, width, height] of figures) {
      const stage = add(side, "div", {});
      stage.style.cssText = "position: relative; flex: 0 1 " + width + "px";
      const image = add(stage, "img", {alt: sheets.length ? "" : still.alt, width,
        src: "data:image/png;base64," + data});
      image.style.cssText = "display: block; width: 100%; height: auto";
      const svg = draw(stage, "svg", {viewBox: "0 0 " + width + " " + height, "aria-hidden": true});
      svg.style.cssText = "position: absolute; inset: 0; width: 100%; height: 100%";
      sheets.push(svg);
    }
  }
  still.replaceWith(panel);
  // On a dark page, the style turns the colours of each svg over: once is enough.
  const region = (sheet, box) => draw(sheets[sheet], "svg", {style: "filter: none",
    x: box[0], y: box[1], width: box[2], height: box[3], viewBox: box.join(" ")});
  // Places in tenths of a pixel, for one setting of the figure after the other.
  const parts = @PARTS@.map((part) => {
    const bytes = Uint8Array.from(atob(part.places), (c) => c.charCodeAt(0));
    const pen = (width) => ({fill: "none", stroke: part.color, "stroke-width": width});
    const field = region(part.sheet, part.box);
    return {...part, places: new Int16Array(bytes.buffer),
      line: draw(field, "path", {...pen(part.width), "stroke-linejoin": "round",
        "stroke-dasharray": part.dashed ? 3 * part.width + " " + 2 * part.width : "none"}),
      dots: draw(field, "path", {...pen(part.marker), "stroke-linecap": "round"}),
      name: draw(sheets[part.sheet], "text", {fill: part.color, "font-size": part.font,
        "font-family": "DejaVu Sans, Verdana, sans-serif", "dominant-baseline": "middle"})};
  });
  const ring = choose && draw(region(choose.sheet, choose.box), "circle", {r: 7, fill: "none",
    stroke: "@INK@", "stroke-width": 2.5});
  const at = () => controls.reduce((k, c, i) => k * settings[i][1].length + c.value, 0);
  const show = () => {
    for (const part of parts) {
      const [left, top, wide, high] = part.box, from = at() * part.n * 2;
      let line = "", dots = "", pen = "M", end = null;
      for (let k = from; k < from + 2 * part.n; k += 2) {
        if (part.places[k] === @GAP@) { pen = "M"; continue; }
        const x = part.places[k] / 10, y = part.places[k + 1] / 10;
        line += pen + x + " " + y;
        dots += "M" + x + " " + y + "h0";
        pen = "L";
        if (x >= left && x <= left + wide && y >= top && y <= top + high) end = [x, y];
      }
      part.line.setAttribute("d", part.width ? line : "");
      part.dots.setAttribute("d", part.marker ? dots : "");
      part.name.textContent = end ? part.label : "";
      if (!end) continue;
      const late = end[0] > left + @LATE@ * wide; // there, the label is before the place
      part.name.setAttribute("x", end[0] + (late ? -7 : 7));
      part.name.setAttribute("y", end[1]);
      part.name.setAttribute("text-anchor", late ? "end" : "start");
    }
    if (ring) {
      ring.setAttribute("cx", choose.x[controls[0].value]);
      ring.setAttribute("cy", choose.y[controls[1].value]);
    }
    words.textContent = says[at()];
  };
  const controls = settings.map(
    ([name, labels, start]) => slider(row(), name, labels, start, show));
  box.appendChild(words);
  words.setAttribute("aria-live", "polite");
  if (choose) {
    const [left, top, wide, high] = choose.box, sheet = sheets[choose.sheet];
    const touched = draw(region(choose.sheet, choose.box), "rect",
      {x: left, y: top, width: wide, height: high, fill: "transparent"});
    touched.style.cursor = "crosshair";
    const nearest = (places, to) => places.reduce(
      (best, place, k) => Math.abs(place - to) < Math.abs(places[best] - to) ? k : best, 0);
    const pick = (event) => {
      const seen = sheet.getBoundingClientRect(), scale = sheet.viewBox.baseVal.width / seen.width;
      controls[0].set(nearest(choose.x, (event.clientX - seen.left) * scale));
      controls[1].set(nearest(choose.y, (event.clientY - seen.top) * scale));
      show();
    };
    touched.addEventListener("pointerdown", pick);
    touched.addEventListener("pointermove", (event) => { if (event.buttons) pick(event); });
  }
  show();
"""


@dataclass(frozen=True)
class Live:
    """What `live` returns; a notebook shows it as a cell's result.

    Attributes
    ----------
    still : the figures at the settings that are shown first
    says : the sentence below them
    filled : what the script needs to know
    """

    still: Picture
    says: str
    filled: Mapping[str, Any]

    def html(self) -> str:
        """The figure as an HTML element that needs nothing else."""
        below = f'<p style="margin: 0.6em 0 0">{escape(self.says)}</p>'
        return moving(self.still, SCRIPT, self.filled, below)

    def save(self, path: str | Path) -> None:
        """Write a page that opens in any browser (``.html``), or the still picture (``.png``)."""
        save(self, path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        said = f"{self.still.alt} {self.says}"
        return {**self.still._repr_mimebundle_(), "text/html": self.html(), "text/plain": said}

    def __repr__(self) -> str:
        return f"Live({self.still.alt!r})"


def live(
    figures: "Figure | Sequence[Sequence[Figure]]",
    settings: Mapping[str, Sequence[Any] | np.ndarray],
    traces: Sequence[Trace],
    *,
    says: Any,
    alt: str,
    start: Mapping[str, Any] | None = None,
    choose: "Axes | None" = None,
    dpi: float = 100,
    limit: int = LIMIT,
) -> Live:
    """Let the reader change one or two settings of a figure, without a kernel.

    The page draws the traces from numbers that were computed before, for each value of the
    settings; all else in the figure stays. So it also answers in a saved notebook, offline, and on
    a web page. Where no scripts run, the figure is shown at ``start``.

    ``live(figure, {"rate": rates}, [Trace(axes, steps, losses)], says=sentences, alt="…")`` with
    ``losses`` of shape (number of rates, number of steps).

    Parameters
    ----------
    figures : what stays: axes with their limits, titles, contours; or rows of such figures, as
        ``[[left, right], [below]]``, which on a phone stand below each other. They are closed.
    settings : name -> values, one or two of them; each has a slider, in this order
    traces : lines and points that depend on the settings
    says : a sentence for each value of the settings, an array of texts of shape (values of the
        first setting, …); shown below the figure and read aloud when a setting changes
    alt : what the figure shows, for readers who cannot see it
    start : the values shown first, from the settings; the first ones if left out
    choose : axes on which the two settings are chosen by a click, the first one along x
    dpi, limit : pixels per inch; bytes that the HTML may take

    Returns
    -------
    live : shows itself as a cell's result; ``live.save("name.html")`` writes a page

    Raises
    ------
    ValueError
        If there is not one setting or two, a shape does not belong to them, ``start`` is not among
        the values, ``choose`` is given for one setting, a trace belongs to another figure, alt is
        empty, or the HTML is too large.
    """
    grid = tuple(len(values) for values in settings.values())
    if len(grid) not in (1, 2) or 0 in grid:
        raise ValueError(f"live: give one setting or two, each with values, not {dict(settings)}")
    if choose is not None and len(grid) != 2:
        raise ValueError("live: choose needs two settings, one along x and one along y")
    sentences = np.asarray(says, dtype=object)
    if sentences.shape != grid:
        raise ValueError(f"live: says has shape {sentences.shape}, expected {grid}")
    said = [theme.with_minus(str(sentence)) for sentence in sentences.ravel()]
    at = _first(settings, start or {})
    import matplotlib.pyplot as plt

    rows = figures if isinstance(figures, Sequence) else [[figures]]
    drawn = [figure for row in rows for figure in row]
    sheets = [Sheet(figure, number, dpi) for number, figure in enumerate(drawn)]
    parts = [Sheet.of(trace.axes, sheets).part(trace, grid) for trace in traces]
    chosen = [np.asarray(v)[k] for v, k in zip(settings.values(), at, strict=True)]
    field = None
    if choose is not None:
        field = Sheet.of(choose, sheets).field(choose, *settings.values())
        choose.plot(*chosen, "o", color=theme.INK, fillstyle="none", ms=10, mew=1.8)
    for trace in traces:
        Sheet.of(trace.axes, sheets).draw(trace, grid, at)
    lines = [_joined([pixels(figure, dpi) for figure in row], axis=1) for row in rows]
    whole = _joined(lines, axis=0)
    drawing = not any(has_images(figure) for figure in drawn)
    still = Picture(png(whole), alt, whole.shape[1], drawing=drawing)
    for figure in drawn:
        plt.close(figure)
    grounds = ([base64.b64encode(png(s.ground)).decode(), s.width, s.height] for s in sheets)
    filled = {
        "SETTINGS": [
            [name, [label_of(value) for value in values], k]
            for (name, values), k in zip(settings.items(), at, strict=True)
        ],
        "SAYS": said,
        "CHOOSE": field,
        "WIDTH": still.width,
        "GROUNDS": [[next(grounds) for _ in row] for row in rows],
        "PARTS": parts,
        "GAP": GAP,
        "LATE": LATE,
    }
    shown = Live(still, said[int(np.ravel_multi_index(at, grid))], filled)
    size = len(shown.html())
    if size > limit:
        raise ValueError(
            f"live: {sentences.size} settings take {size:,} bytes, the limit is {limit:,}; give "
            "fewer values or fewer places a trace"
        )
    return shown


def _first(settings: Mapping[str, Any], start: Mapping[str, Any]) -> tuple[int, ...]:
    """The index of each setting's value that is shown first."""
    unknown = sorted(start.keys() - settings.keys())
    if unknown:
        raise ValueError(f"live: start has {unknown[0]!r}, the settings are {list(settings)}")
    found = []
    for name, values in settings.items():
        among = list(values)
        if name in start and start[name] not in among:
            raise ValueError(f"live: start has {name} = {start[name]!r}, expected one of {among}")
        found.append(among.index(start[name]) if name in start else 0)
    return tuple(found)


def _joined(images: Sequence[np.ndarray], axis: int) -> np.ndarray:
    """Pictures below each other (axis 0) or beside each other (1), filled up with white."""
    most = max(image.shape[1 - axis] for image in images)
    padded = []
    for image in images:
        edges = [(0, 0), (0, 0), (0, 0)]
        edges[1 - axis] = (0, most - image.shape[1 - axis])
        padded.append(np.pad(image, edges, constant_values=255))
    return np.concatenate(padded, axis=axis)
