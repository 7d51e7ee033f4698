"""Momentum and loss landscapes."""
