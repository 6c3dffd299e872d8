"""From a path to logs: where they lie, what each file says."""
