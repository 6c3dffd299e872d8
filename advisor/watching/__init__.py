"""A run while it is written: what is new, what counts already, and the screen that shows it."""
