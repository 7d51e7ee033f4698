"""Processes with limits on time and memory, and frames over a pipe."""
