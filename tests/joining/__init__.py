"""What logs mean together."""
