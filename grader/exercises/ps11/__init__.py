"""Overfitting: penalties, early stopping, ensembles."""
