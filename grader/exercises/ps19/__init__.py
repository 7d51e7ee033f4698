"""The exercises on ensembles, bias and variance."""
