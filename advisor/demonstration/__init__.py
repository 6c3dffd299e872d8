"""Trainings of a few seconds, three of them sick, for who has no logs at hand."""
