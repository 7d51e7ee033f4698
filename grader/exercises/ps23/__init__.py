exercise = """Distances between structures."""
