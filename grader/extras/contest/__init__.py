"""A contest: the boards of a class, and the envelope that locks its entries."""
