"""Margins and probabilities."""
