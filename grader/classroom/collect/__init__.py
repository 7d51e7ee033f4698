"""From what an LMS gives as a download to ``submitted/ada/ps04``, and a look at it before grading.

``download`` reads a folder or a zip file with limits. ``labels`` says what the LMS put into a
name, ``match`` finds the student in the roster, ``released`` tells which notebook a file is.
``plan`` puts these together; ``carry_out`` does it, and ``attempts`` keeps what was handed in.
``precheck`` says what is wrong with submissions, and ``repair`` puts back what was given.
"""
