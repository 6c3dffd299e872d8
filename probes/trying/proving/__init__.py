"""What a report advises, tried, and how to keep what mends."""
