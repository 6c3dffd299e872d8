"""Memory: what a step takes, a budget to keep to, and the search for the largest batch that fits."""
