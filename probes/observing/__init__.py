"""A training logged as it goes, at a price it does not feel."""
