"""The command line: a command a file, and what all of them share."""
