"""Losses and output deltas."""
