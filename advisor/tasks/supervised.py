"""A model learns to give the right answer to each input: classification and regression, and whatever else is not recognized.

What is normal
    The training loss falls, fast at first and ever slower; the validation loss falls with it, and above it.

How it is recognized
    It is what a run is taken for where no other task is recognized for sure.
"""

from advisor.curves import fall, flat, noise, rise

WORDS = "supervised learning"


def recognize(logged):
    yield None


IS = {
    "a classifier": dict(tags=("Loss/train", "Loss/test", "Accuracy/test"), hparams=dict(lr=0.1, batch_size=128)),
    "nothing known": dict(tags=("objective",)),
}
IS_NOT: dict[str, dict] = {}
HEALTHY = {
    "both fall": dict(curves={"train_loss": fall(end=0.3) * noise(0.05), "val_loss": fall(end=0.4) * noise(0.01)}),
}
ILL = {
    "validation turns": dict(curves={"train_loss": fall(end=0.01), "val_loss": fall(end=0.5) + rise(1.0, after=0.3)}, finds="overfitting"),
    "nothing is learned": dict(curves={"train_loss": flat(2.303) * noise(0.003)}, finds="loss-not-decreasing"),
}
