"""The program, its data or the machine failed.

What it means
    The error's own text says what went wrong; the hyperparameters have no part in it. What was trained until then is in the last
    checkpoint.

How it is weighed
    By the text alone: a program that ended with an error had one.

What to change
    checkpoint: mend what the error names, and go on from the last checkpoint; write them often enough that little is lost.

References
    PyTorch, "Saving and Loading Models": saving a general checkpoint for resuming training.
"""

from advisor.curves import fall
from advisor.finding import Change
from advisor.scalar import Line

EXPLAINS = ("crash",)
PRIOR = 12.0


def weigh(lines=None):
    return ()


def changes(run, finding):
    yield Change(
        "checkpoint", to="often", why="mend what the error names, then go on from the last checkpoint: nothing after it was trained"
    )


BAD = {"a traceback": dict(lines=(Line("traceback", "train.log", 1812, "KeyError: 'label'"),), train_loss=fall())}
GOOD = {"out of memory": dict(lines=(Line("out-of-memory", "train.log", 12, "CUDA out of memory"),), train_loss=fall())}
