"""What judges the course's exercises: at home, under plain nbgrader, and in a sandbox.

Students use :mod:`grader.checking`; instructors use ``python -m grader``.
"""

COURSE = ("course_lib", "course_lessons")  # what notebooks import beside grader.checking
OLD_ANSWERS = "old_answers"  # the folder in which a student's own copies lie, beside the notebook
