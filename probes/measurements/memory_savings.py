"""Memory savings: what a smaller batch, accumulation, mixed precision and activation checkpointing would buy, measured.

What it means
    Parameters, gradients and optimizer state take the same whatever the batch; activations grow with it. Half precision and
    checkpointing act on activations alone, accumulation keeps the batch the optimizer sees and holds one part of it at a time.

How it is detected
    The peak of a whole second step is measured with each, on the same training, at the same examples a step. The largest batch that
    fits with each is predicted by steps on tensors without values, where the model can be run on them.

What to change
    In the guide's order: batch_size, accumulation_steps, precision, activation_checkpointing; the first that is enough.

References
    The guide, Problem 2: Out of Memory Errors, solutions 1 to 4.
    Chen, Xu, Zhang, Guestrin, Training Deep Nets with Sublinear Memory Cost (2016). arXiv:1604.06174
"""

from functools import cache

import numpy as np

from advisor.errors import AdvisorError
from advisor.finding import Change, Evidence
from probes.measurements.peak_memory import HEADROOM, in_bytes, reserved
from probes.memory.device_memory import ran_out
from probes.memory.largest_batch import largest_within
from probes.memory.trial import in_own_process
from probes.outcome import note
from probes.process.allowance import SpentError
from probes.process.channel import EndedError
from probes.training import PRECISIONS

PARTS = 4  # minibatches that accumulate
WORTHWHILE = 0.05  # share of the peak that is worth naming


def measure(training, *, batch_size=None, half="bf16", headroom=HEADROOM):
    """A row for each way to step on `batch_size` examples (default: today's), the first the way it is; NaN where one does not run.

    `batch_size` is that of a minibatch, `precision` its place in `autocast.PRECISIONS`, `largest` the largest minibatch predicted to fit.
    """
    size, today = min(batch_size or training.batch_size, training.examples), PRECISIONS.index(training.precision)
    possible = ways(size, training.accumulation_steps, today, PRECISIONS.index(half), bool(training.checkpointing))
    with in_own_process(training) as other:
        limit = other.free_memory() * (1.0 if training.memory_budget is not None else 1 - headroom)
        found = [(way, *stepped(other, way)) for way in possible]
        for way, peak, resident in found:  # predictions come last: what they leave behind in the user's code has no values
            if peak is not None:
                yield {**way, "peak_bytes": peak, "resident_bytes": resident, "largest": most(other, way, limit)}


def ways(size: int, steps: int, today: int, half: int, checkpointing: bool) -> list[dict[str, float]]:
    """The ways to step, no two the same, in the guide's order; the last is both of the last two together."""
    now = {"batch_size": size, "accumulation_steps": steps, "precision": today, "checkpointing": float(checkpointing)}
    changed: list[dict[str, float]] = [
        {},
        {"batch_size": max(1, size // 2)},
        {"batch_size": max(1, size // PARTS), "accumulation_steps": steps * PARTS},
        {"precision": half},
        {"checkpointing": 1.0},
        {"precision": half, "checkpointing": 1.0},
    ]
    made = [now | change for change in changed]
    return [way for i, way in enumerate(made) if way not in made[:i]]


def settle(training, way: dict[str, float]) -> None:
    training.batch_size, training.accumulation_steps = int(way["batch_size"]), int(way["accumulation_steps"])
    training.precision, training.checkpointing = PRECISIONS[int(way["precision"])], bool(way["checkpointing"])


def stepped(training, way: dict[str, float]) -> tuple[float | None, float]:
    """Bytes at the peak of the second step and bytes that are always there; NaN where it does not run, None where there is no such way."""
    try:
        with training.restored():
            settle(training, way)
            training.step()
            memory = training.step_memory()
        return memory.reserved, memory.resident
    except SpentError:
        raise
    except AdvisorError:  # no blocks to checkpoint
        return None, np.nan
    except Exception as error:
        if not ran_out(error) and way["precision"] == 0 and not way["checkpointing"]:
            raise  # it is not the half precision or the checkpointing that the model cannot do
        return np.nan, np.nan


def most(training, way: dict[str, float], limit: float) -> float:
    """The largest minibatch predicted to fit, 0 where none does; NaN where that cannot be told."""
    at = cache(training.predicted_memory)
    try:
        settle(training, way)
        if at(training.batch_size) is None:
            return np.nan
        return float(largest_within(lambda size: reserved(at(size)), training.examples, limit, training.batch_size) or 0)
    except EndedError:  # a step ended the process
        return np.nan


def saved(table) -> list[tuple[dict[str, float], float]]:
    """Each way but the first that saves, as the settings it changes, and the share of the peak it saves."""
    names = ("batch_size", "accumulation_steps", "precision", "checkpointing")
    rows = [{name: float(getattr(table, name)[i]) for name in names} for i in range(len(table.peak_bytes))]
    shares = 1 - table.peak_bytes / table.peak_bytes[0]
    found = [({n: v for n, v in one.items() if v != rows[0][n]}, float(s)) for one, s in zip(rows[1:], shares[1:], strict=True)]
    return [(change, share) for change, share in found if share >= WORTHWHILE]


def check(memory_savings):
    table = memory_savings
    whole, size = float(table.peak_bytes[0]), int(table.batch_size[0] * table.accumulation_steps[0])
    ways = saved(table) if np.isfinite(whole) else []
    if not ways:
        return
    told = ", ".join(f"{words(change)} {share:.0%}" for change, share in ways)
    fact = Evidence(
        "memory_savings/peak_bytes", 0, len(table.peak_bytes) - 1, "largest share saved", max(share for _, share in ways), WORTHWHILE
    )
    singles = [(change, share) for change, share in ways if not {"precision", "checkpointing"} <= change.keys()]
    changes = [made(change, f"saves {share:.0%} of {in_bytes(whole)}, as measured") for change, share in singles]
    yield note(f"Of the {in_bytes(whole)} that a step on {size:,} examples took, less would be taken by: {told}.", fact, *changes)


def words(change: dict[str, float]) -> str:
    """The change as a person would say it."""
    if "accumulation_steps" in change:
        return f"{change['accumulation_steps']:.0f} minibatches of {change['batch_size']:.0f}"
    if "batch_size" in change:
        return f"a batch of {change['batch_size']:.0f}"
    half = PRECISIONS[int(change.get("precision", 0))]
    return " with ".join(word for name, word in (("precision", half), ("checkpointing", "checkpointing")) if name in change)


def made(change: dict[str, float], why: str) -> Change:
    """The change in the words of the advisor."""
    if "accumulation_steps" in change:
        return Change(
            "accumulation_steps", to=int(change["accumulation_steps"]), why=f"{why}, in minibatches of {change['batch_size']:.0f}"
        )
    if "batch_size" in change:
        return Change("batch_size", to=int(change["batch_size"]), why=why)
    if "precision" in change:
        return Change("precision", to=PRECISIONS[int(change["precision"])], why=why)
    return Change("activation_checkpointing", to="on", why=why)
