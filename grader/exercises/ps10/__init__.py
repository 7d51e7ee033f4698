exercise = """Initialisation and symmetry."""
