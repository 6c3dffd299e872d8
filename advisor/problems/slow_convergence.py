"""Training loss falls steadily but extremely slowly.

What it means
    The run spends its steps on the beginning of the curve: the loss still falls as fast late as it did early,
    and far from where it could be. Training much longer would help, but a larger step gets there in the time
    there is.

How it is detected
    The loss lost no more than `fall` of its starting value in the whole run, made `late` or more of that fall
    in the second half, beyond its noise by `sigmas` standard errors, and needed `half` of the run or more for
    the first half of the fall. A healthy loss makes most of its fall early.
    Fewer than POINTS points are enough where the fall is far beyond its noise or the validation loss is as slow over ten evaluations.
    Where the learning rate is known to lie `below` decades or more under the usual, a quarter of `late` is enough.

References
    The guide, "Signs of Wrong Learning Rate": loss decreases extremely slowly or gets stuck.
"""

from advisor.curves import T, every, fall, flat, line, noise, rise
from advisor.curves import fall as falling
from advisor.evidence.learning_rate import distance
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import CannotTell, enough, shape
from advisor.wording import percent

AT_THE_END = True  # judges where a run ended: a healthy one shows it on the way
POINTS = 25  # fewer are a beginning, however slow
SURELY = 20.0  # standard errors of the second half's fall
OVERSHOT = 1.2  # a loss that rose above its start first has another problem
OF_A_FALL = True
FROM_THE_START = True


def check(train_loss, val_loss=None, lr=None, hparams=None, *, fall=0.42, late=0.22, half=0.12, sigmas=2.5, below=1.5):
    agrees = val_loss is not None and len(val_loss.finite()) >= 10 and slow(shape(val_loss), fall, late, half)
    s = shape(enough(train_loss))
    if s.points < POINTS and not agrees and s.late_sigma < SURELY:
        raise CannotTell(f"{train_loss.tag or 'the curve'} has {s.points} finite points; {POINTS} are needed")
    far_below = -distance(lr, hparams) >= below and 0 < s.fall <= fall and s.late > late / 4 and s.late_sigma > 2 * sigmas
    if not ((slow(s, fall, late, half) and s.late_sigma > sigmas) or far_below) or s.peak > OVERSHOT:
        return
    evidence = [
        Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
        Evidence("train_loss", (s.first_step + s.last_step) // 2, s.last_step, "share of the fall made in the second half", s.late, late),
    ]
    if agrees:
        v = shape(val_loss)
        evidence.append(Evidence("val_loss", v.first_step, v.last_step, "share of its fall made in the second half", v.late, late))
    yield Finding(
        f"Training loss fell only {percent(s.fall)}, from {s.start.value:.3g} to {s.end.value:.3g}, over steps "
        f"{s.first_step} to {s.last_step} and made {percent(s.late)} of that fall in the second half.",
        tuple(evidence),
        confidence=confidence(s.late_sigma, sigmas) if len(evidence) < 3 else 0.95,
    )


def slow(s, fall, late, half):
    return 0 < s.fall <= fall and late <= s.late <= 2 and s.half >= half


BAD = {
    "a straight, slow line": dict(train_loss=line(2.3, 2.1) * noise(0.01)),
    "slower still": dict(train_loss=line(2.3, 2.28) * noise(0.002)),
    "bends a little": dict(train_loss=fall(start=2.3, end=1.3, rate=1.4) * noise(0.01)),
    "flat at first, then falls a little": dict(train_loss=flat(3.5) * noise(0.02) - rise(1.2, after=0.2)),
    "learns the averages at once, then creeps, at a tiny rate": dict(
        train_loss=(falling(start=4.4, end=3.3, rate=60) - 0.2 * T) * noise(0.01), hparams=dict(lr=1e-6, optimizer="Adam")
    ),
    "a dozen points, and validation agrees": dict(train_loss=every(17, line(2.3, 2.0) * noise(0.003)), val_loss=every(8, line(2.3, 2.0))),
    "noisy": dict(train_loss=line(2.3, 1.9) * noise(0.06)),
}
GOOD = {
    "a healthy fall": dict(train_loss=falling() * noise(0.05)),
    "converged high": dict(train_loss=falling(start=2.3, end=1.6, rate=12) * noise(0.02)),
    "fine-tuning: most of it at once, then a slow slope": dict(train_loss=(falling(start=1.6, end=1.3, rate=60) - 0.27 * T) * noise(0.02)),
    "the same at a usual rate": dict(
        train_loss=(falling(start=4.4, end=3.3, rate=60) - 0.2 * T) * noise(0.01), hparams=dict(lr=1e-3, optimizer="Adam")
    ),
    "fine-tuning at a small rate, as usual": dict(
        train_loss=(falling(start=1.6, end=1.3, rate=60) - 0.12 * T) * noise(0.01), hparams=dict(lr=1e-5, optimizer="AdamW")
    ),
    "bends, and has nearly settled": dict(train_loss=falling(start=2.3, end=1.5, rate=4.4) * noise(0.01)),
    "a slope within its noise": dict(train_loss=line(2.3, 2.2) * noise(0.12, seed=1)),
    "flat": dict(train_loss=flat(2.3) * noise(0.02)),
    "still falling, but has come far": dict(train_loss=line(2.3, 0.9) * noise(0.02)),
}
