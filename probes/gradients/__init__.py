"""What is read of gradients and layers at a step: moments, noise, norms."""
