"""Runs that others logged and somebody labelled: read, scored, and judged by tables that never saw their source."""
