"""Everything a step changes, noted and put back bit for bit."""
