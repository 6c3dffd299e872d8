"""The loss looks well but the training is dead: NaN hides behind a loss of exactly 0, or behind a gradient norm that is NaN.

What it means
    Some trainers leave losses that are NaN out of the average they log, so that a training of nothing but NaN shows 0.0. And a
    gradient that is NaN or infinite is skipped by a gradient scaler, step for step, or makes the weights NaN. Nothing is learned then.

How it is detected
    The loss is exactly 0 from some point to the end, for `points` logged values or more, although the course of the values before would
    not have come there within `sudden` points more: a loss that is learned comes to 0 gradually. Two are enough where the gradient's norm
    is NaN at both. Or the gradient's norm is NaN or infinite for as many of its last values and `lasting` of the run, while the loss is
    finite. Or the validation loss is NaN or infinite at all of its last evaluations, `evaluations` or more, while the training loss is
    finite.

References
    Hugging Face transformers, TrainingArguments.logging_nan_inf_filter.
    The same 0.0 explained: https://github.com/huggingface/trl/issues/1173
"""

import numpy as np

from advisor.curves import T, every, fall, flat, nan_after, noise, spike_at
from advisor.finding import Evidence, Finding
from advisor.statistics.curve_shape import ENOUGH, CannotTell
from advisor.statistics.noise import noise as noise_of

ENORMOUS = 1e4  # times its start
NOTHING, DIGITS = 1e-4, 20  # of its start; times the last digit
TWICE = 2  # points at which both the loss and the gradient tell of it
NEAR = 8  # points before the zeros that tell how the loss came there


def check(train_loss, grad_norm=None, val_loss=None, *, points=4, sudden=3.0, lasting=0.05, evaluations=3):
    if len(train_loss) and np.isfinite(train_loss.values[-1]) and val_loss is not None and len(val_loss):
        lost = trailing(~np.isfinite(val_loss.values))
        if lost >= evaluations:
            yield of_validation(train_loss, val_loss, lost)
            return
    zero = trailing(train_loss.values == 0)
    if zero >= TWICE and (with_it := not_a_number(grad_norm, since := int(train_loss.steps[-zero]))) >= TWICE:
        yield zeros_finding(train_loss, since, with_it)
        return
    if len(train_loss) < ENOUGH and (len(train_loss) < points or train_loss.values.any()):
        raise CannotTell(f"{train_loss.tag or 'the loss'} has {len(train_loss)} points; {ENOUGH} are needed")
    broken = 0 if grad_norm is None else trailing(~np.isfinite(grad_norm.values))
    if zero >= points and not (all_learned(val_loss) or rounded_away(train_loss.values[:-zero])):
        since = int(train_loss.steps[-zero])
        with_it = gone_too(grad_norm, since)
        if exploded(train_loss.values[:-zero]):
            return  # a loss of 1e21 and then of 0 is one that exploded
        if with_it or not gradual(train_loss.values[:-zero], sudden):
            yield zeros_finding(train_loss, since, with_it)
    elif broken >= points and np.isfinite(train_loss.values[-1]):
        since, last = int(grad_norm.steps[-broken]), int(grad_norm.steps[-1])
        if last - since >= lasting * (last - int(train_loss.steps[0])):
            yield Finding(
                f"The gradient's norm has been NaN or infinite from step {since} to {last}, in {broken} logged values, although the loss "
                f"reads {train_loss.values[-1]:.3g}: those steps trained nothing.",
                (Evidence("grad_norm", since, last, "values that are not finite, in a row", float(broken), points),),
                level="error",
                confidence=0.9,
            )


def all_learned(val_loss):
    """Whether a validation loss that is finite fell to next to nothing: then so did the training loss, and 0 is how it was printed."""
    return val_loss is not None and len(v := val_loss.finite()) >= ENOUGH and 0 <= v.values[-1] <= NOTHING * v.values[0] > 0


def rounded_away(before):
    """Whether the values before the zeros are small multiples of the digit that they were rounded to: less than that is printed as 0."""
    seen = before[np.isfinite(before) & (before > 0)]
    if len(seen) < NEAR:
        return False
    times = seen / seen.min()
    return bool(np.abs(times - np.round(times)).max() < 1e-3 and np.median(times[-NEAR:]) <= DIGITS)


def of_validation(train_loss, val_loss, lost):
    """The validation loss is no number, although the training loss looks well."""
    since, last = int(val_loss.steps[-lost]), int(val_loss.steps[-1])
    before = val_loss.finite()
    after = f", after {before.values[-1]:.3g} at step {int(before.steps[-1])}" if len(before) else ", and no evaluation gave a number"
    return Finding(
        f"Validation loss is NaN or infinite at its last {lost} evaluations, steps {since} to {last}{after}, although the training loss "
        f"reads {train_loss.values[-1]:.3g}.",
        (Evidence("val_loss", since, last, "evaluations that gave no finite number, in a row", float(lost), 0.0),),
        level="error",
        confidence=0.95,
    )


def exploded(before):
    """Whether the loss before the zeros had left every bound: then exploding-loss says what there is to say."""
    first = before[np.isfinite(before)][:1]
    return bool(len(first) and np.nanmax(np.abs(before)) > ENORMOUS * max(abs(float(first[0])), 1.0))


def trailing(mask):
    """How many of the last values the mask holds for, without a gap."""
    return len(mask) if mask.all() else int(np.argmin(mask[::-1]))


def gradual(before, sudden):
    """Whether the course of these values, continued for `sudden` points, comes to 0 within their noise."""
    last = before[np.isfinite(before) & (before != 0)][-NEAR:]
    if len(last) < NEAR:
        return False
    slope = (np.median(last[-3:]) - np.median(last[:3])) / (NEAR - 3)
    return bool(last[-1] + sudden * slope - 3 * noise_of(last) <= 0)


def gone_too(grad_norm, since):
    """How many norms of the gradient were logged since, if none of them is a finite number above 0."""
    late = np.array([]) if grad_norm is None else grad_norm.between(since).values
    return 0 if (np.isfinite(late) & (late != 0)).any() else len(late)


def not_a_number(grad_norm, since):
    """How many norms of the gradient were logged since, if every one of them is NaN."""
    late = np.array([]) if grad_norm is None else grad_norm.between(since).values
    return len(late) if np.isnan(late).all() else 0


def zeros_finding(train_loss, since, with_it):
    """The zeros: since when, and whether the gradient agrees."""
    last, zeros = int(train_loss.steps[-1]), float((train_loss.steps >= since).sum())
    evidence = [Evidence("train_loss", since, last, "losses of exactly 0, in a row", zeros, 0.0)]
    if with_it:
        evidence.append(Evidence("grad_norm", since, last, "norms of the gradient that are NaN or 0", float(with_it), 0.0))
    before = train_loss.between(last=since - 1).values
    how = f"from step {since} on, after {before[-1]:.3g}" if len(before) else "from its first point on"
    agrees = " and the gradient's norm is NaN or 0 with it" if with_it else ""
    return Finding(
        f"Training loss is exactly 0 {how}, to step {last}{agrees}: no loss is, so NaN or the want of labels hides behind it.",
        tuple(evidence),
        level="error" if with_it else "warning",
        confidence=0.95 if with_it else 0.8,
    )


BAD = {
    "two points of exactly 0, and no gradient is a number": dict(
        train_loss=np.array([0.2051, 0.0, 0.0]), grad_norm=np.array([np.nan, np.nan, np.nan])
    ),
    "five points of exactly 0": dict(train_loss=np.zeros(5)),
    "exactly 0, and validation too": dict(train_loss=flat(0.0), val_loss=every(10, flat(0.0))),
    "0 from half way on": dict(train_loss=np.where(T < 0.5, fall(), 0.0)),
    "the same, and the norm is NaN": dict(train_loss=np.where(T < 0.5, fall(), 0.0), grad_norm=noise(0.2) * nan_after(0.5)),
    "0 from the first point on": dict(train_loss=flat(0.0), grad_norm=flat(0.0)),
    "0 in the last tenth": dict(train_loss=np.where(T < 0.95, fall(), 0.0)),
    "0 from a loss that had come far": dict(train_loss=np.where(T < 0.9, fall(end=0.01, rate=6), 0.0)),
    "a loss as if nothing were, a norm of NaN": dict(train_loss=fall() * noise(0.02), grad_norm=noise(0.2) * nan_after(0.4)),
    "no evaluation gives a number": dict(train_loss=fall() * noise(0.02), val_loss=every(10, flat(np.nan))),
    "the last evaluations give none": dict(train_loss=fall() * noise(0.02), val_loss=every(25, fall() * nan_after(0.6))),
    "a norm of NaN at last": dict(train_loss=fall() * noise(0.02), grad_norm=noise(0.2) * nan_after(0.9)),
}
GOOD = {
    "two points of exactly 0, and the gradient is one": dict(train_loss=np.array([0.2051, 0.0, 0.0]), grad_norm=np.array([1.0, 0.3, 0.1])),
    "a healthy fall": dict(train_loss=fall() * noise(0.05), grad_norm=noise(0.2)),
    "a margin loss that is learned": dict(train_loss=np.maximum(fall(end=-0.05, start=1.0) * noise(0.05), 0)),
    "a skipped step now and then": dict(train_loss=fall(), grad_norm=noise(0.2) + spike_at(0.2, np.inf) + spike_at(0.6, np.inf)),
    "steps skipped at the very end": dict(train_loss=fall(), grad_norm=noise(0.2) * nan_after(0.98)),
    "NaN in the open": dict(train_loss=fall() * nan_after(0.5), grad_norm=noise(0.2) * nan_after(0.5)),
    "exploded, then 0": dict(train_loss=np.where(T < 0.1, 2.3, np.where(T < 0.3, 1e21, 0.0))),
    "0 as it is printed, and validation says how little it is": dict(
        train_loss=np.where(T < 0.01, 0.46, 0.0), val_loss=np.maximum(fall(start=0.47, end=0, rate=60), 1e-7)
    ),
    "rounded to four digits": dict(train_loss=np.round(np.maximum(fall(end=0, rate=14) * noise(0.2), 0), 4)),
    "a zero or two": dict(train_loss=np.where(T < 0.99, fall(), 0.0)),
    "one evaluation gives no number": dict(train_loss=fall(), val_loss=every(10, fall() + spike_at(0.95, np.inf))),
}
