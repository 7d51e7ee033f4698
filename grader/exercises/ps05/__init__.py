"""The exercises of the notebook on minibatches and noise."""
