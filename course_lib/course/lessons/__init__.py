"""What a single notebook trains and draws: one module for each, named by its topic."""
