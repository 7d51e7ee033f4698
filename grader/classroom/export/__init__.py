"""Marks for a learning management system (LMS): its own sheet, or a table of the term."""
