"""Learning rates far from the usual, what they did to a loss, and runs that another rate left behind."""
