exercise = """Momentum and loss landscapes."""
