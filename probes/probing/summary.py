"""An outcome as one screen of text and as JSON."""

import math
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.finding import Change
from advisor.frameworks import lines as how
from probes.measurements import lr_range_test, rate_race
from probes.outcome import NOT_ASKED, Comparison, Estimate, Outcome
from probes.probing import batch_choice
from probes.probing.plot import plot
from probes.training import FRAMEWORK

WIDTH = 100
ABOVE = ("lr-range-test", "rate-race", "paired-trainings")  # what the first lines tell already


def as_json(outcome: Outcome, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The probe contract, version 1; `reports` are the diagnoses of the probe's own run."""
    suggestion = outcome.suggestion
    return {
        "schema": 1,
        "suggestion": {
            "lr": estimate(suggestion.lr),
            "batch_size": estimate(suggestion.batch_size, whole),
            "accumulation_steps": suggestion.accumulation_steps,
            "precision": suggestion.precision,
            "num_workers": suggestion.num_workers,
        },
        "cost": {"steps": outcome.cost.steps, "seconds": outcome.cost.seconds},
        "run": str(outcome.run),
        "notes": list(outcome.notes),
        "reports": reports,
    }


def whole(value: float) -> int:
    """The nearest whole number: a batch has no half examples."""
    return round(value)


def estimate(of: Estimate, number=float) -> dict[str, Any]:
    """An estimate as JSON has it, its numbers made by `number`; None where it was inconclusive."""
    numbers = {"value": of.value, "low": of.low, "high": of.high}
    told = {name: None if value is None else number(value) for name, value in numbers.items()} | {"reason": of.reason}
    return told | {"compared": None if of.compared is None else comparison(of.compared, number)}


def comparison(of: Comparison, number=float) -> dict[str, Any]:
    """What a setting came to beside today's, as JSON has it; a loss that diverged is None."""
    score = {"value": of.score.value, "low": of.score.low, "high": of.score.high}
    losses = [loss if math.isfinite(loss) else None for loss in of.losses]
    tried = {"today": number(of.today), "suggested": number(of.suggested), "losses": losses}
    return tried | {"score": score, "pairs": of.score.pairs, "steps": of.steps[0]}


def as_text(outcome: Outcome) -> str:
    """The outcome for a person: plain text without markup, one screen."""
    parts = (heading(outcome), rates(outcome), times(outcome), other_findings(outcome), notes(outcome), apply(outcome), log(outcome))
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def heading(outcome: Outcome) -> list[str]:
    """What is suggested, each beside today's; no lines where no setting was asked for."""
    s, today = outcome.suggestion, outcome.hparams
    lines = [f"Suggested for {Path(outcome.model).name} ({today.get('optimizer', 'optimizer')}):", ""]
    lines += estimate_lines("learning rate", s.lr, "{:.1e}", today.get("lr"))
    lines += estimate_lines("batch size", s.batch_size, "{:,.0f}", today.get("batch_size"))
    if s.accumulation_steps > 1:
        lines.append(f"  accumulation   {s.accumulation_steps} minibatches a step")
    if "mixed_precision" in outcome.tables:
        lines.append(f"  precision      {s.precision}")
    if s.num_workers is not None:
        lines.append(f"  num_workers    {s.num_workers}")
    return lines if len(lines) > 2 else []


def estimate_lines(name: str, of: Estimate, form: str, today: float | None) -> list[str]:
    """A line with the value and today's, and the reason below it; nothing where it was not asked for."""
    if of is NOT_ASKED:
        return []
    now = "" if today is None else f"   today {form.format(today)}"
    told = "cannot tell" if of.value is None else f"{form.format(of.value)}   ({form.format(of.low)} to {form.format(of.high)})"
    beside = [] if of.compared is None else wrapped(of.compared.told(form), " " * 17)
    return [f"  {name:<14} {told}{now}", *beside, *wrapped(of.reason, " " * 17)]


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Lines of at most `WIDTH` characters, indented; the first may begin otherwise."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent)


def rates(outcome: Outcome) -> list[str]:
    """Held-out loss against learning rate, from the longest trainings of each; without a race the loss of the range test."""
    race, ramp, found = outcome.tables.get("rate_race"), outcome.tables.get("lr_range_test"), outcome.suggestion.lr
    if found is NOT_ASKED:
        return []
    if race is not None:
        steps, planned, (lr, loss) = int(race.steps[0]), int(race.planned[0]), rate_race.curve(race)
        meant = f" (▲ is for {planned:,})" if planned > steps and found.value and lr[0] <= found.value <= lr[-1] else ""
        return plot(f"Held-out loss after {steps} steps{meant}, against learning rate", lr, loss, mark=found.value)
    if ramp is None or (last := lr_range_test.last_ramp(ramp)) is None:
        return []
    return plot("Loss of one step after the other, against learning rate", last[1], last[2], mark=found.value)


def times(outcome: Outcome) -> list[str]:
    """Time to the same loss against batch size, as noise and step time make it; without the noise scale the examples a second."""
    speed, found = outcome.tables.get("throughput"), outcome.suggestion.batch_size
    if speed is None or len(speed.batch_size) < 2:
        return []
    sizes, noise = speed.batch_size, batch_choice.noise_scale(outcome.tables.get("gradient_noise_scale"))
    chosen = found.value * outcome.suggestion.accumulation_steps if found.value else None
    if noise is None:
        return plot("Examples a second, against batch size", sizes, speed.samples_per_second, chosen, "{:,.0f}")
    critical = noise[0] * batch_choice.CRITICAL.get(str(outcome.hparams.get("optimizer")), 1.0)
    time = (1 + critical / sizes) * speed.step_time
    return plot("Time to the same loss (least = 1), against batch size", sizes, time / time.min(), chosen, "{:,.0f}")


def other_findings(outcome: Outcome) -> list[str]:
    """What the other findings say; the learning rate stands above."""
    return [line for f in outcome.findings if f.problem not in ABOVE for line in wrapped(f.message, "  ", "· ")]


def notes(outcome: Outcome) -> list[str]:
    """The outcome's notes, each marked with an exclamation mark."""
    return [line for note in outcome.notes for line in wrapped(note, "  ", "! ")]


def apply(outcome: Outcome) -> list[str]:
    """How what is suggested is set: by the script's own options where it has them, else by lines of its framework."""
    options, lines = [], []
    for name, to in settings(outcome):
        if option := outcome.options.get(name):
            options.append(f"{option} {to:g}" if isinstance(to, float) else f"{option} {to}")
        elif name == "lr" and not outcome.hparams.get(FRAMEWORK):
            lines.append(f"lr={to:g} in place of {outcome.hparams.get('lr', 0):g} where {outcome.hparams.get('optimizer')} is made")
        else:
            lines += how(outcome.hparams.get(FRAMEWORK, ""), Change(name, to), outcome.hparams).values()
    said = ["On the command line:", f"    … {' '.join(options)}"] if options else []
    return said + (["In the code:", *(f"    {line}" for line in lines)] if lines else [])


def settings(outcome: Outcome) -> Iterator[tuple[str, float | int | str]]:
    """What is suggested to be other than today's, by the names of hyperparameters; the batch size is that of a single rank."""
    s, today = outcome.suggestion, outcome.hparams
    if s.lr.value is not None and s.lr.value != today.get("lr"):
        yield "lr", float(f"{s.lr.value:.2g}")
    if s.batch_size.value is not None and s.batch_size.value != today.get("batch_size"):
        yield "batch_size", max(1, int(s.batch_size.value) // today.get("ranks", 1))
    if s.accumulation_steps > today.get("accumulation_steps", 1):
        yield "accumulation_steps", s.accumulation_steps
    if s.precision != "fp32":
        yield "precision", s.precision
    if s.num_workers:
        yield "num_workers", s.num_workers


def log(outcome: Outcome) -> list[str]:
    """What measuring took, where it is logged, and how to look at it."""
    cost = f"{outcome.cost.steps:,} steps and gradients in {outcome.cost.seconds:.0f} s."
    return [f"{cost} Logged in {outcome.run}; look at it with: tensorboard --logdir {outcome.run}"]
