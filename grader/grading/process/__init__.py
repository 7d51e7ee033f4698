"""Processes with limits on time and memory, frames over a pipe, and Dask's worker around them."""
