"""Layer normalisation and shortcuts."""
