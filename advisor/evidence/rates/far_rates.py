"""What is seen at a learning rate far from what is used: no accident then, though the curve alone is not striking.

A rate that no task uses, with a result that is not good, is a finding, also of a handful of points that tell no trend; with a good result
it is none.
"""

import numpy as np

from advisor.anchors.scores import ended, errors_gone
from advisor.evidence.learning_rate import CREEPS, beyond_any_task, distance, peak_lr
from advisor.evidence.pretrained import begun_from
from advisor.evidence.usual_rates import USUAL
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.signals.hparams import optimizer_of
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.few_points import LEAST, creeps, fell, few, quickens, stood_still, stuck, thrown
from advisor.statistics.noise import rank_trend
from advisor.wording import percent

FAR, VERY_FAR = 0.5, 1.0  # decades
SURELY = 0.9  # rank correlation with time, of what falls from one evaluation to the next
NOBODYS, MANY, NOTHING = 2.0, 20, 0.01  # decades; points; of its median: an end that low
STILL = 0.03  # of the start: less is no movement
LITTLE, SOME = 0.1, 0.42  # of the start: what a slow loss lost, just below the usual and far below it
GOOD, GAINED, SCARCELY = 0.75, 0.5, 0.1  # of a full score; of the errors there were


def poor(score: Scalar | None, gained: float = GAINED) -> bool:
    """Whether no score shows that the model learned: none is good, or took away such a share of its errors."""
    return score is None or (ended(score) < GOOD and (errors_gone(score) or 0.0) < gained)


def stuck_far_above(train_loss, val_loss, val_accuracy, lr, hparams) -> Finding | None:
    """At a rate above what any task uses the loss made no progress after its first point, or was thrown far up."""
    t, above = few(train_loss), beyond_any_task(lr, hparams)
    if t is None or above < FAR or not poor(val_accuracy) or not (stuck(t) or (above >= VERY_FAR and thrown(t))):
        return None
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    way = f"made no progress after {t[1]:.3g} at step {train_loss.steps[1]}" if stuck(t) else f"was thrown up to {t.max():.3g}"
    return Finding(
        f"At a learning rate of {peak_lr(lr, hparams):.3g}, above what any task uses, training loss {way} and ended at {t[-1]:.3g} "
        f"({len(t)} points, steps {first} to {last}).",
        (
            Evidence("train_loss", first, last, "end over the second point", float(t[-1] / t[1]), 1.0),
            Evidence("hparams", 0, 0, "decades of the learning rate above what any task uses", above, FAR, tag="lr"),
        ),
        confidence=0.9,
    )


def nobodys_rate(train_loss, val_loss, val_accuracy, lr, hparams) -> Finding | None:
    """At a hundred times what any task uses nothing trains well, unless a good score, or a loss that came to nothing, says so.

    Asked of few points only: more show for themselves whether the loss was stuck.
    """
    above, values = beyond_any_task(lr, hparams), train_loss.finite().values
    if above < NOBODYS or not LEAST <= len(values) < MANY or not poor(val_accuracy) or values[-1] <= NOTHING * abs(np.median(values)):
        return None
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    return Finding(
        f"At a learning rate of {peak_lr(lr, hparams):.3g}, {10**above:,.3g} times the highest that any task uses, training loss ended at "
        f"{values[-1]:.3g} (steps {first} to {last}).",
        (Evidence("hparams", 0, 0, "decades of the learning rate above what any task uses", above, NOBODYS, tag="lr"),),
        confidence=0.85,
    )


def unlearned_far_above(train_loss, val_loss, val_accuracy, lr, hparams) -> Finding | None:
    """At a rate above what any task uses no score shows that the model learned; or, of losses alone, one ended above its start.

    Recurrent language models are trained at 20 to 30 by plain SGD: a loss that fell is none of these.
    """
    above = beyond_any_task(lr, hparams)
    if above < FAR or len(train_loss.finite()) < ENOUGH or not np.isfinite(train_loss.values[-1]):
        return None
    if not poor(val_accuracy, SCARCELY):
        return None
    s = shape(train_loss)
    rose = rose_above_its_start(val_loss)
    if val_accuracy is None and s.fall > STILL and rose is None:
        return None
    score = "" if val_accuracy is None else f", and the score at {np.median(val_accuracy.finite().values[-3:]):.3g}"
    val = "" if rose is None else f", validation loss at {rose:,.3g} times its start"
    return Finding(
        f"At a learning rate of {peak_lr(lr, hparams):.3g}, above what any task uses, training loss went from {s.start.value:.3g} to "
        f"{s.end.value:.3g}{val}{score} (steps {s.first_step} to {s.last_step}): it did not learn.",
        (
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, STILL),
            Evidence("hparams", 0, 0, "decades of the learning rate above what any task uses", above, FAR, tag="lr"),
        ),
        confidence=0.9,
    )


def rose_above_its_start(val_loss: Scalar | None) -> float | None:
    """How many times its first value a validation loss typically was in its last fifth, where that is above 1; else None."""
    if val_loss is None or len(v := val_loss.finite().values) < LEAST or v[0] <= 0:
        return None
    times = float(np.median(v[-max(3, len(v) // 5) :]) / v[0])
    return times if times > 1 + STILL else None


def still_far_below(train_loss: Scalar, val_loss: Scalar | None, score: Scalar | None, lr, hparams) -> Finding | None:
    """At a rate far below the usual no loss moved, and the rate is below what any task uses or the score is as poor as ever."""
    curves = {name: values for name, c in (("train_loss", train_loss), ("val_loss", val_loss)) if (values := few(c)) is not None}
    unused, low = beyond_any_task(lr, hparams) < 0, -distance(lr, hparams)
    if "train_loss" not in curves or begun_from(hparams) or not (unused or (low >= VERY_FAR and score is not None and poor(score))):
        return None
    if not all(stood_still(values, STILL) for values in curves.values()):
        return None
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    t = curves["train_loss"]
    return Finding(
        f"At a learning rate of {peak_lr(lr, hparams):.3g} training loss stayed at {t[0]:.4g}: it ended at {t[-1]:.4g}, "
        f"{len(t)} points later (steps {first} to {last}).",
        (
            Evidence("train_loss", first, last, "fall as a share of the start", fell(t), STILL),
            Evidence("hparams", 0, 0, "decades of the learning rate below the usual", low, tag="lr"),
        ),
        confidence=0.9,
    )


def creeping_still(train_loss: Scalar, val_loss: Scalar | None, score: Scalar | None, lr, hparams) -> Finding | None:
    """At a rate lower than any task uses the averages were learned, and validation loss creeps on from one evaluation to the next.

    Training loss hides in its noise that it still falls.
    """
    rate, optimizer = peak_lr(lr, hparams), optimizer_of(hparams)
    used = USUAL[optimizer].used if optimizer else None
    if rate is None or used is None or rate > used[0] or begun_from(hparams) or val_loss is None or len(train_loss.finite()) < ENOUGH:
        return None
    v, s = val_loss.finite(), shape(train_loss)
    late = v.values[len(v) // 2 :]
    if len(late) < CREEPS or rank_trend(late) > -SURELY or not 0 < s.fall <= SOME or (score is not None and ended(score) >= GOOD):
        return None
    return Finding(
        f"At a learning rate of {rate:.3g}, as low as none of {optimizer}, training loss fell only {percent(s.fall)}, from "
        f"{s.start.value:.3g} to {s.end.value:.3g}, and validation loss still falls from one evaluation to the next, to {v.values[-1]:.4g} "
        f"at step {v.steps[-1]}.",
        (
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, SOME),
            Evidence("val_loss", int(v.steps[len(v) // 2]), int(v.steps[-1]), "rank correlation with time", rank_trend(late), -SURELY),
        ),
        confidence=0.9,
    )


def creeping_below(train_loss: Scalar, val_loss: Scalar | None, score: Scalar | None, lr, hparams) -> Finding | None:
    """At a rate below the usual the loss fell a little, and at the last point as fast as ever; at the usual, both did, and ever faster."""
    t, v, low = few(train_loss), few(val_loss), -distance(lr, hparams)
    most = SOME if low >= VERY_FAR else LITTLE
    if t is None or low < 0 or peak_lr(lr, hparams) is None or begun_from(hparams) or (score is not None and ended(score) >= GOOD):
        return None
    told = t if v is None else v  # free of the noise of minibatches
    if not creeps(told) or not all(-STILL < fell(values) <= most for values in (t, told)):
        return None
    if low == 0 and not (v is not None and quickens(t) and quickens(v)):
        return None
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    return Finding(
        f"At a learning rate of {peak_lr(lr, hparams):.3g} {'training' if v is None else 'validation'} loss fell only "
        f"{percent(fell(told))}, from {told[0]:.4g} to {told[-1]:.4g}, and fell as fast at the last of its {len(told)} points as before "
        f"(steps {first} to {last}).",
        (
            Evidence("train_loss", first, last, "fall as a share of the start", fell(t), most),
            Evidence("hparams", 0, 0, "decades of the learning rate below the usual", low, tag="lr"),
        ),
        confidence=0.85,
    )
