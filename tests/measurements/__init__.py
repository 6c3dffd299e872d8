"""Measurements against known answers."""
