"""What the report on the term keeps of students."""

from __future__ import annotations

from grader.classroom.personal_data import PersonalData

NAMED, ANONYMOUS = "term", "term_anonymous"
PERSONAL_DATA = PersonalData(folders={NAMED: "term", ANONYMOUS: "term --anonymous"})
