"""From py:percent sources to solution notebooks, to releases, and the tools to test them.

``build``, ``release`` and ``compare`` work on a course folder; ``generate`` makes a notebook out of
exercises alone; ``fill`` puts answers into a release; ``leaks`` says what a release gives away;
``run_cells`` runs a notebook in this process, and ``claims`` a solved one with the claims of its
text. ``clear`` gives nbgrader's own commands the same settings.
"""
