exercise = """Overfitting: penalties, early stopping, ensembles."""
