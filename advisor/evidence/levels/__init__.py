"""What the training loss reached and where it stands: above its start, where it began, next to a guess, or lost again."""
