"""The program, its data or the machine failed.

What it means
    The error's own text says what went wrong; the hyperparameters have no part in it. What was trained until then is in the last
    checkpoint.

How it is weighed
    By the text alone: a program that ended with an error had one. Against: it stopped itself because the loss was no number any more,
    which is no error of the program's.

What to change
    failing_line: mend what the error names; a debugger stops at the line that raised it. Then, where something had been trained,
    checkpoint: go on from the last one, and write them often enough that little is lost.

References
    Python, "pdb: The Python Debugger": post-mortem debugging.
    PyTorch, "Saving and Loading Models": saving a general checkpoint for resuming training.
"""

import re

from advisor.curves import fall
from advisor.finding import Change, Evidence
from advisor.scalar import Line

EXPLAINS = ("crash",)
PRIOR = 12.0
SHOWN = 160  # characters
FAILURES = ("traceback", "data-loader", "communication")
LOST = re.compile(r"(?i)\b(?:loss|losses|gradients?|logits|outputs?)\b.*\b(?:nan|inf|infinite|infinity|not finite|non-?finite)\b")


def weigh(lines=None):
    errors = [line for line in lines or () if line.kind == "traceback"]
    if errors and LOST.search(errors[-1].text):
        yield Evidence("lines", 0, 0, "the program stopped itself, for its loss was no number: lines that say so", 1.0, weight=-40.0)


def changes(run, finding):
    said = [line.text.strip() for line in run.signal("lines") or () if line.kind in FAILURES]
    loss = run.signal("train_loss")
    error = f"the error says it: {said[-1][:SHOWN]}" if said else "what the error names"
    yield Change("failing_line", to="mended", why=f"{error}; no hyperparameter has a part in it")
    if loss is not None and len(loss) > 1:
        yield Change("checkpoint", to="often", why="then go on from the last one: nothing after it was trained")


BAD = {"a traceback": dict(lines=(Line("traceback", "train.log", 1812, "KeyError: 'label'"),), train_loss=fall())}
GOOD = {
    "stopped at a loss that is no number": dict(
        lines=(Line("traceback", "train.log", 24, "FloatingPointError: Loss became infinite or NaN at iteration=519!"),), train_loss=fall()
    ),
    "out of memory": dict(lines=(Line("out-of-memory", "train.log", 12, "CUDA out of memory"),), train_loss=fall()),
}
