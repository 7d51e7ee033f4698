exercise = """Data: splits, scales, minibatches."""
