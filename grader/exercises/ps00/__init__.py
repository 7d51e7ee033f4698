exercise = """Arrays and their shapes."""
