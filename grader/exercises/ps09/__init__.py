exercise = """Activations and the flow of gradients."""
