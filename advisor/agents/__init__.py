"""For programs and agents that read reports: the answer in few words, and the schemas of what is printed as JSON."""
