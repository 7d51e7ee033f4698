"""nbgrader's database: where it is, how nbgrader opens it, and what is in it."""
