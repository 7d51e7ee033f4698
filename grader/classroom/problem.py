"""What stops a command: one line that says what is wrong and what to do."""

from __future__ import annotations


class Problem(Exception):
    """Something that the person at the keyboard can put right; the text is one line."""
