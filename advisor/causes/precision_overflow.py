"""Numbers grow beyond what 16 bits hold.

What it means
    fp16 ends at 65504. An activation, a logit or a gradient above it becomes infinite, and the next subtraction makes NaN of it. A
    gradient scaler skips such steps; when none is left to skip to, nothing is trained.

How it is weighed
    For: fp16 is set; the log tells of overflows; the loss scale collapsed; the gradient's norm was infinite while the loss was still
    finite and calm. Against: 32 bits or bf16, whose range is that of 32 bits; a loss that had left its band before.

What to change
    precision: bf16, or the part that overflows (attention logits, the loss) in 32 bits.

References
    Micikevicius et al., Mixed Precision Training (2018). arXiv:1710.03740
    Zhang et al., OPT: Open Pre-trained Transformer Language Models (2022), and its logbook: loss scale collapses. arXiv:2205.01068
"""

import numpy as np

from advisor.anchors.no_number import SCALE
from advisor.curves import T, fall, nan_after, noise
from advisor.finding import Change, Evidence, setting
from advisor.scalar import Line
from advisor.signals.hparams import precision_bits
from advisor.statistics.onset import departure, was_calm

EXPLAINS = ("exploding-loss", "hidden-nan")
PRIOR = {"exploding-loss": -8.0, "hidden-nan": 6.0}
ONCE = 2.0  # decibans: without a curve the lines that tell of overflow and those of a lost scale are the same few
COLLAPSED = 1 / 256  # of its highest: eight halvings in a row


def weigh(finding, train_loss=None, grad_norm=None, loss_scale=None, lines=None, hparams=None):
    if (width := precision_bits(hparams)) is not None:
        yield setting("precision", width, "bits of the range the numbers have", 8.0 if width == 16 else -12.0)
    onset = finding.evidence[0].first_step
    if told := [line for line in lines or () if line.kind in ("overflow", "scale-lost")]:
        yield Evidence("lines", onset, onset, "lines of the log that tell of overflow", float(len(told)), weight=10.0)
    elif train_loss is None and width is None:
        yield Evidence("lines", onset, onset, "lines of the log that tell of overflow, of a loss that was not logged", 0.0, weight=-10.0)
    if loss_scale is not None and len(scale := loss_scale.finite()) >= 4:
        left = float(scale.values[-1] / max(scale.values.max(), 1e-300))
        weight = 10.0 if left <= COLLAPSED else -3.0
        yield Evidence(
            "loss_scale", int(scale.steps[0]), int(scale.steps[-1]), "loss scale at the end over its highest", left, COLLAPSED, weight
        )
    if finding.problem == "exploding-loss" and finding.evidence[0].signal == "lines" and not lost(train_loss):
        if any(SCALE.search(line.text) for line in told):
            yield Evidence(
                "lines",
                onset,
                onset,
                "ended at the smallest loss scale: lines that say so",
                float(len(told)),
                weight=ONCE if train_loss is None else 12.0,
            )
        return
    if train_loss is not None:
        yield from by_curve(finding, train_loss, grad_norm, onset)


def lost(train_loss):
    """Whether a curve shows that the loss is no number any more."""
    return train_loss is not None and not np.isfinite(train_loss.values[-1])


def by_curve(finding, train_loss, grad_norm, onset):
    """How the loss came to where it was lost, and whether the norm was lost before it."""
    first = int(train_loss.steps[0])
    if finding.problem == "exploding-loss" and np.isfinite(train_loss.values[-1]):
        yield Evidence("train_loss", first, onset, "the loss grew and stayed finite, to", float(train_loss.values[-1]), weight=-8.0)
        return
    rose = departure(train_loss, onset - 1) if onset > first else None
    if onset > first and was_calm(train_loss, onset - 1):
        yield Evidence("train_loss", first, onset, "lost out of a calm loss, at step", float(onset), weight=2.0)
    elif rose is not None:
        yield Evidence("train_loss", rose, onset, "the loss had left its band before it was lost, at step", float(rose), weight=-5.0)
    if grad_norm is not None and len(early := grad_norm.between(last=onset - 1)):
        infinite = early.steps[~np.isfinite(early.values)]
        if len(infinite) and rose is None:
            at = int(infinite[0])
            yield Evidence("grad_norm", at, onset, "the norm was not finite while the loss was, at step", float(at), weight=8.0)


def changes(run, finding):
    yield Change("precision", to="bf16", why="has the range of 32 bits in 16: nothing of this size overflows in it")


OVERFLOW = Line("overflow", "train.log", 40, "Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to 1.0")
SMALLEST = Line("nan", "train.log", 90, "Exception: Current loss scale already at minimum - cannot decrease scale anymore. Exiting run.")
BAD = {
    "the loss scale is at its smallest": dict(train_loss=fall() * noise(0.02), lines=(OVERFLOW, SMALLEST)),
    "calm, then NaN, in fp16": dict(
        train_loss=fall() * noise(0.02) * nan_after(0.6), lr=1e-3 * np.minimum(1, 10 * T), hparams=dict(precision="fp16", optimizer="Adam")
    ),
    "the log tells of overflow": dict(
        train_loss=fall() * noise(0.02) * nan_after(0.6), lines=(OVERFLOW,), lr=1e-3 * np.minimum(1, 10 * T), hparams=dict(optimizer="Adam")
    ),
    "the loss scale collapses": dict(
        train_loss=fall() * noise(0.02) * nan_after(0.8), loss_scale=65536.0 * 2.0 ** -np.floor(18 * T), lr=1e-3 * np.minimum(1, 10 * T)
    ),
    "0 with a norm of NaN": dict(train_loss=np.where(T < 0.5, fall(), 0.0), grad_norm=noise(0.2) * nan_after(0.5)),
    "the scaler skips every step": dict(train_loss=fall() * noise(0.02), grad_norm=noise(0.2) * nan_after(0.4)),
}
GOOD = {
    "in 32 bits": dict(train_loss=fall() * nan_after(0.02), hparams=dict(precision="32", lr=1.0, optimizer="Adam")),
    "in bf16": dict(train_loss=fall() * nan_after(0.5), hparams=dict(precision="bf16", lr=0.1, optimizer="Adam")),
}
