"""Signals, curves, problems, causes, and what is said of whole runs."""
