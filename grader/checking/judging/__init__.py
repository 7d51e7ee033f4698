"""Turns what functions return into points, hints and a report."""
