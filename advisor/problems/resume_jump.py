"""The loss jumped where training was resumed.

What it means
    What the optimizer had gathered (momentum, second moments), the schedule's place or the weights themselves did not come back with
    the checkpoint. The steps until the loss is down again are lost, and what is then trained is another run than the one that began.

How it is detected
    At a step where a later session of the run began, the training loss lies above the level just before by `jump` or more of all it
    had fallen until then and by `sigmas` standard errors, and is back where it was `undone` of the time until then before.

References
    PyTorch, Saving and Loading a General Checkpoint.
    https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html Loss that jumps after resuming:
    https://github.com/huggingface/transformers/issues/33336
"""

import numpy as np

from advisor.curves import LAST_STEP, T, fall, flat, noise, spike_at
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.changepoint import levels_around
from advisor.statistics.curve_shape import CannotTell, binned, enough, start_level
from advisor.wording import percent


def check(train_loss, restarts=None, *, jump=0.04, sigmas=5.0, undone=0.25):
    if not restarts:
        raise CannotTell("the logs tell of no later session")
    start = start_level(enough(train_loss))
    for step in restarts:
        around = levels_around(train_loss, step)
        if around is None:
            continue
        before, after = around
        rose, fallen = after.value - before.value, start.value - before.value
        if fallen <= 0 or rose < jump * fallen or before.below(after) < sigmas:
            continue
        lost = steps_undone(train_loss, step, after)
        if lost < undone:
            continue
        yield Finding(
            f"Training loss jumped from {before.value:.3g} to {after.value:.3g} where training was resumed at step {step}, undoing "
            f"{percent(rose / fallen)} of its fall and {percent(lost)} of the steps until then.",
            (
                Evidence("train_loss", step, back(train_loss, step, before), "rise as a share of the fall until then", rose / fallen, jump),
                Evidence("train_loss", int(train_loss.steps[0]), step, "share of the steps until then that were undone", lost, undone),
            ),
            confidence=confidence(lost, undone),
        )
        return  # one is enough to mend all


def steps_undone(train_loss, step, after):
    """The share of the steps before `step` since which the loss had been lower than it is after."""
    bins = binned(train_loss.between(last=step - 1))
    above = np.flatnonzero(bins.values >= after.value)
    since = bins.steps[above[-1]] if len(above) else bins.steps[0]
    return float((step - since) / max(step - bins.steps[0], 1))


def back(train_loss, step, before):
    """The step at which the loss was down again where it had been, the last step if it never was."""
    after = binned(train_loss.between(step))
    down = np.flatnonzero(after.values <= before.value + before.error)
    return int(after.steps[down[0]] if len(down) else train_loss.steps[-1])


HALF = (LAST_STEP // 2,)
AGAIN = np.where(T < 0.5, 0.0, np.exp(-14 * np.maximum(T - 0.5, 0)))
BAD = {
    "the moments were lost": dict(train_loss=(fall() + 0.8 * AGAIN) * noise(0.05), restarts=HALF),
    "a little of it": dict(train_loss=(fall() + 0.6 * AGAIN) * noise(0.02), restarts=HALF),
    "the weights were lost": dict(train_loss=np.where(T < 0.5, fall(), np.roll(fall(), 100)) * noise(0.03), restarts=HALF),
    "and never came back": dict(train_loss=np.where(T < 0.5, fall(), 1.0) * noise(0.03), restarts=(1000, *HALF)),
}
GOOD = {
    "resumed without a trace": dict(train_loss=fall() * noise(0.05), restarts=HALF),
    "within its noise": dict(train_loss=(fall(end=1.0) + 0.3 * AGAIN) * noise(0.5, seed=2), restarts=HALF),
    "a jump elsewhere": dict(train_loss=(fall() + 0.8 * AGAIN) * noise(0.05), restarts=(LAST_STEP * 3 // 4,)),
    "a small step": dict(train_loss=(fall() + 0.06 * AGAIN) * noise(0.01), restarts=HALF),
    "a step back of a few steps": dict(train_loss=(fall(rate=1) + 0.165 * AGAIN) * noise(0.003), restarts=HALF),
    "one high point": dict(train_loss=fall() * noise(0.02) + spike_at(0.5, 5.0), restarts=HALF),
    "had not learned yet": dict(train_loss=flat(2.3) * noise(0.02), restarts=HALF),
}
