"""Trainings under measurement, from a `model.py`."""
