"""The parts of a probe: which measurements each makes, with how much of what the probe may take, and what it settles for those after it."""

from typing import Any

import numpy as np

from probes.learning_rate.objective import no_objective
from probes.learning_rate.race_levels import levels, rows_of
from probes.measurements import (
    data_loading,
    gradient_noise_scale,
    lr_range_test,
    memory_savings,
    mixed_precision,
    peak_memory,
    rate_race,
    throughput,
)
from probes.measurements import sanity as sanity_probe
from probes.outcome import Estimate
from probes.probing.pace import took
from probes.probing.scope import Part
from probes.probing.session import Session

RAMP = 40, 100  # the least and the most steps of a range test
BRACKET = 50  # steps of one that only brackets a race
RACES = 150, 300, 600, 1200, 2400, 4800  # steps of that
RACED = 0.6  # of what the part may take; the rest is for trying what was found beside today's
TRAININGS = 26  # of a race, each of which ends with an evaluation
LATER = 20, 100  # steps before the noise is measured again
GRADIENTS = 8, 32
UNBOUND = 0.2  # seconds that a batch size is timed for, where steps are not counted


def sanity(session: Session, today: dict[str, Any]) -> None:
    """A look before steps are spent; a network that others train against need not learn a minibatch by heart."""
    few = 0 if no_objective(today) else int(np.clip(session.left(Part.sanity)[0] / 4, 4, 80))
    seconds = session.seconds(Part.sanity)
    session.measure(Part.sanity, sanity_probe, "a first look", sanity_probe.ROWS, steps=few, trained=few // 2, seconds=seconds)


def noise(session: Session, today: dict[str, Any]) -> None:
    """The noise scale at the start and, at a rate that a quick ramp found, after some training."""
    part, pace = Part.noise, session.seconds_per_step()
    steps, seconds = session.left(part)[0], session.seconds(part)
    size = int(np.clip(seconds / 64 / (pace / today["batch_size"]), *GRADIENTS))
    micro: dict[str, Any] = {"microbatch": size, "count": int(np.clip(steps / 4, *GRADIENTS))}
    session.measure(part, gradient_noise_scale, "gradient noise at the start", 3, **micro)
    if RAMP[0] * pace < seconds and RAMP[0] <= steps / 4:  # else today's rate has to do
        ramp = of_class(min(seconds / pace, steps / 4), RAMP)
        session.measure(part, lr_range_test, "a quick look at learning rates", ramp, steps=ramp, seed=session.scope.seed)
    later = int(np.clip(min(seconds / pace, steps / 4), *LATER))
    if later <= session.left(part)[0]:
        rate = from_range_test(session).value or today["lr"]
        session.measure(part, gradient_noise_scale, "gradient noise later on", 3, lr=rate, steps=later, **micro)


def memory(session: Session) -> int | None:
    """The largest batch that fits, as far as is known."""
    if (why := session.too_slow_to_start(Part.memory)) is not None:
        session.note_missed("memory", f"was left out: {why}")
        return None
    found = session.measure(Part.memory, peak_memory, "memory", 12, seconds=session.seconds(Part.memory))
    most, bound = (None, False) if found is None else peak_memory.largest(found)
    if session.too_slow_to_start(Part.memory) is None:
        session.measure(Part.memory, memory_savings, "what would save memory", 6, batch_size=most if bound else None)
    return most


def speed(session: Session, most: int | None, today: dict[str, Any]) -> None:
    """Time against batch size, then with workers and in half precision, at today's."""
    part, bound = Part.throughput, np.isfinite(session.left(Part.throughput)[0])
    repeats = int(np.clip(session.left(part)[0] / 24 - throughput.WARM_UP, 2, 7))
    timing: dict[str, Any] = {"repeats": repeats, "settled": 0.0 if bound else UNBOUND}
    table = session.measure(part, throughput, "throughput", 10, most=most, seconds=session.seconds(part) / 2, **timing)
    if table is None:
        return
    if throughput.waits(table, today["batch_size"]) >= data_loading.WORTHWHILE:
        steps = 4 if bound else 20
        session.measure(part, data_loading, "data loading", 4, steps=steps, seconds=session.seconds(part) / 8)
    session.measure(part, mixed_precision, "mixed precision", 5, seconds=session.seconds(part) / 4, rounds=1 if bound else 5)


def learning_rate(session: Session, at: dict[str, Any], today: dict[str, Any]) -> Estimate:
    """The learning rate at these settings: raced; by a range test alone where that was asked for, or where steps are too few."""
    if why := no_objective(today):
        return Estimate(None, None, None, why)
    table, own = session.table(lr_range_test), {"batch_size": today["batch_size"], "accumulation_steps": own_accumulation(today)}
    if table is None or lr_range_test.last_ramp(table) is None or at != own:
        ramp = of_class(session.affordable(Part.lr, at), RAMP if session.scope.quick else (RAMP[0], BRACKET))
        session.measure(Part.lr, lr_range_test, "learning rates", ramp, at=at, steps=ramp, seed=session.scope.seed)
    if session.scope.quick:
        return from_range_test(session)
    training = session.training
    evaluating = np.nan_to_num(session.quick_look(lambda: took(training, training.evaluate, session.leisurely), at))
    steps = session.affordable(Part.lr, at, RACED, TRAININGS * evaluating)
    if steps < RACES[0] and session.scope.bound:
        were = int(max(steps, 0))
        session.remarks.append(f"A race of learning rates takes {RACES[0]} steps and more; {were} were left for it, so none was run.")
        return from_range_test(session)
    if (longest := of_class(steps, RACES)) > 1.5 * sum(row["steps"] for row in session.earlier.get("rate_race", ())):
        session.earlier.pop("rate_race", None)
    return from_race(session, at, today, longest)


def from_race(session: Session, at: dict[str, Any], today: dict[str, Any], steps: int) -> Estimate:
    """What a race below the range test's edge says, cut short where steps took longer than they did before, so that pairs have their share.

    The range test where no rates were raced twice; what is tried beside today's need not be known better than that.
    """
    ramp, scope = session.table(lr_range_test), session.scope
    options: dict[str, Any] = {"edge": np.inf if ramp is None else lr_range_test.unstable(ramp), "budget": steps}
    options |= {"planned": scope.planned or today.get("max_steps"), "schedule": schedule(session, today), "seed": scope.seed}
    race = session.measure(Part.lr, rate_race, "a race of learning rates", TRAININGS, at=at, share=RACED, **options)
    return rate_race.suggested(race) if race is not None and len(levels(rows_of(race))) > 1 else from_range_test(session)


def own_accumulation(today: dict[str, Any]) -> int:
    """Minibatches that the training makes a step of as it is."""
    return int(today.get("accumulation_steps", 1))


def schedule(session: Session, today: dict[str, Any]) -> str:
    """The schedule asked for, else the training's own, else "constant"; a name in `schedules.SCHEDULES`."""
    return session.scope.schedule or today.get("schedule") or "constant"


def of_class(steps: float, classes: tuple[int, ...]) -> int:
    """The largest of the classes that so many steps suffice for, the smallest where none does.

    The same steps are taken at a pace that was measured a little differently, and the same rates come of them.
    """
    return max((length for length in classes if length <= steps), default=min(classes))


def from_range_test(session: Session) -> Estimate:
    """The estimate of the range test measured last; inconclusive where none was run."""
    table = session.table(lr_range_test)
    return Estimate(None, None, None, "no range test was run") if table is None else lr_range_test.suggested(table)
