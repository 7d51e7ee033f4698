"""Frames that a page plays or shows with a slider, without any file outside of the page.

The HTML has a still picture and a script that replaces it by the moving one. Where scripts do not
run (an untrusted notebook, a printed page), the still picture stays. The HTML refers to no font, no
library and no address.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from course_lib.plots import theme
from course_lib.plots.with_alt import Picture, card

LIMIT = 1_500_000  # bytes of HTML: a notebook with a few of them can still be mailed

SCRIPT = """
(function () {
  const here = document.currentScript;
  const box = here && here.parentElement && here.parentElement.matches('[data-player="@ID@"]')
    ? here.parentElement : document.querySelector('[data-player="@ID@"]:not([data-ready])');
  if (!box || box.dataset.ready) return;
  box.dataset.ready = "yes";
  const frames = @FRAMES@, pause = @PAUSE@, name = @NAME@;
  const add = (parent, kind, properties) =>
    parent.appendChild(Object.assign(document.createElement(kind), properties));
  const still = box.querySelector("img");
  const image = add(box, "img", {alt: still.alt, width: @WIDTH@});
  image.style.cssText = "display: block; max-width: 100%; height: auto";
  const row = add(box, "div", {});
  row.style.cssText = "display: flex; flex-wrap: wrap; gap: 0.6em; align-items: center; "
    + "max-width: @WIDTH@px; margin-top: 6px";
  add(box, "style", {textContent:
    "[data-player] :focus-visible { outline: 2px solid @FOCUS@; outline-offset: 2px }"});
  let timer = null;
  // JupyterLab's shortcuts would take the keys: arrows leave the cell and fold sections, dd
  // deletes it. They match the element that has the focus, so a mark on the box does not help.
  const control = (kind, properties) => {
    const element = add(row, kind, properties);
    element.dataset.lmSuppressShortcuts = "true";
    return element;
  };
  const button = pause ? control("button", {type: "button"}) : null;
  if (button) button.style.cssText = "font: inherit; min-width: 5em; padding: 0.2em 0.6em";
  const range = control("input", {type: "range", min: 0, max: frames.length - 1, value: 0});
  range.setAttribute("aria-label", name);
  range.style.cssText = "flex: 1; min-width: 4em";
  const text = add(row, "span", {});
  text.setAttribute("aria-hidden", "true"); // the slider itself says it
  text.style.cssText = "min-width: 8em; font-variant-numeric: tabular-nums";
  const show = () => {
    const [label, data] = frames[range.value];
    image.src = "data:image/png;base64," + data;
    text.textContent = name + " " + label;
    range.setAttribute("aria-valuetext", label);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    if (button) button.textContent = "Play";
  };
  const step = () => {
    if (!box.isConnected || +range.value === frames.length - 1) return stop();
    range.value = +range.value + 1;
    show();
  };
  range.addEventListener("input", () => { stop(); show(); });
  if (button) button.addEventListener("click", () => {
    if (timer) return stop();
    if (+range.value === frames.length - 1) range.value = 0;
    show();
    button.textContent = "Pause";
    timer = setInterval(step, pause);
  });
  stop();
  show();
  still.remove();
})();
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE@</title>
<style>:root { color-scheme: light dark; font-family: sans-serif; }</style>
</head>
<body>
@BODY@
</body>
</html>
"""


@dataclass(frozen=True)
class Player:
    """What `animation` and `slider` return; a notebook shows it as a cell's result.

    Attributes
    ----------
    frames : (label, PNG file) of each frame
    still : some of the frames, below each other
    name : the quantity whose values are the labels
    seconds : between two frames when played; None: there is no play button
    width : of a frame, in pixels of the page
    """

    frames: tuple[tuple[str, bytes], ...]
    still: Picture
    name: str
    seconds: float | None
    width: int

    def html(self) -> str:
        """The player as an HTML element that needs nothing else."""
        frames = [[label, base64.b64encode(data).decode()] for label, data in self.frames]
        filled = {
            "@FRAMES@": _script_json(frames),
            "@NAME@": _script_json(self.name),
            "@PAUSE@": "0" if self.seconds is None else str(max(1, round(1000 * self.seconds))),
            "@WIDTH@": str(self.width),
            "@FOCUS@": theme.FORWARD,
        }
        script = SCRIPT
        for mark, value in filled.items():
            script = script.replace(mark, value)
        identity = hashlib.sha256(script.encode()).hexdigest()[:12]
        script = script.replace("@ID@", identity)
        content = f"{self.still.image()}<script>{script}</script>"
        return card(self.still.drawing, content, f' data-player="{identity}"')

    def save(self, path: str | Path) -> None:
        """Write a page that opens in any browser (``.html``), or the still picture (``.png``)."""
        path = Path(path)
        if path.suffix == ".png":
            path.write_bytes(self.still.png)
        elif path.suffix == ".html":
            page = PAGE.replace("@TITLE@", escape(self.still.alt)).replace("@BODY@", self.html())
            path.write_text(page, encoding="utf-8")
        else:
            raise ValueError(f"save: {path.name} should end in .html or .png")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**self.still._repr_mimebundle_(), "text/html": self.html()}

    def __repr__(self) -> str:
        return f"Player({len(self.frames)} frames: {self.still.alt!r})"


def _script_json(value: Any) -> str:
    """JSON that cannot end the script around it."""
    return json.dumps(value).replace("<", "\\u003c")
