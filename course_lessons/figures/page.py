"""What moves on a page, without any file outside of it.

The HTML has a still picture and a script that replaces it by the moving one. Where scripts do not
run (an untrusted notebook, a printed page), the still picture stays. The HTML refers to no font, no
library and no address.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from course_lib.plots import theme
from course_lib.plots.pictures import Picture, card

LIMIT = 1_500_000  # bytes of HTML: a notebook with a few of them can still be mailed

# Before the script of one kind of figure: finds the figure's box and makes its controls.
# `slider` returns {value, set}; `labels` are what is read aloud and shown beside the name.
CONTROLS = """
  const add = (parent, kind, properties) =>
    parent.appendChild(Object.assign(document.createElement(kind), properties));
  add(box, "style", {textContent:
    "[data-player] :focus-visible { outline: 2px solid @FOCUS@; outline-offset: 2px }"});
  const row = () => {
    const line = add(box, "div", {});
    line.style.cssText = "display: flex; flex-wrap: wrap; gap: 0.6em; align-items: center; "
      + "max-width: @WIDTH@px; margin-top: 6px";
    return line;
  };
  // JupyterLab's shortcuts would take the keys: arrows leave the cell and fold sections, dd
  // deletes it. They match the element that has the focus, so a mark on the box does not help.
  // While Ctrl, Cmd or Alt is held, the mark is off: Ctrl+S still saves.
  const control = (parent, kind, properties) => {
    const element = add(parent, kind, properties);
    const mark = (event) => element.toggleAttribute("data-lm-suppress-shortcuts",
      !(event.ctrlKey || event.metaKey || event.altKey));
    for (const kind of ["keydown", "keyup", "focus"]) element.addEventListener(kind, mark);
    mark({});
    return element;
  };
  const slider = (parent, name, labels, start, moved) => {
    const range = control(parent, "input", {type: "range", min: 0, max: labels.length - 1});
    range.setAttribute("aria-label", name);
    range.style.cssText = "flex: 1; min-width: 4em";
    const text = add(parent, "span", {});
    text.setAttribute("aria-hidden", "true"); // the slider itself says it
    text.style.cssText = "min-width: 8em; font-variant-numeric: tabular-nums";
    const set = (value) => {
      range.value = value;
      range.setAttribute("aria-valuetext", labels[value]);
      text.textContent = name + " " + labels[value];
    };
    range.addEventListener("input", () => { set(+range.value); moved(); });
    set(start);
    return {get value() { return +range.value; }, set};
  };
"""

SCRIPT = """
(function () {
  const here = document.currentScript;
  const box = here && here.parentElement && here.parentElement.matches('[data-player="@ID@"]')
    ? here.parentElement : document.querySelector('[data-player="@ID@"]:not([data-ready])');
  if (!box || box.dataset.ready) return;
  box.dataset.ready = "yes";
@BODY@
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
<main>
@BODY@
</main>
</body>
</html>
"""


class Shown(Protocol):
    """A figure that can be saved: as HTML, and as a still picture."""

    @property
    def still(self) -> Picture:
        """Shown where no scripts run."""

    def html(self) -> str:
        """The figure as an element of a page."""


def moving(still: Picture, script: str, filled: Mapping[str, Any], below: str = "") -> str:
    """The HTML of a still picture and of the script that replaces it.

    Parameters
    ----------
    still : what is shown where no scripts run
    script : after `CONTROLS`; names in it such as ``@WIDTH@`` are filled in
    filled : the values of these names; ``WIDTH`` is that of the figure in pixels
    below : HTML between the picture and the script
    """
    texts = {name: _script_json(value) for name, value in filled.items()}
    texts |= {"FOCUS": theme.FORWARD, "INK": theme.INK}
    # In one pass: a name with @ in a reader's own text stays as it is.
    body = re.sub("@([A-Z]+)@", lambda found: texts[found[1]], CONTROLS + script)
    whole = SCRIPT.replace("@BODY@", body)
    identity = hashlib.sha256(whole.encode()).hexdigest()[:12]
    content = f"{still.image()}{below}<script>{whole.replace('@ID@', identity)}</script>"
    return card(still.drawing, content, f' data-player="{identity}"')


def label_of(value: Any) -> str:
    """What a slider says at a value."""
    return theme.with_minus(
        f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)
    )


def save(figure: Shown, path: str | Path) -> None:
    """Write a page that opens in any browser (``.html``), or the still picture (``.png``)."""
    path = Path(path)
    if path.suffix == ".png":
        path.write_bytes(figure.still.png)
    elif path.suffix == ".html":
        page = PAGE.replace("@TITLE@", escape(figure.still.alt)).replace("@BODY@", figure.html())
        path.write_text(page, encoding="utf-8")
    else:
        raise ValueError(f"save: {path.name} should end in .html or .png")


def _script_json(value: Any) -> str:
    """JSON that cannot end the script around it."""
    return json.dumps(value).replace("<", "\\u003c")
