"""Sphinx's settings for the course's site; ``docs/site`` writes the sources that Sphinx reads."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from grader.files import digest_of, visible_files
from grader.settings import load_settings

course_code = digest_of(visible_files(Path(__file__).parent / "site"))  # a change: all pages anew
course = load_settings(Path(__file__).parents[1]).course

author = "the authors of the course"
extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "docs.site.reference",
    "docs.site.formulas",
    "docs.site.glossary",
]
nitpicky = True
# There is no network while the site is built, so names of other packages are not linked.
# Annotations have the full path of a type that is not exported.
nitpick_ignore_regex = [("py:.*", r"(?!course_lib\b).*"), ("py:class", r"course_lib(\.\w+){3,}")]

# Pages
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # docs/site/runs.py has done it
nb_merge_streams = True
pygments_style = "a11y-high-contrast-light"
highlight_language = "text"  # blocks that name no language are commands and drawings

# Reference
default_role = "name"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
toc_object_entries_show_parents = "hide"

# Look
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"*": []}  # only notebooks and the reference have more than one page of a kind
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 4,
    "logo": {"text": "Training neural networks"},
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    **({"github_url": course.repository} if "github.com" in course.repository else {}),
}
