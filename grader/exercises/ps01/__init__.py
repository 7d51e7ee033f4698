"""Data: splits, scales, minibatches."""
