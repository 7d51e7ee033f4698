"""Adaptive methods and schedules."""
