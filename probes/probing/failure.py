"""What went wrong in a measurement, in words."""

from advisor.errors import one_line
from probes.memory.device_memory import ran_out
from probes.process.channel import EndedError, FailedError


def failure(error: Exception) -> str:
    """What went wrong, to end a sentence with: no period, and of an exception in the training's process the kind it had there."""
    if ran_out(error):
        return "memory ran out"
    if isinstance(error, EndedError):
        return str(error)
    return one_line(error, kind=error.kind if isinstance(error, FailedError) else "").rstrip(".")
