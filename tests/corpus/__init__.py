"""Implementations of the graded functions as students write them: right, odd in form, wrong.

Each module has the tables ``RIGHT`` (full marks), ``FORM`` (right values in a deviating form: more
than half, not all), ``WRONG`` (must lose value points) and ``EITHER`` (the curriculum leaves it
open: at least more than half). An entry is the tuple of functions that the exercise takes.
"""
