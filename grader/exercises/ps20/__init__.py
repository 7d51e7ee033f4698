exercise = """Dropout."""
