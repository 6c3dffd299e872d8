"""A ridden script's loop: its shape, its steps, and what is changed in them."""
