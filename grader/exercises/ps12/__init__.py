exercise = """Adaptive methods and schedules."""
