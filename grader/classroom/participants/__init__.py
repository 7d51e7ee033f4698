"""Participant lists of a learning management system (LMS) or a dean's office, for the roster."""
