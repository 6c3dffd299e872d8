"""Trains and measures: a probe runs a short real training and logs a run directory, which the advisor reads like any other."""
