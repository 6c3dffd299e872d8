"""How long this process was kept waiting for a processor: what other work on the machine costs it."""

from pathlib import Path

TIMES = Path("/proc/self/schedstat")  # nanoseconds that the main thread ran, and that it could have; Linux has it


def kept_waiting() -> float:
    """Seconds since it began that its main thread was ready to run and did not; 0 where the system does not tell."""
    try:
        return int(TIMES.read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
