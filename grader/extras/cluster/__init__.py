"""Jobs on other machines: the workers of a Dask scheduler."""
