exercise = """Dropout and DropConnect."""
