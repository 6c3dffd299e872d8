"""The lines of a text by their shape, so that those that differ by their digits only are read at once."""
