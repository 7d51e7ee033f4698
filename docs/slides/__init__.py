"""Slides from the notebooks: ``make slides``, or ``python -m docs.slides --ps ps12`` for one.

``slides_of`` takes the guesses, their results, and the figures with their words from a notebook
that was run. ``text`` turns Markdown with formulas into HTML, and ``deck`` writes one file that
needs nothing else. The notebooks are those that the site shows: docs/site/runs.py keeps each by
content, so none is run a second time.
"""
