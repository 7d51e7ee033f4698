"""What the report on the term keeps of students."""

from __future__ import annotations

from grader.classroom.kept import Kept

NAMED, ANONYMOUS = "term", "term_anonymous"
KEPT = Kept(folders={NAMED: "term", ANONYMOUS: "term --anonymous"})
