exercise = """Search for settings, and the network that is judged by training it."""
