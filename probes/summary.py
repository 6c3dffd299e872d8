"""An outcome as one screen of text and as JSON."""

from pathlib import Path
from typing import Any

from advisor.hparams import pytorch
from probes.outcome import Estimate, Outcome
from probes.peak_memory import in_bytes


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
        },
        "cost": {"steps": outcome.cost.steps, "seconds": outcome.cost.seconds},
        "run": str(outcome.run),
        "notes": list(outcome.notes),
        "reports": reports,
    }


def whole(value: float) -> int:
    return round(value)


def estimate(of: Estimate, number=float) -> dict[str, Any]:
    numbers = {"value": of.value, "low": of.low, "high": of.high}
    return {name: None if value is None else number(value) for name, value in numbers.items()} | {"reason": of.reason}


def as_text(outcome: Outcome) -> str:
    """The outcome for a person: plain text without markup, about 30 lines."""
    parts = (heading(outcome), sizes(outcome), said(outcome), [f"! {note}" for note in outcome.notes], apply(outcome), log(outcome))
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def heading(outcome: Outcome) -> list[str]:
    s, today = outcome.suggestion, outcome.hparams
    lines = [f"Suggested for {Path(outcome.model).name} ({today.get('optimizer', 'optimizer')}):", ""]
    lines += shown("learning rate", s.lr, "{:.1e}", today.get("lr"))
    lines += shown("batch size", s.batch_size, "{:,.0f}", today.get("batch_size"))
    if s.accumulation_steps > 1:
        lines.append(f"  accumulation   {s.accumulation_steps} minibatches a step")
    return [
        *lines,
        f"  precision      {s.precision}" + (" (this device computes in it; its speed was not measured)" if s.precision == "bf16" else ""),
    ]


def shown(name: str, of: Estimate, form: str, today: float | None) -> list[str]:
    now = "" if today is None else f"   today {form.format(today)}"
    if of.value is None:
        return [f"  {name:<14} cannot tell{now}", f"                 {of.reason}"]
    return [
        f"  {name:<14} {form.format(of.value)}   ({form.format(of.low)} to {form.format(of.high)}){now}",
        f"                 {of.reason}",
    ]


def sizes(outcome: Outcome) -> list[str]:
    """Memory and throughput against batch size; the rows where one is missing too."""
    memory = columns(outcome, "peak_memory", "reserved_bytes")
    speed = columns(outcome, "throughput", "samples_per_second")
    if not memory and not speed:
        return []
    rows = [(f"{size:,}", in_bytes(memory.get(size)), f"{speed[size]:,.0f}" if size in speed else "") for size in sorted(memory | speed)]
    return [f"  {size:>10}   {peak:>12}   {rate:>10}" for size, peak, rate in [("batch size", "peak memory", "samples/s"), *rows]]


def columns(outcome: Outcome, table: str, column: str) -> dict[int, float]:
    found = outcome.tables.get(table)
    return {} if found is None else {int(size): value for size, value in zip(found.batch_size, getattr(found, column), strict=True)}


def said(outcome: Outcome) -> list[str]:
    """What the other findings say; the learning rate, memory and throughput stand above."""
    told = [f for f in outcome.findings if f.problem in ("gradient-noise-scale", "loss-curve") or (f.causes and f.problem == "throughput")]
    return [f.message for f in told]


def apply(outcome: Outcome) -> list[str]:
    """The lines of PyTorch."""
    s, lines = outcome.suggestion, []
    if s.lr.value is not None:
        lines.append(pytorch("lr", float(f"{s.lr.value:.2g}"), None, outcome.hparams))
    if s.batch_size.value is not None:
        lines.append(pytorch("batch_size", int(s.batch_size.value), None))
    if s.accumulation_steps > 1:
        lines.append(pytorch("accumulation_steps", s.accumulation_steps, None))
    if s.precision == "bf16":
        lines.append(pytorch("precision", "bf16", None))
    return ["In PyTorch:", *(f"    {line}" for line in lines)] if lines else []


def log(outcome: Outcome) -> list[str]:
    cost = f"{outcome.cost.steps:,} steps and gradients in {outcome.cost.seconds:.0f} s."
    return [f"{cost} Logged in {outcome.run}; look at it with: tensorboard --logdir {outcome.run}"]
