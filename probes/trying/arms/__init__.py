"""One training of a pair: the script anew in a process of its own, seeded, changed by knobs, logged, and ended after its steps."""
