"""What trying a change came to, as text for a person and as JSON."""

import math
import textwrap
from typing import Any

from advisor.wording import counted, duration, joined, percent
from probes.trials.score import FEWEST
from probes.trying.change import Setting
from probes.trying.outcome import Outcome
from probes.trying.sides import SIDES, curves
from probes.trying.verdict import FINE

WIDTH = 100
HEADS = {
    "mended": "Mended",
    "better": "Better",
    "no-difference": "No difference",
    "worse": "Worse",
    "cannot-tell": "Cannot tell yet",
}
ON = {
    "validation": "the validation loss",
    "held-out": "the loss of a tenth of what it trains on that was held out, for no validation of its own was seen",
    "training": "the training loss, for no other was seen",
}


def as_json(outcome: Outcome, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The try's object, version 1; `reports` are the diagnoses of the trainings of the first pair."""
    score = outcome.score
    known = score.pairs > 0 or outcome.identical
    return {
        "schema": 1,
        "verdict": outcome.verdict,
        "changes": [change(one, outcome) for one in outcome.settings],
        "symptom": outcome.symptom or None,
        "pairs": len(outcome.pairs),
        "steps": list(outcome.steps),
        "score": {"value": score.value, "low": score.low, "high": score.high} if known else None,
        "measured_on": outcome.measured_on,
        "turns_later": outcome.turns_later,
        "more_pairs": outcome.more_pairs,
        "identical": outcome.identical,
        "instead": list(outcome.instead),
        "cost": {"steps": outcome.cost.steps, "seconds": round(outcome.cost.seconds, 1), "cpu_seconds": round(outcome.cost.cpu_seconds, 1)},
        "runs": [[str(side.training.folder) for side in (pair.as_it_is, pair.changed)] for pair in outcome.pairs],
        "notes": list(outcome.notes),
        "reports": reports,
    }


def change(one: Setting, outcome: Outcome) -> dict[str, Any]:
    """A setting as a Change of the report's has it."""
    name = f"arg:{one.name}" if one.argument else one.name
    how = {} if not one.argument else {"command": one.told.replace("=", " ", 1)}
    return {"hparam": name, "from": outcome.before.get(one.name), "to": one.value, "by": None, "interval": None, "why": "tried", "how": how}


def as_text(outcome: Outcome) -> str:
    """The outcome for a person: plain text without markup."""
    return paragraphs(verdict(outcome), figures(outcome), curves(outcome), notes(outcome), logged(outcome))


def in_words(outcome: Outcome) -> str:
    """The same without its curves."""
    return paragraphs(verdict(outcome), figures(outcome), notes(outcome), logged(outcome))


def paragraphs(*parts: list[str]) -> str:
    """The parts with an empty line between, those left out that are empty."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def told(outcome: Outcome) -> str:
    """The change: each setting with what it was."""
    said = []
    for one in outcome.settings:
        was = outcome.before.get(one.name)
        said.append(one.told + ("" if was is None else f" (it was {was:g})" if isinstance(was, float) else f" (it was {was})"))
    return ", ".join(said)


def verdict(outcome: Outcome) -> list[str]:
    """The verdict in a sentence or two."""
    return textwrap.wrap(f"{HEADS[outcome.verdict]}: {told(outcome)} {sentence(outcome)}", WIDTH)


def sentence(outcome: Outcome) -> str:
    """What the change did, to go on a line that begins with it."""
    pairs, symptom = counted(len(outcome.pairs), "pair") if outcome.pairs else "one training", outcome.symptom
    if outcome.identical:
        return (
            "changed nothing: both trainings took the same steps to the last bit, so the script does not use it, or it never came to act."
        )
    if outcome.verdict == "mended" and not outcome.pairs:
        return f"mends {symptom}."
    if outcome.verdict == "mended":
        instead = f" {joined(outcome.instead).capitalize()} came up." if outcome.instead else ""
        return (
            f"mended {symptom}: each training as it is showed it, or what has the same cause, and no changed one did, in {pairs}.{instead}"
        )
    left = "" if not symptom or not outcome.pairs else f" {symptom} {left_of(outcome)}."
    if outcome.verdict == "cannot-tell":
        more = "" if not outcome.more_pairs else f"; about {counted(outcome.more_pairs, 'more pair')} would tell"
        few = len(outcome.pairs) < FEWEST
        return f"{'has been tried in' if few else 'made no difference beyond noise in'} {pairs}{more}.{left}"
    if outcome.verdict == "no-difference":
        return f"makes no difference of more than {outcome.score.band:.0%} of what is learned, in {pairs}.{left}"
    return f"came out {outcome.verdict} in {pairs}.{left}"


def left_of(outcome: Outcome) -> str:
    """What became of the symptom in the changed trainings, to go on a line that begins with it."""
    if any(outcome.symptom in pair.changed.whole.problems for pair in outcome.pairs):
        return "stayed"
    if not all(pair.changed.passed(outcome.symptom) for pair in outcome.pairs):
        return "could not be looked for in each changed training"
    return "is gone" + (f", but {joined(outcome.instead)} came in its place" if outcome.instead else "")


def figures(outcome: Outcome) -> list[str]:
    """Score, where it lies, what it was measured on, how early, and what it cost."""
    score, cost = outcome.score, outcome.cost
    lines: list[str] = []
    if not outcome.pairs:  # nothing was trained
        return lines
    if score.pairs and not outcome.identical:
        known = math.isfinite(score.low) and score.pairs > 2
        lies = f" ({score.low:+.0%} to {score.high:+.0%} at 95 %)" if known else " (an interval takes three pairs)"
        lines.append(f"  score        {score.value:+.0%}{lies} of what the better side learned")
    lines += textwrap.wrap(ON[outcome.measured_on], WIDTH, initial_indent="  measured on  ", subsequent_indent=" " * 15)
    first, second = outcome.steps
    lines.append(f"  steps        {first:,} each" + (f", {second:,} where changed" if second != first else ""))
    if outcome.turns_later is not None:
        lines.append(f"  turn later   {percent(outcome.turns_later) if outcome.turns_later else 'none'} of verdicts at that length")
    lines.append(f"  cost         {cost.steps:,} steps, {duration(cost.seconds)}, {duration(cost.cpu_seconds)} of processors")
    if score.band == FINE:
        lines.append("  band         2 % (--fine)")
    return lines


def notes(outcome: Outcome) -> list[str]:
    """The notes, and what broke, each marked with an exclamation mark."""
    broke = [
        f"Pair {i}, {name}: {last_line(side)}."
        for i, pair in enumerate(outcome.pairs, 1)
        for name, side in zip(SIDES, (pair.as_it_is, pair.changed), strict=True)
        if side.broke
    ]
    said = [*broke, *outcome.notes]
    return [line for note in said for line in textwrap.wrap(note, WIDTH, initial_indent="! ", subsequent_indent="  ")]


def last_line(side) -> str:
    """What a training broke on."""
    ended = side.training.ended
    text = (ended.text.strip().splitlines() or [""])[-1].rstrip(".")[:200]
    return f"memory ran out ({text})" if ended.failure == "out-of-memory" else text


def logged(outcome: Outcome) -> list[str]:
    """Where each training is logged."""
    return [f"Logged in {outcome.folder}, a run a training; look at them with: tensorboard --logdir {outcome.folder}"]
