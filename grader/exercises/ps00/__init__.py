"""Arrays and their shapes."""
