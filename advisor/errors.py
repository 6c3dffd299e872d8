"""What went wrong, for a person."""


class AdvisorError(Exception):
    """One sentence that says what was wrong, where, and what to do. Commands print it and end with status 2."""
