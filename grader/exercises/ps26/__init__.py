exercise = """The entry: a search for settings, and the network that is judged by training it."""
