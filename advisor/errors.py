"""What went wrong, for a person."""


class AdvisorError(Exception):
    """One sentence that says what was wrong, where, and what to do. Commands print it and end with status 2."""


def named(error: Exception, most: int = 200, kind: str = "") -> str:
    """Its class, or the `kind` it goes by, and at most so many characters of what it says, on one line."""
    return f"{kind or type(error).__name__}: {' '.join(str(error).split())[:most]}"
