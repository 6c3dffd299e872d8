"""What other work on the machine costs this process: how long it ran and was kept waiting, and the threads that wait for one another."""

from pathlib import Path

TIMES = Path("/proc/self/schedstat")  # nanoseconds that the main thread ran, and that it could have; Linux has it


def processor_times() -> tuple[float, float]:
    """Seconds since it began that its main thread ran, and that it was ready to and did not; 0 where the system does not tell."""
    try:
        ran, waited = map(int, TIMES.read_text().split()[:2])
        return ran / 1e9, waited / 1e9
    except (OSError, ValueError):
        return 0.0, 0.0


def threads() -> int:
    """How many compute an operation together; each waits for the others."""
    import torch

    return torch.get_num_threads()


def set_threads(count: int) -> None:
    """Let so many compute an operation together."""
    import torch

    torch.set_num_threads(count)
