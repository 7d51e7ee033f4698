"""The graded functions of the course, ``psNN/<function>.py``, one a file."""
