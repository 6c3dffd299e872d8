"""Scripts that are ridden, or watched, as they are."""
