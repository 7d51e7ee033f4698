"""Graphs, gradient checks, shared weights."""
