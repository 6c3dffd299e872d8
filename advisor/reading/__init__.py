"""From a path to the runs logged below it: where bytes lie, what each file says, which files belong together."""
