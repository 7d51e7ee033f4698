"""Frames that a page plays or shows with a slider."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lessons.figures.page import moving, save
from course_lib.plots.pictures import Picture

MOVE = """
  const still = box.querySelector("img");
  const image = add(box, "img", {alt: still.alt, width: @WIDTH@});
  image.style.cssText = "display: block; max-width: 100%; height: auto";
  const frames = @FRAMES@, pause = @PAUSE@, name = @NAME@;
  let timer = null;
  const bar = row();
  const button = pause ? control(bar, "button", {type: "button"}) : null;
  if (button) button.style.cssText = "font: inherit; min-width: 5em; padding: 0.2em 0.6em";
  const show = () => { image.src = "data:image/png;base64," + frames[range.value][1]; };
  const labels = frames.map((frame) => frame[0]);
  const range = slider(bar, name, labels, @FIRST@, () => { stop(); show(); });
  const stop = () => {
    clearInterval(timer);
    timer = null;
    if (button) button.textContent = "Play";
  };
  const move = (to) => { range.set(to); show(); };
  const step = () => {
    if (!box.isConnected || range.value === frames.length - 1) return stop();
    move(range.value + 1);
  };
  if (button) button.addEventListener("click", () => {
    if (timer) return stop();
    move(range.value === frames.length - 1 ? 0 : range.value);
    button.textContent = "Pause";
    timer = setInterval(step, pause);
  });
  stop();
  show();
  still.remove();
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
    first : number of the frame that is shown first
    """

    frames: tuple[tuple[str, bytes], ...]
    still: Picture
    name: str
    seconds: float | None
    width: int
    first: int

    def html(self) -> str:
        """The player as an HTML element that needs nothing else."""
        frames = [[label, base64.b64encode(data).decode()] for label, data in self.frames]
        filled = {
            "FRAMES": frames,
            "NAME": self.name,
            "PAUSE": 0 if self.seconds is None else max(1, round(1000 * self.seconds)),
            "WIDTH": self.width,
            "FIRST": self.first,
        }
        return moving(self.still, MOVE, filled)

    def save(self, path: str | Path) -> None:
        """Write a page that opens in any browser (``.html``), or the still picture (``.png``)."""
        save(self, path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**self.still._repr_mimebundle_(), "text/html": self.html()}

    def __repr__(self) -> str:
        return f"Player({len(self.frames)} frames: {self.still.alt!r})"
