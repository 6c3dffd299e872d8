"""The program, its data or the machine failed.

What it means
    The error's own text says what went wrong, and mostly what mends it. What was trained until then is in the last checkpoint.

How it is weighed
    By the text alone: a program that ended with an error had one. Against: it stopped itself because the loss was no number any more,
    which is no error of the program's.

What to change
    What the error's words call for, by tables of the messages that programs print (advisor/evidence/failing); failing_line
    where they belong to none of its families: mend what the error names. Where the log ends before it names one, last_line. Then, where
    something had been trained and more was to come, checkpoint: go on from the last one, and write them often enough that little is lost.

References
    Python, "pdb: The Python Debugger": post-mortem debugging.
    PyTorch, "Saving and Loading Models": saving a general checkpoint for resuming training.
"""

import re

from advisor.curves import fall
from advisor.evidence.failing.error_words import DEBUGGED, mend_of
from advisor.finding import Change, Evidence
from advisor.scalar import Line

EXPLAINS = ("crash",)
PRIOR = 12.0
AFTER_LITTLE = "with a few steps of training only: it stops where the error is raised"
LOST = re.compile(r"(?i)\b(?:loss|losses|gradients?|logits|outputs?)\b.*\b(?:nan|inf|infinite|infinity|not finite|non-?finite)\b")


def weigh(lines=None):
    errors = [line for line in lines or () if line.kind == "traceback"]
    if errors and LOST.search(errors[-1].text):
        yield Evidence("lines", 0, 0, "the program stopped itself, for its loss was no number: lines that say so", 1.0, weight=-40.0)


def changes(run, finding):
    mend, loss = mend_of(run.signal("lines")), run.signal("train_loss")
    over = mend.line is not None and mend.line.after_end  # then all that there was to train was trained
    why = f"{mend.why}; the training itself was done before" if over else mend.why
    trained = over or (loss is not None and len(loss) > 1)
    how = mend.how.replace(DEBUGGED, AFTER_LITTLE) if trained else mend.how  # else the training comes first again, whole
    yield Change(mend.hparam, to=mend.to, why=why, how={"pytorch": how} if how else {})
    if loss is not None and len(loss) > 1 and mend.hparam != "checkpoint" and not over:
        yield Change("checkpoint", to="often", why="then go on from the last one: nothing after it was trained")


BAD = {"a traceback": dict(lines=(Line("traceback", "train.log", 1812, "KeyError: 'label'"),), train_loss=fall())}
GOOD = {
    "stopped at a loss that is no number": dict(
        lines=(Line("traceback", "train.log", 24, "FloatingPointError: Loss became infinite or NaN at iteration=519!"),), train_loss=fall()
    ),
    "out of memory": dict(lines=(Line("out-of-memory", "train.log", 12, "CUDA out of memory"),), train_loss=fall()),
}
