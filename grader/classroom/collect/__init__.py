"""From what an LMS gives as a download to ``submitted/ada/ps06``, and a look at it before grading.

``download`` reads a folder or a zip file with limits. ``labels`` says what the LMS put into a
file's name, ``match`` finds the student in the roster, ``released`` tells which notebook a file is,
and ``times`` reads from a table when students handed in. ``choice`` says which files are meant, and
``plan`` what happens; ``carry_out`` does it, and ``attempts`` keeps what was handed in.
``precheck`` and ``mend`` say what is wrong with submissions, and put back what was given.
``reading`` parses all that anybody can hand in, in a process with limits.
"""
