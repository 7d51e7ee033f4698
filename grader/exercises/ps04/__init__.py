exercise = """Gradient descent."""
