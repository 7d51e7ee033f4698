"""Build the course's site: ``make site``, or ``python -m docs.site --ps ps12`` for one notebook.

``build`` writes what Sphinx reads into build/site_source and calls Sphinx:

- ``pages``: the Markdown files of docs/, with links as the site needs them,
- ``notebook_page``: the released notebooks, with the outputs of solved ones (``runs``, which
  executes a notebook in ``run_notebook`` and keeps it by content),
- ``reference``: the pages about course_lib.

``browser_version`` adds the notebooks as JupyterLite, which runs them in the reader's browser.

Three extensions of Sphinx are loaded by docs/conf.py: ``reference`` reads docstrings, ``formulas``
writes formulas as MathML, and ``glossary`` links terms.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
