"""Why, and what to change: one cause a file, and the file's name is the cause's."""
