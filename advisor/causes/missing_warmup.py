"""The learning rate starts at full height.

What it means
    At the first steps gradients are large and an adaptive optimizer has seen too few of them to know their
    size. A rate that is fine later throws the weights far off.

How it is weighed
    For: the loss jumped in the first tenth, came back down at once and stayed there; the rate is the same from the first step on. Where
    its points may be whole epochs that is not asked: no warm-up lasts for several. Against: a rate that rose first, or a loss that was
    lost later.

What to change
    warmup_steps: a twentieth of the run, where its optimizer steps are known.

References
    The guide, "Learning Rate Warmup".
    Kalra and Barkeshli, Why Warmup the Learning Rate? (2024). arXiv:2406.09405
"""

import numpy as np

from advisor.curves import T, fall, flat, nan_after, noise
from advisor.evidence.optimizer_steps import optimizer_steps
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number

EXPLAINS = ("exploding-loss", "unstable-loss", "loss-plateau")
PRIOR = {"exploding-loss": -4.0, "unstable-loss": -8.0, "loss-plateau": -9.0}

LOST, AT_ONCE = 0.5, 1.0  # of its start: at the end, and in the quarter after the jump


def weigh(finding, train_loss, lr=None, epoch=None, hparams=None):
    s = train_loss.finite()
    if len(s) >= 20 and np.isfinite(train_loss.values[-1]) and optimizer_steps(train_loss, epoch, hparams) is not None:
        cut = s.steps[0] + 0.1 * np.ptp(s.steps)
        head, tail = s.between(last=cut).values, s.between(cut).values
        quarter = max(1, len(tail) // 4)
        back = max(np.median(tail[:quarter]) / AT_ONCE, np.median(tail[-quarter:]) / LOST) if len(tail) else np.inf
        if len(head) and head.max() > 1.3 * s.values[0] > 0 and back < s.values[0]:
            yield Evidence(
                "train_loss",
                int(s.steps[0]),
                int(cut),
                "jumped at once and came back: peak over the start",
                float(head.max() / s.values[0]),
                1.3,
                9.0,
            )
    onset, first, last = finding.evidence[0].first_step, int(train_loss.steps[0]), int(train_loss.steps[-1])
    if onset > first + 0.1 * (last - first):
        yield Evidence("train_loss", first, onset, "lost after the first tenth, at step", float(onset), weight=-8.0)
    if lr is not None and len(used := lr.finite()) >= 10:
        share = float(used.values[0] / max(used.values.max(), 1e-300))
        yield Evidence(
            "lr", int(used.steps[0]), int(used.steps[0]), "first rate over the highest", share, 0.5, 3.0 if share > 0.5 else -12.0
        )


def changes(run, finding):
    steps = optimizer_steps(run.signal("train_loss"), run.signal("epoch"), run.signal("hparams"))
    if steps is None:
        return
    to = int(float(f"{max(steps, 20) / 20:.1g}"))
    now = as_number(run.signal("hparams"), "warmup_steps")
    yield Change(
        "warmup_steps",
        to=to,
        interval=(to / 5, to * 2),
        from_=0 if now is None else now,
        why="a twentieth of the run, rising evenly to the full rate",
    )


BAD = {
    "jumps at once, then learns": dict(
        train_loss=fall(end=0.2) + 6 * np.exp(-25 * T) * (T > 0) * noise(0.05), lr=flat(1e-3), hparams=dict(lr=1e-3, optimizer="AdamW")
    ),
}
GOOD = {
    "lost later": dict(train_loss=fall() * nan_after(0.6), lr=flat(1e-3)),
    "warmed up": dict(train_loss=2.3 + 20 * np.exp(-8 * T) * (T > 0) * noise(0.05), lr=1e-3 * np.minimum(1, T * 20)),
}
