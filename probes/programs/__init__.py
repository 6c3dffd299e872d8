"""What a user starts: a script, a module, a notebook, the line of a launcher, and how each is run as Python itself would."""
