"""Rows with named columns, of whatever format, made into curves: which column counts, which tells the time."""
