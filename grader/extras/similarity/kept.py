"""What a comparison of answers keeps of students."""

from __future__ import annotations

from grader.classroom.kept import Kept

PAGE, TABLE = "similarity.html", "similarity.csv"
FIRST, SECOND = "first", "second"  # columns with the students of a pair
KEPT = Kept({PAGE: "similarity {}", TABLE: "similarity {}"}, columns=(FIRST, SECOND))
