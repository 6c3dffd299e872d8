"""Training loss falls steadily but extremely slowly.

What it means
    The run spends its steps on the beginning of the curve: the loss still falls as fast late as it did early,
    and far from where it could be. Training much longer would help, but a larger step gets there in the time
    there is.

How it is detected
    The loss lost no more than `fall` of its starting value in the whole run, or no more than from a guess among thousands of classes to how
    often each occurs, made `late` or more of that fall in the second half, beyond its noise by `sigmas` standard errors, and needed `half`
    of the run or more for the first half of the fall. A healthy loss makes most of its fall early. Fewer than POINTS points are enough
    where the fall is far beyond its noise or the validation loss is as slow over ten evaluations. It is not slow where a score shows that
    `gone` of the errors went, or came to GREW times itself, and the loss moved with it, at a rate that is not known to be low or to a score
    of MOSTLY; nor where the validation loss has turned up, for then more steps are no help; nor where the curve was not slow until the
    learning rate fell below half its highest; nor where a whole epoch of many steps lies before the first point, in which what is easy is
    learned, unless the loss lost less than UNSEEN since; nor after no more than BRIEF optimizer steps, as far as they are known. Where the
    training loss is too noisy to tell, a validation loss of many points that fell by less than HARDLY tells. Where a score has gained
    nothing yet, or the learning rate is known to lie `below` decades or more under the usual, a quarter of `late` is enough, and there a
    straight fall may have come as far as FURTHER. Of four to nine points at a rate below the usual each must be lower than the one before,
    the last fall no smaller than half a typical one, and all little; at the usual rate both losses, and the last fall the largest. At one
    as low as none of its optimizer a validation loss that falls from one evaluation to the next is enough.

References
    The guide, "Signs of Wrong Learning Rate": loss decreases extremely slowly or gets stuck.
"""

import numpy as np

from advisor.anchors.scores import ended, errors_gone, grew
from advisor.curves import T, every, fall, flat, line, noise, rise
from advisor.curves import fall as falling
from advisor.evidence.learning_rate import distance
from advisor.evidence.levels.scarcely_learned import scarcely_learned
from advisor.evidence.rates.far_rates import creeping_below, creeping_still
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.carrying_over import turned_up
from advisor.statistics.curve_shape import CannotTell, enough, shape
from advisor.statistics.schedule import while_high
from advisor.statistics.training_length import plan
from advisor.wording import percent

AT_THE_END = True  # judges where a run ended: a healthy one shows it on the way
POINTS = 25  # fewer are a beginning, however slow
SURELY = 20.0  # standard errors of the second half's fall
OVERSHOT = 1.2  # a loss that rose above its start first has another problem
STRAIGHT, FURTHER = 0.4, 0.6  # of the fall, in the second half; of its start: so far a straight fall may have come at a rate far too low
MOSTLY = 0.75  # of a full score: a model that answers so much right has come far, at any rate
NOTHING, NOTHING_YET = 0.02, 0.25  # of the errors: what no score gained; of a full score
HARDLY = 0.1  # of its start: what a loss fell by that hardly moved
AN_EPOCH, UNSEEN = 200, 0.05  # optimizer steps to a point; of the first point: less is no learning, whatever lies before
MANY_CLASSES, SINGLE_WORDS = (7.0, 13.0), 0.3  # nats, of a guess among thousands; what lies between that and how often each occurs
GREW, BY_MUCH = 1.5, 0.25  # times its first: a score among many classes, of which errors hardly go; of its start: with a loss that fell so
BRIEF = 120  # optimizer steps in all: so short a training is not slow, it has hardly begun
TURN = 0.02  # of its lowest: a validation loss that ended so much above it
OF_A_FALL = True
FROM_THE_START = True


def check(
    train_loss, val_loss=None, val_accuracy=None, lr=None, hparams=None, coverage=None, task=None, epoch=None, *, fall=0.42, late=0.22,
    half=0.12, sigmas=2.5, below=1.5, gone=0.2,
):  # fmt: skip
    for rule in (creeping_below, creeping_still):
        if (creeping := rule(train_loss, val_loss, val_accuracy, lr, hparams)) is not None:
            yield creeping
            return
    if (scarcely := scarcely_learned(train_loss, val_loss, val_accuracy)) is not None:
        yield scarcely
        return
    s = shape(enough(train_loss))
    fall = min(fall, SINGLE_WORDS) if MANY_CLASSES[0] <= s.start.value <= MANY_CLASSES[1] else fall
    agrees = val_loss is not None and len(val_loss.finite()) >= 10 and slow(shape(val_loss), fall, late, half)
    if s.points < POINTS and not agrees and s.late_sigma < SURELY:
        raise CannotTell(f"{train_loss.tag or 'the curve'} has {s.points} finite points; {POINTS} are needed")
    most = FURTHER if s.late >= STRAIGHT else fall
    far_below = -distance(lr, hparams, task) >= below and 0 < s.fall <= most and s.late > late / 4 and s.late_sigma > 2 * sigmas
    learned = errors_gone(val_accuracy) if val_accuracy is not None else None
    unlearned = learned is not None and learned < NOTHING and ended(val_accuracy) < NOTHING_YET and slow(s, fall, late / 4, half)
    crawls = agrees and s.fall <= fall and shape(val_loss).fall <= HARDLY and shape(val_loss).late_sigma >= SURELY
    if not (((slow(s, fall, late, half) or unlearned) and s.late_sigma > sigmas) or far_below or crawls) or s.peak > OVERSHOT:
        return
    far = distance(lr, hparams, task) >= 0 or (learned is not None and ended(val_accuracy) >= MOSTLY)
    learns = learned is not None and far and ((learned >= gone and s.fall >= HARDLY) or (grew(val_accuracy) >= GREW and s.fall >= BY_MUCH))
    begun = begun_unseen(s, coverage) or (plan(train_loss, epoch, hparams).updates or np.inf) <= BRIEF
    as_slow = far_below or crawls or slow_before(train_loss, lr, fall, late, half)
    if learns or turned_up(val_loss, TURN) or (begun and not far_below) or not as_slow:
        return
    evidence = [
        Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, most if far_below else fall),
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


def begun_unseen(s, coverage):
    """Whether the fall at the beginning, where a healthy loss makes most of it, lies before the first point."""
    return coverage is not None and (coverage.steps_per_point or 0) >= AN_EPOCH and s.fall >= UNSEEN


def slow_before(train_loss, lr, fall, late, half):
    """Whether the loss was as slow while the learning rate was still high; as it was in the whole where that is too short to tell."""
    part = while_high(train_loss, lr)
    return len(part.finite()) < POINTS or part.steps[-1] == train_loss.steps[-1] or slow(shape(part), fall, late, half)


def slow(s, fall, late, half):
    return 0 < s.fall <= fall and late <= s.late <= 2 and s.half >= half


TINY = dict(lr=1e-4, optimizer="SGD")
# examples whose verdict rests on the unit
IN_NATS = ("ten epochs, and still next to a guess", "flat at first, then falls a little", "the first steps of a language model")
BAD = {
    "ten epochs, and still next to a guess": dict(
        train_loss=every(20, line(4.604, 4.52) * noise(0.001)), val_loss=every(20, line(4.6, 4.53) * noise(0.001))
    ),
    "a straight, slow line": dict(train_loss=line(2.3, 2.1) * noise(0.01)),
    "slower still": dict(train_loss=line(2.3, 2.28) * noise(0.002)),
    "bends a little": dict(train_loss=fall(start=2.3, end=1.3, rate=1.4) * noise(0.01)),
    "flat at first, then falls a little": dict(train_loss=flat(3.5) * noise(0.02) - rise(1.2, after=0.2)),
    "learns the averages at once, then creeps, at a tiny rate": dict(
        train_loss=(falling(start=4.4, end=3.3, rate=60) - 0.2 * T) * noise(0.01), hparams=dict(lr=1e-6, optimizer="Adam")
    ),
    "a dozen points, and validation agrees": dict(train_loss=every(17, line(2.3, 2.0) * noise(0.003)), val_loss=every(8, line(2.3, 2.0))),
    "the score gained nothing yet": dict(
        train_loss=falling(start=11.2, end=8.5, rate=2.6) * noise(0.002), val_accuracy=every(4, line(0.066, 0.068))
    ),
    "so noisy that only validation tells": dict(train_loss=line(3.25, 3.1) * noise(0.06), val_loss=line(4.05, 4.0) * noise(1e-4)),
    "noisy": dict(train_loss=line(2.3, 1.9) * noise(0.06)),
    "slow under a schedule too": dict(train_loss=line(2.3, 2.1) * noise(0.01), lr=0.1 * (1 - T)),
    "the loss hardly moves, whatever the score": dict(train_loss=line(2.33, 2.15) * noise(0.003), val_accuracy=every(10, line(0.1, 0.47))),
    "the score rises too, but slowly, at a low rate": dict(
        train_loss=line(2.3, 1.8) * noise(0.01), val_accuracy=every(10, line(0.1, 0.45)), hparams=dict(lr=1e-4, optimizer="SGD")
    ),
    "five epochs at a rate far too low": dict(
        train_loss=np.array([2.3053, 2.3035, 2.3017, 2.2993, 2.2973]), hparams=dict(lr=1e-5, optimizer="Adam")
    ),
    "five epochs at the usual rate, ever faster": dict(
        train_loss=np.array([2.2949, 2.2678, 2.2366, 2.1928, 2.1274]),
        val_loss=np.array([2.2812, 2.2552, 2.2216, 2.1718, 2.0946]),
        hparams=dict(lr=0.03, optimizer="SGD"),
    ),
    "a dozen epochs, and the score has gained nothing": dict(
        train_loss=every(16, falling(start=3.7, end=3.48, rate=15)), val_accuracy=every(16, falling(start=0.033, end=0.055, rate=9))
    ),
    "the averages at once, then a crawl that only validation shows": dict(
        train_loss=falling(start=4.4, end=3.12, rate=60) * noise(0.02),
        val_loss=every(7, falling(start=4.4, end=3.13, rate=60) - 0.02 * T),
        hparams=dict(lr=1e-4, optimizer="SGD"),
    ),
    "came half way, in a straight line, at a tiny rate": dict(train_loss=line(2.8, 1.3) * noise(0.02), hparams=TINY),
    "the score hardly moves": dict(train_loss=line(2.3, 2.0) * noise(0.01), val_accuracy=every(10, line(0.1, 0.16))),
}
GOOD = {
    "came half way, in a straight line, at the usual rate": dict(train_loss=line(2.8, 1.3) * noise(0.02), hparams=TINY | dict(lr=0.1)),
    "came half way, and bends, at a tiny rate": dict(train_loss=falling(start=2.8, end=1.5, rate=4) * noise(0.02), hparams=TINY),
    "a score of many classes doubled": dict(train_loss=line(4.7, 3.2) * noise(0.01), val_accuracy=every(10, line(0.15, 0.31))),
    "a hundred steps in all": dict(train_loss=line(2.3, 1.8) * noise(0.01), hparams=dict(max_steps=100)),
    "the averages at once, then a crawl, at the usual rate": dict(
        train_loss=falling(start=4.4, end=3.12, rate=60) * noise(0.02),
        val_loss=every(7, falling(start=4.4, end=3.13, rate=60) - 0.02 * T),
        hparams=dict(lr=0.1, optimizer="SGD"),
    ),
    "five epochs at the usual rate, faster and slower": dict(
        train_loss=np.array([2.3053, 2.3035, 2.3017, 2.2993, 2.2973]), hparams=dict(lr=1e-3, optimizer="Adam")
    ),
    "five epochs at a low rate, slower and slower": dict(
        train_loss=np.array([0.352, 0.33, 0.325, 0.323, 0.322]), hparams=dict(lr=1e-5, optimizer="AdamW")
    ),
    "a healthy fall": dict(train_loss=falling() * noise(0.05)),
    "converged high": dict(train_loss=falling(start=2.3, end=1.6, rate=12) * noise(0.02)),
    "fine-tuning: most of it at once, then a slow slope": dict(train_loss=(falling(start=1.6, end=1.3, rate=60) - 0.27 * T) * noise(0.02)),
    "the first steps of a language model": dict(train_loss=falling(start=11.2, end=6.8, rate=2.2) * noise(0.01)),
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
    "the score says that it learns": dict(train_loss=line(0.12, 0.08) * noise(0.01), val_accuracy=every(10, line(0.81, 0.87))),
    "overfits": dict(train_loss=line(2.1, 1.3) * noise(0.02), val_loss=every(10, 1.8 - 0.4 * T + 1.2 * np.clip(T - 0.4, 0, None))),
    "falls late because the rate does": dict(
        train_loss=(falling(start=0.165, end=0.15, rate=40) - np.where(T > 0.8, 0.03, 0.0)) * noise(0.01), lr=np.where(T > 0.8, 0.004, 0.04)
    ),
}
