"""One submission: read, restored, run, judged, and what came of it."""
