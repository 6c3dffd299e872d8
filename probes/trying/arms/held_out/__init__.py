"""A tenth of the data that a script trains on, held out of its training and evaluated by the script's own loop."""
