"""Everything is computed in 32 bits.

What it means
    Modern GPUs multiply 16-bit numbers several times faster and move half the memory for them.

How it is weighed
    For: precision is set to 32 bits. Against: mixed precision is already on, or the steps wait for data, or
    became slower along the run.

What to change
    precision: bf16, or fp16 with a gradient scaler on older GPUs.

References
    The guide, "Mixed Precision Training" and Problem 3, solution 2.
    Micikevicius et al., Mixed Precision Training (2018). arXiv:1710.03740
"""

from advisor.causes.data_loading_bottleneck import waiting
from advisor.curves import flat, line, noise
from advisor.evidence.step_times import steady_setting
from advisor.finding import Change, Evidence, setting

EXPLAINS = ("slow-training",)
PRIOR = -6.0
FULL = ("32", "32-true", "fp32", "float32", "no", "false", "none")


def weigh(finding, data_time=None, step_time=None, hparams=None):
    yield from steady_setting(finding)
    if (said := (hparams or {}).get("precision")) is not None:
        full = str(said).lower() in FULL
        yield setting("precision", 32.0 if full else 16.0, f"precision is {said}", 4.0 if full else -15.0, "precision")
    if (share := waiting(data_time, step_time)) is not None and share > 0.3:
        yield Evidence(
            "data_time", int(step_time.steps[0]), int(step_time.steps[-1]), "share of the step spent waiting for data", share, 0.3, -6.0
        )


def changes(run, finding):
    said = (run.signal("hparams") or {}).get("precision")
    if said is None or str(said).lower() in FULL:
        yield Change("precision", to="bf16", why="faster on a GPU with tensor cores, and half the memory")


BAD: dict[str, dict] = {}
GOOD = {
    "waits for data": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.15) * noise(0.1, seed=1), hparams=dict(precision="32")),
    "slows down": dict(step_time=line(0.1, 0.4) * noise(0.1)),
}
