"""From what functions return to points, hints and a report."""
