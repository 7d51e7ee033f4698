"""Guests of the grader: each imports the core, which knows it only by an entry point.

The entry points stand in ``pyproject.toml``, and :mod:`grader.guests` reads them.
"""
