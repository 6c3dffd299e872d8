"""Tries changes on a script from end to end: guarded, trained in pairs, judged."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from advisor.errors import AdvisorError
from advisor.wording import first_few
from probes.probing.guarded import WatchedFolders, guard_for
from probes.probing.recipes import is_model_file
from probes.probing.run_directory import need_new, new_folder
from probes.probing.script_output import folded
from probes.process.channel import FailedError
from probes.programs.program import Program
from probes.trainings.model_file import existing_file, need_torch
from probes.trying.arms.arm import Arm
from probes.trying.change import Setting
from probes.trying.outcome import Outcome
from probes.trying.pairs import Progress, Trial
from probes.trying.plan import Plan
from probes.trying.record import record
from probes.trying.replay import replayed
from probes.trying.seen import Seen
from probes.trying.verdict import Judgement

SEEDS = "{name} seeds its generators itself: what it seeds them with is shifted from pair to pair, and is the same within a pair."
STOPPED = "Nothing was trained with the change: the changed side of a pair is the training as it is, stopped where the change stops it."
LENGTHS = "The trainings are of different lengths, {:,} steps as it is and {:,} changed: what more training does is in the score too."
SWALLOWED = "What the trainings wrote was kept away from your files: {files}."


def tried(
    program: Program,
    changes: Sequence[tuple[Setting, ...]],
    plan: Plan,
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
    unguarded: bool = False,
    show_output: bool = False,
) -> list[Outcome]:
    """Train the program as it is and with a change, in pairs, and say what the change does; each in turn until one mends.

    The trainings as they are serve all changes.

    Parameters
    ----------
    changes : each of several settings; the k-th of several is tested at the plan's level over k(k + 1)
    out : where each training's run directory is made; default: runs/try-<name>-<time>
    progress : called with a description, what is done and how much there is in all
    tell : called with sentences before and while it runs

    Raises
    ------
    AdvisorError
        PyTorch is missing, the program does not train, `out` is taken, no guard holds, or there was no time for a pair.
    """
    if plan.report is not None and changes[0][0].replayed:
        return [replayed(plan.report, changes[0][0], next(iter(plan.symptoms), ""), plan.band)]
    need_torch()
    path, said = existing_file(program.path), tell or (lambda _: None)
    if program.launcher or program.ranks not in (None, 1):
        raise AdvisorError("a change is tried on one process: name the script itself, without its launcher.")
    if any(one.argument for settings in changes for one in settings) and is_model_file(path.read_bytes()) and not program.arguments:
        raise AdvisorError(f"{path.name} holds a model and takes no arguments; set what a knob sets, as lr.")
    with new_folder(need_new(out) if out else None, program.path, "try") as folder:
        choice = guard_for(program.path, unguarded=unguarded)
        arm = Arm(program.path, program.arguments, program.module, choice.guard)
        if choice.guard != "overlay":
            said(choice.sentence)
        watched, outcomes = WatchedFolders(path, folder, held=choice.holds), list[Outcome]()
        try:
            with folded(folder, show_output) as output:
                for outcome in each_tried(arm, changes, plan, folder, progress or (lambda *_: None), output, said):
                    outcomes.append(outcome)
            record(outcomes)
        except FailedError as failed:
            raise AdvisorError(f"{path.name} was not tried: {failed}.") from None
        except AdvisorError as error:
            changed = watched.changed()
            raise AdvisorError(f"{error} Besides, {changed}") if changed else error from error.__cause__
        return [*outcomes[:-1], dataclasses.replace(outcomes[-1], changed_files=watched.changed())]


def each_tried(
    arm: Arm,
    changes: Sequence[tuple[Setting, ...]],
    plan: Plan,
    folder: Path,
    progress: Progress,
    output: IO[bytes] | None,
    said: Callable[[str], None],
) -> Iterator[Outcome]:
    """What became of each change, one after the other, until one mends or is interrupted, or there is no time for another pair.

    Raises
    ------
    AdvisorError
        The first could not be tried.
    """
    as_it_is: dict[int, Seen] = {}
    begin = time.perf_counter()
    for number, settings in enumerate(changes, 1):
        alone = len(changes) == 1
        left = plan.seconds - (time.perf_counter() - begin)
        stricter = dataclasses.replace(plan, level=plan.level if alone else plan.level / (number * (number + 1)), seconds=left)
        trial = Trial(arm, settings, stricter, folder, progress, output, as_it_is, "" if alone else str(number))
        try:
            outcome = outcome_of(trial, trial.run(said), str(arm.path))
        except AdvisorError:
            if number == 1:
                raise
            return
        yield outcome
        if outcome.verdict == "mended" or outcome.status:
            return


def outcome_of(trial: Trial, judgement: Judgement, script: str) -> Outcome:
    """All that is to be told of it."""
    first = trial.first
    hparams: dict[str, Any] = {}
    if trial.pairs and (report := trial.pairs[0].as_it_is.report) is not None:
        hparams = dict(report.run.hparams)
    sides = [side for pair in trial.pairs for side in (pair.as_it_is, pair.changed)]
    taken = [max((one.steps for one in side), default=0) for side in (sides[::2], sides[1::2])]
    notes = [STOPPED] if trial.settings[0].replayed else []
    alike = trial.steps[0] == trial.steps[1] and not trial.settings[0].replayed  # else they are to be of other lengths
    if alike and len(set(taken)) > 1 and not any(one.broke for one in sides):
        notes.append(LENGTHS.format(*taken))
    if first is not None and first.ended.seeds:
        notes.append(SEEDS.format(name=Path(script).name))
    if first is not None and first.ended.written:
        notes.append(SWALLOWED.format(files=first_few([Path(file).name for file in first.ended.written], 3)))
    steps = tuple(min(most, upto) if upto else most for most, upto in zip(taken, trial.steps, strict=True))
    of_judgement = {field.name: getattr(judgement, field.name) for field in dataclasses.fields(judgement)}
    return Outcome(
        **of_judgement,
        settings=trial.settings,
        script=script,
        folder=trial.folder,
        pairs=tuple(trial.pairs),
        steps=(steps[0], steps[1]),
        before={one.name: hparams[one.name] for one in trial.settings if one.name in hparams},
        cost=trial.cost,
        notes=tuple(notes),
        status=trial.status,
    )
