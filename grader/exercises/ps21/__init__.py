exercise = """Learning distances, and losses between structures."""
