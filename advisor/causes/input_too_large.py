"""The inputs are larger than the early epochs need.

What it means
    The cost of a step grows with the number of pixels or tokens. Most of what is learned early is visible at
    half the size.

How it is weighed
    For: a large image_size is set. Against: steps that wait for data or grow slower.

What to change
    image_size: start at a half and grow to the full size (progressive resizing: 64, 128, 256).

References
    The guide, "Progressive Resizing" and Problem 3, solution 3.
"""

from advisor.curves import flat, noise
from advisor.evidence.data_kind import data_kind
from advisor.evidence.step_times import steady_setting
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("slow-training",)
PRIOR = -9.0


def weigh(finding, hparams=None):
    yield from steady_setting(finding)
    size = as_number(hparams, "image_size")
    if size is not None:
        yield setting("image_size", size, "pixels a side", 5.0 if size >= 192 else -5.0)


def changes(run, finding):
    if (size := as_number(run.signal("hparams"), "image_size")) or data_kind(run) == "images":
        yield Change(
            "image_size",
            to=int(size // 2) if size else None,
            by=None if size else 0.5,
            why="the first third of the epochs at half the size costs a quarter of their time",
        )


BAD: dict[str, dict] = {}
GOOD = {"waits for data": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.15) * noise(0.1, seed=1))}
