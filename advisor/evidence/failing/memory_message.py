"""The numbers that an error of memory tells: what was asked for, what the device has, and who holds it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from advisor.scalar import Line, Scalar

UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "KB": 2**10, "MB": 2**20, "GB": 2**30}
SIZE = rf"([\d.]+) ({'|'.join(UNITS)})\b"
CONTEXT = 2**30  # bytes that a program holds on a device beside what PyTorch counts, at most
TOLD = {  # as PyTorch words it today, and as it did before 2.1; JAX, NumPy and the allocator of the CPU tell what was asked for alone
    "asked": (rf"[Tt]ried to allocate {SIZE}", rf"trying to allocate {SIZE}", rf"Unable to allocate {SIZE}"),
    "total": (rf"total capacity of {SIZE}", rf"{SIZE} total capacity"),
    "free": (rf"of which {SIZE} is free", rf"{SIZE} free\b"),
    "allocated": (rf"{SIZE} is allocated by PyTorch", rf"{SIZE} already allocated"),
    "idle": (rf"{SIZE} is reserved by PyTorch but unallocated",),
    "reserved": (rf"{SIZE} reserved in total",),
    "own": (rf"this process has {SIZE} memory in use",),
}
LISTED = re.compile(rf"\bProcess \d+ has {SIZE} memory in use")


@dataclass(frozen=True)
class MemoryMessage:
    """What one error of memory says, in bytes; None where it does not.

    `idle` is what PyTorch had reserved and not given out, `others` what programs other than this one held on the device: told of them
    where they are `listed`, else the rest of the device.
    """

    asked: float | None = None
    total: float | None = None
    free: float | None = None
    allocated: float | None = None
    idle: float | None = None
    others: float | None = None
    listed: bool = False


def memory_message(lines: Iterable[Line] | None) -> MemoryMessage:
    """The numbers of the first line that tells any."""
    for line in lines or ():
        if line.kind == "out-of-memory" and (told := _sizes(line.text)):
            idle = told.get("idle")
            if idle is None and {"reserved", "allocated"} <= set(told):
                idle = max(told["reserved"] - told["allocated"], 0.0)
            known = {name: told.get(name) for name in ("asked", "total", "free", "allocated")}
            return MemoryMessage(**known, idle=idle, others=_others(line.text, told, idle), listed=bool(LISTED.search(line.text)))
    return MemoryMessage()


def without_a_batch(lines: Iterable[Line] | None, train_loss: Scalar | None) -> str:
    """What the program was at when memory ran out, where that was nothing that hangs on a batch: "model" or "optimizer"; "" elsewhere.

    What an optimizer keeps of the weights is made in its first step.
    """
    stage = next((line.stage for line in lines or () if line.kind == "out-of-memory"), "")
    first = train_loss is None or len(train_loss) < 2
    return stage if stage == "model" or (stage == "optimizer" and first) else ""


def in_a_batch(lines: Iterable[Line] | None) -> bool:
    """Whether a traceback shows that memory ran out while a batch was computed."""
    return any(line.stage == "batch" for line in lines or () if line.kind == "out-of-memory")


def in_words(size: float | None) -> str:
    """Bytes as a person reads them: 2.5 GiB, 148 MiB."""
    if size is None:
        return "?"
    unit = next((unit for unit in ("GiB", "MiB", "KiB") if size >= UNITS[unit]), "bytes")
    return f"{size / UNITS[unit]:.3g} {unit}"


def _sizes(text: str) -> dict[str, float]:
    found = ((name, next((m for p in patterns if (m := re.search(p, text))), None)) for name, patterns in TOLD.items())
    return {name: float(m[1]) * UNITS[m[2]] for name, m in found if m}


def _others(text: str, told: dict[str, float], idle: float | None) -> float | None:
    """What others held: the processes that are listed, without this one, or what neither this one nor nobody holds."""
    listed = sorted(float(size) * UNITS[unit] for size, unit in LISTED.findall(text))
    mine = told.get("allocated", 0.0) + (idle or 0.0)
    if listed and "own" not in told:  # this one is among them: the smallest that can hold what PyTorch counted
        able = [size for size in listed if size >= 0.98 * mine] if mine else []
        return sum(listed) - able[0] if able else None
    own = told.get("own", mine + CONTEXT if "reserved" in told else None)
    if own is None or not {"total", "free"} <= set(told):
        return sum(listed) if listed else None
    return max(sum(listed), told["total"] - told["free"] - own, 0.0)
