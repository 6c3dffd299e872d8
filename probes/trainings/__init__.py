"""A training whose loop is ours: made from a `model.py`, stepped, measured, restored."""
