exercise = """Backpropagation by hand."""
