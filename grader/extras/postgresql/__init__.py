"""A gradebook on a PostgreSQL server."""
