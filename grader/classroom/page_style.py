"""The style that keeps what a student wrote inside its own box, on every page that shows it.

Without it a negative margin, a float or a tower of accents could cover the points that stand above.
"""

from __future__ import annotations

from typing import Any

from nbconvert import preprocessors

# `contain` clips, and everything inside is placed within the box. `overflow` does the same in old
# browsers, and lets readers scroll to what is too wide.
STYLE = """
.text_cell_render, .input_area, .output_area, .panel-footer {
  contain: content !important;
  overflow: auto hidden !important;
}
"""


class KeepInside(preprocessors.CSSHTMLHeaderPreprocessor):
    """Writes the styles into a page's head: those of coloured code, then ours."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        resources["inlining"]["css"].append(STYLE)
        return nb, resources


def keep_inside() -> None:
    """Have feedback and formgrader use our class: their templates name nbconvert's."""
    preprocessors.CSSHTMLHeaderPreprocessor = KeepInside  # type: ignore[misc]
