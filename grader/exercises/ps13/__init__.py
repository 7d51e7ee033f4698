exercise = """Adaptive methods."""
