exercise = """Normalisation."""
