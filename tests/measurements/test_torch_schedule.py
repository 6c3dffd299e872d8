"""The schedule of a script, read off torch's schedulers."""

from functools import partial

import pytest

torch = pytest.importorskip("torch")
schedulers = torch.optim.lr_scheduler

from probes.learning_rate.torch_schedule import plan_of  # noqa: E402


def half_cosine(step, *, num_warmup_steps, num_training_steps):
    """As transformers writes it."""
    if step < num_warmup_steps:
        return step / num_warmup_steps
    t = (step - num_warmup_steps) / (num_training_steps - num_warmup_steps)
    return max(0.0, 0.5 * (1 + torch.tensor(torch.pi * t).cos().item()))


def sequential(optimizer):
    warm = schedulers.LinearLR(optimizer, 0.01, total_iters=40)
    return schedulers.SequentialLR(optimizer, [warm, schedulers.CosineAnnealingLR(optimizer, 360)], milestones=[40])


MADE = {
    "cosine": (lambda o: schedulers.CosineAnnealingLR(o, 500), "CosineAnnealingLR", "cosine", 500),
    "epochs": (lambda o: schedulers.CosineAnnealingLR(o, 30), "CosineAnnealingLR", "cosine", 30 * 100),
    "one cycle": (lambda o: schedulers.OneCycleLR(o, 0.1, total_steps=1000), "OneCycleLR", "one-cycle", 1000),
    "linear": (lambda o: schedulers.PolynomialLR(o, total_iters=700), "PolynomialLR", "linear", 700),
    "sequential": (sequential, "SequentialLR", "warm-up-cosine", 400),
    "transformers": (
        lambda o: schedulers.LambdaLR(o, partial(half_cosine, num_warmup_steps=50, num_training_steps=800)),
        "LambdaLR", "warm-up-cosine", 800,
    ),
}  # fmt: skip


@pytest.mark.parametrize("make, scheduler, schedule, steps", MADE.values(), ids=MADE.keys())
def test_a_schedule_is_recognized_and_left_as_it_is(make, scheduler, schedule, steps):
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(3))], lr=0.1)
    made = make(optimizer)
    for _ in range(3):
        optimizer.step()
        made.step()
    before = made.last_epoch, made.get_last_lr(), [group["lr"] for group in optimizer.param_groups]
    assert plan_of([optimizer], 100) == {"scheduler": scheduler, "schedule": schedule, "max_steps": steps}
    assert (made.last_epoch, made.get_last_lr(), [group["lr"] for group in optimizer.param_groups]) == before


def test_what_has_no_end_or_no_such_shape_is_only_named():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(3))], lr=0.1)
    assert plan_of([optimizer], 100) == {}
    made = schedulers.StepLR(optimizer, 30)
    assert plan_of([optimizer], 100) == {"scheduler": "StepLR"}
    other = torch.optim.SGD([torch.nn.Parameter(torch.zeros(3))], lr=0.1)
    assert plan_of([other], 100) == {} and made.last_epoch == 0
