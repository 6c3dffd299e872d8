"""From what was measured to the batch size to train at, and which limit set it."""

import math

import numpy as np

from probes import gradient_noise_scale, peak_memory, throughput
from probes.outcome import Estimate

SHARE = 10  # of the training set that a batch is at most: fewer steps an epoch leave too few steps
UNSURE = 2.0  # the least factor of the range either way: noise scale and critical batch agree to their order of magnitude


def noise_scale(table) -> tuple[float, float, float] | None:
    """Value, low and high, each the geometric mean over the times it was measured; None where it could not be told at any."""
    measured = [row for _, *row in gradient_noise_scale.latest(table)]
    told = [(value if math.isfinite(high) else low, low, high) for value, low, high in measured if 0 < low < math.inf]
    return tuple(np.exp(np.log(told).mean(axis=0)).tolist()) if told else None


def batch_size(tables, examples: int) -> tuple[Estimate, int]:
    """The batch size B* = √(noise scale × knee) that reaches a loss soonest, within what memory and data allow, and the accumulation steps.

    With steps ∝ 1 + noise scale/B and step time α + β·B the time is least at B* (knee = α/β).
    """
    noise = noise_scale(tables["gradient_noise_scale"]) if "gradient_noise_scale" in tables else None
    knee, seen = throughput.knee(tables["throughput"]) if "throughput" in tables else (math.nan, False)
    if noise is None or math.isnan(knee):
        unknown = (
            "the gradient noise scale could not be told" if noise is None else "the time of a step was not measured at two batch sizes"
        )
        return Estimate(None, None, None, unknown), 1
    wanted, low, high = (math.sqrt(scale * knee) for scale in noise)
    side = "" if seen else "at most " if knee == tables["throughput"].batch_size.min() else "at least "
    balance = f"balances a noise scale of {noise[0]:,.0f} and a throughput knee of {side}{knee:,.0f} (√ of their product: {wanted:,.0f})"
    fits, memory_bound = peak_memory.largest(tables["peak_memory"]) if "peak_memory" in tables else (None, False)
    most = max(1, examples // SHARE)
    if fits and not memory_bound:
        most = min(most, fits)
    chosen = min(rounded(wanted), floored(most))
    micro = min(chosen, floored(fits)) if fits else chosen
    reason = balance + limit(rounded(wanted), chosen, micro, examples, fits)
    per = chosen // micro
    low, high = min(low, wanted / UNSURE, chosen / UNSURE) / per, min(max(high, wanted * UNSURE), most) / per
    return Estimate(float(micro), max(1.0, low), max(float(micro), min(high, fits or math.inf)), reason), per


def limit(wanted: int, chosen: int, micro: int, examples: int, fits: int | None) -> str:
    """Which limit bound, in words; nothing where none did."""
    if chosen < wanted:
        if chosen == floored(max(1, examples // SHARE)):
            return f"; held at a tenth of the {examples:,} training examples"
        return f"; held at {fits:,}, the largest batch that was tried"
    return f"; memory holds {fits:,}, so gradients accumulate over {chosen // micro} minibatches" if micro < chosen else ""


def rounded(value: float) -> int:
    """The nearest power of two."""
    return 2 ** max(0, round(math.log2(max(value, 1.0))))


def floored(value: float) -> int:
    """The largest power of two that is no larger."""
    return 2 ** int(math.log2(max(value, 1.0)))
