"""What the user sees: one problem a file, and the file's name is the problem's."""
