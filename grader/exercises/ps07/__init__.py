"""Initialisation and symmetry."""
