"""An autograder for Gradescope, which runs it in a container of its own for each submission.

``bundle`` makes the zip file that an instructor uploads, ``there`` is what runs in the container.
"""
