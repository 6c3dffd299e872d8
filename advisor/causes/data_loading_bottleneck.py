"""Loading data takes longer than training on it.

What it means
    One process reads and decodes each batch while the device waits. Worker processes prepare the next batches
    meanwhile.

How it is weighed
    For: a large share of the step is spent waiting for data. Against: hardly any waiting, or many workers
    already; steps that became slower, and no waiting measured.

What to change
    num_workers, to as many as hide the loading behind the computing; pin_memory for a GPU. Only where the waiting was measured: else log
    data_time first.

References
    The guide, Problem 3, solution 4.
"""

import numpy as np

from advisor.curves import flat, line, noise
from advisor.evidence.step_times import steady_setting
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("slow-training",)
PRIOR = 0.0
WAITS = 0.3  # of a step


def weigh(finding, data_time=None, step_time=None, hparams=None):
    share = waiting(data_time, step_time)
    if share is not None:
        steps = step_time.finite().steps
        weight = 14.0 if share >= WAITS else -12.0
        yield Evidence("data_time", int(steps[0]), int(steps[-1]), "share of the step spent waiting for data", share, WAITS, weight)
    else:
        yield from steady_setting(finding)
    workers = as_number(hparams, "num_workers")
    if workers is not None:
        yield setting("num_workers", workers, "worker processes", 3.0 if workers == 0 else -3.0 if workers >= 8 else 0.0)


def waiting(data_time, step_time):
    """Median data time over median step time, None where either is missing."""
    if data_time is None or step_time is None or not len(data_time.finite()) or not len(step_time.finite()):
        return None
    whole = float(np.median(step_time.finite().values))
    return min(float(np.median(data_time.finite().values)) / whole, 1.0) if whole > 0 else None


def changes(run, finding):
    share = waiting(run.signal("data_time"), run.signal("step_time"))
    if share is None or share < WAITS:  # nothing was measured that workers would shorten, and there may be no loader to have them
        return
    now = as_number(run.signal("hparams"), "num_workers") or 0
    # One worker loads a batch in the time now spent waiting (times the workers there are); computing takes the rest of the step.
    needed = int(np.ceil(max(now, 1) * share / max(1 - share, 0.1)))
    to = int(np.clip(needed + 1, now + 1, 8 if now < 8 else 2 * now))
    yield Change(
        "num_workers",
        to=to,
        interval=(needed, 2 * to),
        why=f"{share:.0%} of each step is spent waiting: {to} workers load as fast as the rest of the step computes",
    )


BAD = {
    "waits for data": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.15) * noise(0.1, seed=1)),
    "no workers": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.1) * noise(0.1, seed=1), hparams=dict(num_workers=0)),
}
GOOD = {"hardly waits, but slows down": dict(step_time=line(0.1, 0.4) * noise(0.1), data_time=flat(0.002))}
