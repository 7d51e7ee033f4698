exercise = """Augmentation."""
