exercise = """Convolution and pooling by hand."""
