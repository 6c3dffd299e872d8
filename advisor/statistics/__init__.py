"""What can be told of one curve, or of one for each layer: numbers relative to the curve itself."""
