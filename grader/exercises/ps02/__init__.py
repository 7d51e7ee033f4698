exercise = """Losses and output deltas."""
