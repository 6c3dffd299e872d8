"""Two runs beside each other, or two groups of seeds: what was set otherwise, and which of them came further."""
