"""A look at a training before a step is spent: its data, model, loss and gradients."""
