"""One learning rate for new and pretrained layers alike overwrites what was pretrained.

What it means
    A new head needs large steps; they run back through layers that were good already. The loss jumps at once and settles above what
    fine-tuning could reach.

How it is weighed
    Only where the run says that it started from pretrained weights. For: the loss rose above its start at once; a rate above what
    fine-tuning is given. Against: rates of their own for the backbone and the head.

What to change
    backbone_lr 1e-5 and head_lr 1e-3: discriminative rates; or warm-up with the backbone frozen.

References
    The guide, "Transfer Learning Strategy".
    Howard and Ruder, Universal Language Model Fine-tuning for Text Classification (2018). arXiv:1801.06146
"""

from advisor.curves import T, fall, noise
from advisor.evidence.learning_rate import peak_lr
from advisor.evidence.pretrained import begun_from
from advisor.finding import Change, Evidence, setting
from advisor.statistics.noise import noise as noise_of

EXPLAINS = ("exploding-loss", "loss-plateau")
PRIOR = -14.0
USUAL = 2e-4  # the highest rate that fine-tuning an adaptive optimizer's way is usually given


def weigh(train_loss, lr=None, hparams=None):
    said = begun_from(hparams)
    if not said:
        return
    yield setting(said[0], 1.0, "starts from pretrained weights", 8.0)
    if "backbone_lr" in hparams:
        yield setting("backbone_lr", 1.0, "the backbone has a rate of its own", -10.0)
    if rate := peak_lr(lr, hparams):
        yield Evidence("hparams", 0, 0, "learning rate, of fine-tuning", rate, USUAL, 6.0 if rate > USUAL else -6.0, tag="lr")
    first, s = int(train_loss.steps[0]), train_loss.finite()
    head = s.between(last=first + 0.1 * (int(train_loss.steps[-1]) - first))
    if len(head) > 4 and head.values.max() > head.values[0] + 4 * noise_of(s.values):
        at = int(head.steps[head.values.argmax()])
        yield Evidence("train_loss", first, at, "rose above its start at once, times", float(head.values.max() / head.values[0]), 1.0, 6.0)


def changes(run, finding):
    yield Change("backbone_lr", to=1e-5, interval=(1e-6, 1e-4), why="small steps for layers that are good already")
    yield Change("head_lr", to=1e-3, interval=(1e-4, 1e-2), why="large steps for the layers that are new")


JUMP = 1.2 + 3 * (1 - fall(start=1, end=0, rate=40)) * fall(start=1, end=0.2, rate=5)
BAD = {
    "a pretrained model at the rate of a new one": dict(
        train_loss=JUMP * noise(0.03),
        hparams=dict(pretrained="True", lr=1e-3, optimizer="AdamW", warmup_steps=500),
        lr=1e-3 * (1 - 0.9 * T),
    ),
}
GOOD = {
    "not pretrained": dict(train_loss=JUMP * noise(0.03), hparams=dict(lr=1.0, optimizer="AdamW")),
}
