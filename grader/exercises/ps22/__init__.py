exercise = """Learning distances."""
