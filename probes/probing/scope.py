"""What a probe is asked to measure, for which training, and within what limits."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from advisor.errors import AdvisorError
from probes.learning_rate.schedules import SCHEDULES


class Part(StrEnum):
    """A part of a probe that can be run alone."""

    sanity = "sanity"
    noise = "noise"
    memory = "memory"
    throughput = "throughput"
    lr = "lr"


# of steps and of time; what is left shows that the suggestion trains
SHARES = {
    Part.sanity: 0.07,
    Part.noise: 0.15,
    Part.memory: 0.1,
    Part.throughput: 0.14,
    Part.lr: 0.46,
}
UNITS = {"ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
BYTES = {"": 1.0, "B": 1.0, **{f"{prefix}B": 1000.0**i for i, prefix in enumerate("KMGT", 1)}}
BYTES |= {f"{prefix}iB": 1024.0**i for i, prefix in enumerate("KMGT", 1)}


@dataclass(frozen=True)
class Scope:
    """What is asked of a probe.

    Attributes
    ----------
    only : Part or None
        The part to run; None: all.
    steps, seconds : float
        Optimizer steps and gradients, and seconds on the clock, that bound everything together; infinite where nothing does.
    planned, schedule : int or None, str or None
        For how many optimizer steps and under which schedule the suggestion is wanted; without them it is what the training itself says,
        else a constant rate over a number of steps that the probe assumes and tells.
    quick : bool
        Whether a learning rate from one range test alone will do.
    memory : float or None
        A budget in bytes; None: what the device has free.
    more : bool
        Whether it goes on with the last probe of the same file, and all its time is for the learning rate.
    seed : int
        Of the order of data, and of the initial weights of a `model.py`.
    """

    only: Part | None = None
    steps: float = math.inf
    seconds: float = math.inf
    planned: int | None = None
    schedule: str | None = None
    quick: bool = False
    memory: float | None = None
    seed: int = 0
    more: bool = False

    @property
    def bound(self) -> bool:
        """Whether steps or time are limited."""
        return math.isfinite(self.steps) or math.isfinite(self.seconds)

    def wants(self, part: Part) -> bool:
        """Whether this part is to be run: it alone, or all."""
        return self.only is None or self.only is part

    def share(self, part: Part) -> float:
        """Of all steps and all time, this part's."""
        return 1.0 if self.only is not None or (self.more and part is Part.lr) else SHARES[part]


def scope_from_options(
    only: str | None,
    schedule: str | None,
    planned: int | None,
    quick: bool,
    budget: str | None,
    steps: int | None,
    memory: str | None,
    seed: int,
    more: str | None = None,
) -> Scope:
    """The scope that a command line asks for.

    Raises
    ------
    AdvisorError
        One of the texts means nothing, or two say the same.
    """
    if more is not None and budget is not None:
        raise AdvisorError("--more is the time to go on for; leave --budget out.")
    if only is not None and only not in list(Part):
        raise AdvisorError(f"--only {only!r} is no part of a probe; the parts are {', '.join(Part)}.")
    if schedule is not None and schedule not in SCHEDULES:
        raise AdvisorError(f"--schedule {schedule!r} is not known; the schedules are {', '.join(SCHEDULES)}.")
    return Scope(
        only=Part(only) if only else None,
        steps=steps or math.inf,
        seconds=seconds(budget) if budget else seconds(more, "--more") if more else math.inf,
        planned=planned,
        schedule=schedule,
        quick=quick,
        memory=size(memory) if memory else None,
        seed=seed,
        more=more is not None,
    )


def seconds(text: str, option: str = "--budget") -> float:
    """The seconds of "90", "90s", "2min" or "1.5 h".

    Raises
    ------
    AdvisorError
        It is no such time.
    """
    return parse_quantity(text, UNITS | {"": 1.0}, option, "a time such as 90s or 2min")


def size(text: str) -> float:
    """The bytes of "8GB", "500 MiB" or "1e9".

    Raises
    ------
    AdvisorError
        It is no such size.
    """
    return parse_quantity(text, BYTES, "--memory", "a size such as 8GB or 500MiB")


def parse_quantity(text: str, units: dict[str, float], option: str, wanted: str) -> float:
    """The positive, finite number in the text times its unit in `units`, in whatever case it is written.

    Raises
    ------
    AdvisorError
        It is no such quantity; the sentence names the `option` and what is `wanted`.
    """
    parts = re.fullmatch(r"\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z]*)\s*", text, re.IGNORECASE)
    factor = {name.lower(): size for name, size in units.items()}.get(parts[2].lower()) if parts else None
    if not parts or factor is None or not 0 < (value := float(parts[1]) * factor) < math.inf:
        raise AdvisorError(f"{option} {text!r} is not {wanted}.")
    return value
