"""Probes from end to end: what they suggest, within what limits, and what they leave behind."""
