"""A change tried on a script as it is: each training in a process of its own, in pairs that differ by the change alone."""
