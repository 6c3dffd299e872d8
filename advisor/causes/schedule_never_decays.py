"""The learning rate stays as high at the end as it ever was.

What it means
    At a constant rate the weights keep wandering in a region as wide as the steps are large, and the loss stays above what lies at
    the bottom. That may be good enough; a rate that falls to nothing lets the loss settle.

How it is weighed
    For: the learning rate is within a tenth of its highest at the end, in a run that learned well and whose loss no longer falls. Against:
    a rate that fell, a loss that falls still, or one that never learned much.

What to change
    schedule: a cosine to zero over as many steps as the run has, or one cycle up and down again.

References
    The guide, "Learning Rate Schedules" and "The One-Cycle Learning Rate Schedule".
    Smith and Topin, Super-Convergence (2018). arXiv:1708.07120
"""

from advisor.curves import T, fall, flat, noise
from advisor.finding import Change, Evidence
from advisor.statistics.curve_shape import shape

EXPLAINS = ("unstable-loss", "loss-plateau")
PRIOR = {"unstable-loss": -8.0, "loss-plateau": -8.0}
DECAYED = 0.9
LEARNED = 0.5


def weigh(train_loss, lr=None):
    if lr is None or len(used := lr.finite()) < 10 or used.values.max() <= 0:
        return
    left = float(used.values[-1] / used.values.max())
    first, last = int(used.steps[0]), int(used.steps[-1])
    yield Evidence("lr", first, last, "learning rate at the end over its highest", left, DECAYED, 4.0 if left >= DECAYED else -12.0)
    s = shape(train_loss)
    if left >= DECAYED and s.late_sigma < 3:
        half = (s.first_step + s.last_step) // 2
        weight = 4.0 if s.fall > LEARNED else -3.0  # where little was learned, the rate itself is more suspect than its end
        yield Evidence("train_loss", half, s.last_step, "no longer falls, after losing this share of its start", s.fall, LEARNED, weight)


def changes(run, finding):
    lr = run.signal("lr")
    steps = int(lr.steps[-1] - lr.steps[0]) if lr is not None and len(lr) else "total_steps"
    yield Change("schedule", to=steps, why="a cosine that ends when the run does: smaller and smaller steps settle what large ones stir up")
    one_cycle = f"scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps={steps})"
    yield Change("schedule", to="one-cycle", why="up to the full rate and down to nothing, stepped every batch", how={"pytorch": one_cycle})


BAD = {
    "wanders at a usual rate and batch": dict(
        train_loss=fall(start=2.0, end=0.9) * noise(0.7),
        lr=flat(1e-3),
        hparams=dict(lr=1e-3, optimizer="Adam", batch_size=128, warmup_steps=100, max_grad_norm=1.0),
    ),
}
GOOD = {
    "decays": dict(train_loss=fall(start=2.0, end=1.2) * noise(0.5), lr=1e-3 * (1 - T)),
    "batches of two": dict(
        train_loss=fall(start=2.0, end=1.2) * noise(0.5), lr=flat(1e-3), hparams=dict(batch_size=2, lr=1e-3, optimizer="Adam")
    ),
}
