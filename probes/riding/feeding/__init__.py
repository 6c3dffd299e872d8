"""The minibatches a ridden script is given."""
