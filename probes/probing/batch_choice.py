"""From what was measured to the batch size to train at, and which limit set it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from probes.measurements import gradient_noise_scale, peak_memory, throughput
from probes.outcome import Estimate

SHARE = 6  # of the training set a batch is at most a part: fewer steps an epoch leave too few steps
CRITICAL = {"Adam": 3.0, "AdamW": 3.0, "NAdam": 3.0, "RAdam": 3.0}  # critical batch size over noise scale; 1 for others
CURVED = ("LBFGS",)  # optimizers that learn the curvature from differences of gradients, which noise drowns
UNSURE = 2.0  # the least factor of the range either way: noise scale and critical batch agree to their order of magnitude
NEARLY_FREE = 1.1  # times the time to a loss that accumulating gradients may cost


@dataclass(frozen=True)
class Pace:
    """Time to a given loss: steps ∝ 1 + critical/B of α + β·B seconds each, a minibatch; critical and knee = α/β are in examples.

    That steps fall so with the batch size: McCandlish et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
    """

    critical: float
    knee: float

    @property
    def best(self) -> float:
        """The batch size of the least time, √(critical · knee)."""
        return math.sqrt(self.critical * self.knee)

    def time(self, micro: float, count: int = 1) -> float:
        """In units that are the same for all batch sizes, for `count` minibatches of `micro` examples a step."""
        return (1 + self.critical / (micro * count)) * count * (self.knee + micro)

    def times_longer(self, micro: float, count: int = 1) -> float:
        """The time to a loss, over that at the best batch size: at least 1."""
        return self.time(micro, count) / self.time(self.best)

    def accumulated(self, micro: int, own: int = 1) -> int:
        """How many minibatches to accumulate, a multiple of `own`: as far as the best batch size, and only while it is nearly free.

        A minibatch more costs its whole time, so it pays only where noise outweighs it by far.
        """
        counts = [own * 2**i for i in range(1 + max(0, round(math.log2(max(self.best / micro / own, 1)))))]
        least = min(self.time(micro, count) for count in counts)
        return max(count for count in counts if self.time(micro, count) <= NEARLY_FREE * least)


def noise_scale(table: Any) -> tuple[float, float, float] | None:
    """Value, low and high in examples, each the geometric mean over the times it was measured; None where it could not be told at any.

    It grows, and more steps lie late than early: the second time counts twice as much as the first, and so on.
    """
    measured = [] if table is None else [row for _, *row in gradient_noise_scale.latest(table)]
    told = [(value if math.isfinite(high) else low, low, high) for value, low, high in measured if 0 < low < math.inf]
    return tuple(np.exp(np.average(np.log(told), axis=0, weights=range(1, len(told) + 1))).tolist()) if told else None


def batch_size(tables, examples: int, optimizer: str = "", today: int = 1, own: int = 1) -> tuple[Estimate, int]:
    """The batch size B* = √(critical size × knee) that reaches a loss soonest, within memory and data, and the accumulation steps.

    `own` are the minibatches that the training makes a step of anyway.

    With steps ∝ 1 + critical size/B and step time α + β·B the time is least at B* (knee = α/β). The critical size is the noise scale of
    plain gradient descent; one that preconditions gains beyond it (Zhang et al., Which Algorithmic Choices Matter at Which Batch Sizes?,
    2019, arXiv:1907.04164), Adam up to about three times it, by tests/bench/time_to_target.py.
    """
    if optimizer in CURVED:
        return Estimate(None, None, None, f"{optimizer} takes differences of gradients, so the more examples in each the better"), 1
    noise = noise_scale(tables.get("gradient_noise_scale"))
    knee, seen = throughput.knee(tables["throughput"]) if "throughput" in tables else (math.nan, False)
    if noise is None or math.isnan(knee):
        unknown = (
            "the gradient noise scale could not be told" if noise is None else "the time of a step is known at no batch size but today's"
        )
        return Estimate(None, None, None, unknown), own
    times = CRITICAL.get(optimizer, 1.0)
    pace, low, high = Pace(times * noise[0], knee), math.sqrt(times * noise[1] * knee), math.sqrt(times * noise[2] * knee)
    fits, memory_bound = peak_memory.largest(tables["peak_memory"]) if "peak_memory" in tables else (None, False)
    if fits is None:  # what was timed did run, and beyond that nothing is known
        fits, memory_bound = int(max(today, *tables["throughput"].batch_size)), False
    most = max(1, examples // SHARE)
    if fits and not memory_bound:
        most = min(most, fits)
    chosen = min(rounded(pace.best), floored(most))
    part = floored(chosen / own)
    micro = min(part, floored(fits)) if fits else part
    count = own * max(1, min(pace.accumulated(micro, own), chosen // micro) // own)
    side = "" if seen else "at most " if knee == tables["throughput"].batch_size.min() else "at least "
    of = f" ({times:g} times that for {optimizer})" if times != 1 else ""
    balance = (
        f"balances a noise scale of {noise[0]:,.0f}{of} and a throughput knee of {side}{knee:,.0f} (√ of their product: {pace.best:,.0f})"
    )
    reason = balance + limit(pace, chosen, micro, count, own, examples, fits)
    low, high = min(low, pace.best / UNSURE, chosen / UNSURE) / count, min(max(high, pace.best * UNSURE), most) / count
    return Estimate(float(micro), max(1.0, min(low, micro)), max(float(micro), min(high, fits or math.inf)), reason), count


def limit(pace: Pace, chosen: int, micro: int, count: int, own: int, examples: int, fits: int | None) -> str:
    """Which limits bound, and what that costs in time to a loss; nothing where none did."""
    said = []
    if chosen < rounded(pace.best):
        of_data = chosen == floored(max(1, examples // SHARE))
        said.append(
            f"held at a sixth of the {examples:,} training examples" if of_data else f"held at {fits:,}, the largest batch that was tried"
        )
    if own > 1:
        said.append(f"in the {own} minibatches that the script makes a step of")
    if micro < floored(chosen / own):
        so = f", so gradients accumulate over {count} minibatches" if count > 1 else "; accumulating gradients would take longer"
        said.append(f"memory holds {fits:,}{so}")
    if not said:
        return ""
    longer = pace.times_longer(micro, count)
    given_up = f"which takes {longer:.2g} times as long to a given loss" if longer >= 1.05 else "which costs next to no time"
    return f"; {'; '.join(said)}, {given_up}"


def rounded(value: float) -> int:
    """The nearest power of two."""
    return 2 ** max(0, round(math.log2(max(value, 1.0))))


def floored(value: float) -> int:
    """The largest power of two that is no larger."""
    return 2 ** int(math.log2(max(value, 1.0)))
