"""What a comparison of answers keeps of students."""

from __future__ import annotations

from grader.classroom.personal_data import PersonalData

PAGE, TABLE = "similarity.html", "similarity.csv"
FIRST, SECOND = "first", "second"  # columns with the students of a pair
PERSONAL_DATA = PersonalData(
    {PAGE: "similarity {}", TABLE: "similarity {}"}, columns=(FIRST, SECOND)
)
