"""The largest batch size that fits, found by running steps alone: for a model whose memory cannot be predicted."""

import math

from probes.memory.batch_sizes import can_be_changed, sizes_of
from probes.memory.trial import in_own_process, real_steps, row
from probes.training import Memory, Training

TRIALS = 3  # of candidates between two doublings
WORTH_TRYING = 1.02  # times the size that is known to fit


def grown(training: Training, limit: float, seconds: float):
    """Rows of the sizes that were tried: doubling while the next is bound to fit, then the largest that is, up to three times.

    `limit` is in bytes; doubling ends where the next size would take longer than `seconds` leave.

    Under a budget, which costs no more than an exception, doubling goes on until one does not fit. Where nothing is left to try, the last
    row is the least that was not tried, with the most it can take. Of a training that decides its minibatches by itself there is one row.
    """
    rows: list[dict[str, float]] = []
    harmless = training.memory_budget is not None
    with in_own_process(training) as other:
        if not can_be_changed(other):
            yield real_steps(other, other.batch_size, limit)
            return
        for size in sizes_of(other, other.examples, seconds):
            if rows and not harmless and at_most(rows[-1], size) > limit:
                break
            with other.restored():  # no step has the optimizer state of the sizes before
                rows.append(real_steps(other, size, limit))
            yield rows[-1]
            if not rows[-1]["fits"]:
                break
        else:
            if 2 * size <= training.examples:
                return  # time was the limit, not memory
    for _ in range(TRIALS):
        if (found := candidate(rows, training.examples)) is None:
            break
        with in_own_process(training) as other:
            rows.append(real_steps(other, found, limit))
        yield rows[-1]
    if all(one["fits"] for one in rows) and rows[-1]["batch_size"] < training.examples:
        beyond = 2 * int(rows[-1]["batch_size"])
        most = at_most(rows[-1], beyond)
        yield row(beyond, Memory(most, most, rows[-1]["resident_bytes"]), limit)


def at_most(one: dict[str, float], size: int) -> float:
    """Bytes, the most a step at this larger size can take: each of the lines begins no lower than what is resident at any size."""
    return one["resident_bytes"] + (one["reserved_bytes"] - one["resident_bytes"]) * size / one["batch_size"]


def extended(fit: list[dict[str, float]], limit: float) -> float:
    """The batch size at which the line through the first and the last row that fit meets the limit, in bytes; NaN where it does not."""
    low, high = fit[0], fit[-1]
    slope = (high["reserved_bytes"] - low["reserved_bytes"]) / max(1.0, high["batch_size"] - low["batch_size"])
    return high["batch_size"] + (limit - high["reserved_bytes"]) / slope if slope > 0 else math.nan


def candidate(rows, examples: int) -> int | None:
    """The batch size to try next: the largest that is bound to fit; below one that did not, by the last two that did, else half-way.

    None where no room is left.
    """
    fit = sorted((r for r in rows if r["fits"]), key=lambda r: r["batch_size"])
    if not fit:
        return None
    good = fit[-1]
    size, ceiling = good["batch_size"], min((r["batch_size"] for r in rows if not r["fits"]), default=None)
    if ceiling is not None:
        found = extended(fit[-2:], good["limit_bytes"])
        found = found if size < found < ceiling else (size + ceiling) / 2
    else:
        room, grows = good["limit_bytes"] - good["resident_bytes"], good["reserved_bytes"] - good["resident_bytes"]
        found = min(examples, size * room / max(grows, 1.0))
    return int(found) if found > WORTH_TRYING * size else None
