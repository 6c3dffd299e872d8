"""A model learns to give the right answer to each input: classification and regression, and whatever else is not recognized.

What is normal
    The training loss falls, fast at first and ever slower; the validation loss falls with it, and above it.

How it is recognized
    It is what a run is taken for where no other task is recognized for sure.
"""

WORDS = "supervised learning"


def recognize(logged):
    yield None


IS = {
    "a classifier": dict(tags=("Loss/train", "Loss/test", "Accuracy/test"), hparams=dict(lr=0.1, batch_size=128)),
    "nothing known": dict(tags=("objective",)),
}
IS_NOT: dict[str, dict] = {}
