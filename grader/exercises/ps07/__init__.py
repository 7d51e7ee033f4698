exercise = """Graphs, gradient checks, shared weights."""
