"""Answers of different students that are more alike than is usual for an exercise.

``tokens`` reads a text as tokens without comments and own names, ``sequences`` compares the texts
of one cell, ``cells`` collects them from a class, and ``pairs`` puts together what two students
have in common and writes the page. The result is a list to look at. It proves nothing.
copydetect, which compares whole files, had its last release in March 2024.
"""
