"""A report whose advice was tried: which change mends it, and how to make that permanent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.finding import Change, Report
from advisor.wording import joined
from probes.programs.program import Program
from probes.trying.change import REPLAYED, Setting
from probes.trying.horizon import DELAYED, horizon
from probes.trying.outcome import Outcome
from probes.trying.pairs import Progress
from probes.trying.plan import Plan, length
from probes.trying.proving.from_report import changes_of
from probes.trying.proving.patch import patch, spelled
from probes.trying.replay import replayed
from probes.trying.seen import forms
from probes.trying.summary import as_json, figures, notes, verdict
from probes.trying.try_change import tried


@dataclass(frozen=True, eq=False)
class Proof:
    """What became of each change that was tried.

    Attributes
    ----------
    outcomes : tuple of Outcome
        In the order they were tried; where one mends it is the last.
    change : Change or None
        The one that mends, as the report advised it.
    permanent : tuple of str
        Lines that say how to keep it.
    diff : str
        The same as a unified diff of the script; empty where its value stands nowhere in it.
    """

    outcomes: tuple[Outcome, ...]
    change: Change | None
    permanent: tuple[str, ...] = ()
    diff: str = ""

    @property
    def last(self) -> Outcome:
        """The one that mends, else the last that was tried."""
        return self.outcomes[-1]


def proved(
    report: Report,
    program: Program,
    plan: Plan,
    *,
    out: Path | None,
    progress: Progress,
    tell: Callable[[str], None],
    unguarded: bool = False,
) -> Proof:
    """Try what the report advises, one change at a time, until one mends.

    Raises
    ------
    AdvisorError
        Nothing is wrong that a change could mend which can be tried here, or nothing could be tried.
    """
    finding, changes = changes_of(report)
    if (told := on_curves(report)) is not None:
        return told
    if finding is None:
        wrong = [one.problem for one in report.findings]
        why = f"none of the changes for {joined(wrong)} can be made without a line in the script" if wrong else "nothing is wrong with it"
        raise AdvisorError(f"{report.run.path} gives nothing to prove: {why}.")
    planned = length(report)
    steps = plan.steps or (horizon(report, finding.problem, planned) if planned else None)
    brief = finding.problem in DELAYED and plan.steps is None
    plan = replace(plan, symptoms=forms(report, finding.problem), planned=planned, steps=steps, brief=brief, to_mend=True)
    outcomes = tried(program, [settings for _, settings in changes], plan, out=out, progress=progress, tell=tell, unguarded=unguarded)
    if outcomes[-1].verdict != "mended":
        return Proof(tuple(outcomes), None)
    change, settings = changes[len(outcomes) - 1]
    lines, diff = kept(change, settings, program)
    return Proof(tuple(outcomes), change, lines, diff)


def on_curves(report: Report) -> Proof | None:
    """That the first change mends, where it says when to end and the run's own curves show it; else None."""
    change = report.first_change
    if change is None or change.hparam not in REPLAYED or not isinstance(change.to, int | float):
        return None
    symptom = next((one.problem for one in report.findings if any(change in cause.changes for cause in one.causes)), "")
    epochs = change.from_ if change.hparam == "epochs" and isinstance(change.from_, int | float) else None
    try:
        found = replayed(report, Setting(change.hparam, change.to), symptom, epochs=epochs)
    except AdvisorError:
        return None
    return Proof((found,), change, tuple(change.how.values())) if found.verdict == "mended" else None


def kept(change: Change, settings: Sequence[Setting], program: Program) -> tuple[tuple[str, ...], str]:
    """How the change is made permanent: on the command line where it stands there, else in the code, and there as a diff if that can be."""
    words = {word.partition("=")[0]: word for word in program.arguments}
    options = {one.name: option for one in settings for option in words if option.lstrip("-").replace("-", "_").lower() in spelled(one)}
    if options:
        typed = [f"on the command line: {option} {one.value}" for one in settings if (option := options.get(one.name))]
        return (*typed, *(change.how.values() if len(typed) < len(settings) else ())), ""
    diff = patch(program.path, settings)
    return tuple(diff.splitlines()) if diff else tuple(change.how.values()), diff


def proof_json(proof: Proof, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The object of the last change that was tried, with those that were tried before it, and how to keep it."""
    before = [as_json(outcome, []) for outcome in proof.outcomes[:-1]]
    return as_json(proof.last, reports) | {"tried_before": before, "permanent": list(proof.permanent), "diff": proof.diff or None}


def proof_text(proof: Proof) -> str:
    """The same for a person, to follow the report."""
    lines = []
    for outcome in proof.outcomes:
        lines += ["", *verdict(outcome), *figures(outcome), *notes(outcome)]
    lines += ["", *(["Proved. To keep it:", "", *(f"    {line}" for line in proof.permanent)] if proof.change else ["Nothing was proved."])]
    logged = ["", f"Logged in {proof.last.folder}; look at it with: tensorboard --logdir {proof.last.folder}"] if proof.last.pairs else []
    return "\n".join([*lines, *logged]) + "\n"
