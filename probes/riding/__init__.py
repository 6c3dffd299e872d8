"""A training whose loop is a script's own: a conversation held from inside it."""
