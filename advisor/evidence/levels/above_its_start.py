"""A training loss that stood above where it started: since when, how high, and whether it came back."""

import numpy as np

from advisor.finding import Evidence, Finding, confidence
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import Shape, binned
from advisor.wording import percent

MOSTLY = 0.75  # of the points
TWICE, AWAY = 2.0, 0.7  # times its start: a jump of less, after which the loss fell below that share of it, did no harm


def stands_above(train_loss: Scalar, s: Shape, jump: float) -> Finding | None:
    """So noisy that no span is significant, but most of the second half's losses lie above the first of all."""
    c = train_loss.finite()
    first, late = float(c.values[0]), c.values[len(c) // 2 :]
    times = float(np.median(late)) / max(first, 1e-300)
    if first <= 0 or times < jump or (late > first).mean() < MOSTLY or train_loss.begins_trained:
        return None
    return Finding(
        f"Training loss began at {first:.3g} and lay above that in {percent(float((late > first).mean()))} of the second half, typically "
        f"at {np.median(late):.3g} (steps {int(c.steps[len(c) // 2])} to {s.last_step}).",
        (Evidence("train_loss", s.first_step, s.last_step, "typical level of the second half over the first point", times, jump),),
        level="error",
        confidence=confidence(times - 1, jump - 1),
    )


def jumped(train_loss: Scalar, s: Shape, onset: int, jump: float) -> Finding:
    """The loss stood above its start: since when, how high, and whether it came back."""
    bins = binned(train_loss)
    top = int(bins.steps[bins.values.argmax()])
    stayed = s.end.value > s.start.value
    level = f"about {s.end.value:.3g} over its last tenth, to step {s.last_step}"
    end = f", and still was {level}" if stayed else f", and came back to {level}"
    alone = int((train_loss.finite().values > jump * s.start.value).sum()) == 1  # of few points one may be a level, and is none
    healed = not stayed and (s.peak < TWICE or alone) and s.end.value < AWAY * s.start.value
    return Finding(
        f"Training loss jumped from about {s.start.value:.3g} to {bins.values.max():.3g}, {s.peak:,.3g} times its start, "
        f"by step {top}{end}.",
        (Evidence("train_loss", min(onset, top), top, "highest level over the start", s.peak, jump),),
        level="error" if stayed else "note" if healed else "warning",
        confidence=confidence(s.peak - 1, jump - 1),
    )


def onset_of_jump(train_loss: Scalar, s: Shape, jump: float, sigmas: float) -> int | None:
    """The first step of a level above `jump` times the start: of a span, or of three points in a row, beyond the noise."""
    bins, high = binned(train_loss), jump * (s.start.value + sigmas / 2 * s.start.error)  # few points tell where it started
    three = np.lib.stride_tricks.sliding_window_view(train_loss.finite().values, 3).min(axis=1)
    span = bins.steps[bins.values - high > sigmas / 2 * bins.error]
    row = train_loss.finite().steps[:-2][(three > high) & (three - s.start.value > sigmas * s.noise)]
    first = [int(steps[0]) for steps in (span, row) if len(steps)]
    return min(first, default=None)
